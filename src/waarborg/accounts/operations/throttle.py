"""Attempts, counted before they are made and given back when they succeed: a hundred at once count as a hundred."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Sum

from waarborg.accounts.models import Tries
from waarborg.accounts.operations.recognising import digest_of, forget_places, knows_address, knows_device
from waarborg.accounts.rules.throttling import (
    QUESTIONS_PER_ADDRESS,
    WINDOW,
    Attempts,
    Minutes,
    counted_as,
    is_told,
    minute_of,
    until_below,
    wait,
)
from waarborg.audit.operations import record
from waarborg.audit.values import Action, Outcome
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import INSTALLATION, Reference, new_id
from waarborg.kernel.transactions import current, own_transaction


class TooManyAttempts(Exception):
    """This name, or this address, has to wait; says how long."""

    def __init__(self, retry_after: timedelta) -> None:
        self.retry_after = retry_after
        super().__init__(f"wait {retry_after.total_seconds():.0f} seconds")


@dataclass(frozen=True)
class Reservation:
    """One attempt that may be made, already counted."""

    event: str
    protocol: str
    by: Actor
    now: datetime
    here: bytes
    name: bytes
    address: bytes
    known: bool
    """The name came in fully before, on this device or from this address."""

    @classmethod
    def of(
        cls, event: str, name: str, *, protocol: str, by: Actor, now: datetime, device: bytes | None = None
    ) -> "Reservation":
        """Count one attempt. `device` is the mark of the browser. Raises TooManyAttempts, which counts nothing."""
        address, on_device = counted_as(by.network_address), knows_device(name, device, now)
        place = f"device {device.hex()}" if device and on_device else address
        made = cls(
            event,
            protocol,
            by,
            now,
            here=digest_of(f"{event}|here", f"{name}|{place}"),
            name=digest_of(f"{event}|name", name),
            address=digest_of(f"{event}|address", address),
            known=on_device or knows_address(name, by.network_address, now),
        )
        try:
            made._take()
        except TooManyAttempts:
            made.tell_of_waiting()
            raise
        return made

    def give_back(self) -> None:
        """Uncount it, for it succeeded. In the transaction of that success."""
        for digest in (self.here, self.name, self.address):
            Tries.objects.filter(digest=digest, minute=minute_of(self.now), count__gt=0).update(count=F("count") - 1)

    def failed(self, objects: tuple[Reference, ...] = ()) -> None:
        """Log the failure if it is the first, tenth, hundredth... of this name from this address."""
        with own_transaction():
            self._tell(self.here, Outcome.FAILED, objects)

    def _take(self) -> None:
        with own_transaction():
            for digest in (self.here, self.name, self.address):
                _count(digest, self.now)
            tried = _tried((self.here, self.name, self.address), self.now)
            attempts = Attempts(tried[self.here], tried[self.name], tried[self.address])
            due = wait(attempts, known=self.known, now=self.now)
            if due is not None:
                raise TooManyAttempts(due)

    def tell_of_waiting(self) -> None:
        """Log that somebody at this address was made to wait: the first, tenth, hundredth... time."""
        waiting = digest_of(f"{self.event}|waiting", counted_as(self.by.network_address))
        with own_transaction():
            _count(waiting, self.now)
            self._tell(waiting, Outcome.REFUSED, ())

    def _tell(self, digest: bytes, outcome: Outcome, objects: tuple[Reference, ...]) -> None:
        count = sum(_tried((digest,), self.now)[digest].values())
        if is_told(count):
            record(
                self.event,
                by=self.by,
                now=self.now,
                action=Action.EXECUTE,
                objects=objects,
                protocol=self.protocol,
                outcome=outcome,
                detail={"count": count, "minutes": WINDOW // timedelta(minutes=1)},
            )


def take_room(event: str, *, protocol: str, by: Actor, now: datetime) -> None:
    """Count a question that is kept for a stranger's browser: one address never takes all the room there is for everyone.

    The log hears of what is refused as it does of attempts. Raises TooManyAttempts, which counts nothing.
    """
    asked = digest_of(f"{event}|asked", counted_as(by.network_address))
    with own_transaction():
        due = until_below(_tried((asked,), now)[asked], QUESTIONS_PER_ADDRESS - 1, now)
        if not due:
            _count(asked, now)
    if due:
        Reservation(event, protocol, by, now, asked, asked, asked, known=False).tell_of_waiting()
        raise TooManyAttempts(due)


def forget_what_is_over(*, by: Actor, now: datetime) -> None:  # noqa: ARG001 - every act says who does it
    """Delete counts and places that decide nothing any more, in the transaction of the tidying."""
    current()
    Tries.objects.filter(minute__lt=now - 2 * WINDOW).delete()
    forget_places(now)


def _count(digest: bytes, now: datetime) -> None:
    """Add one. Rows are locked in the order here, name, address by everyone, so that no two wait for each other."""
    row = Tries(id=new_id(), scope=INSTALLATION, digest=digest, minute=minute_of(now), count=0)
    Tries.objects.bulk_create([row], ignore_conflicts=True)
    Tries.objects.filter(digest=digest, minute=minute_of(now)).update(count=F("count") + 1)


def _tried(digests: tuple[bytes, ...], now: datetime) -> dict[bytes, Minutes]:
    rows = Tries.objects.filter(digest__in=digests, minute__gt=minute_of(now) - WINDOW, minute__lte=now)
    counted: dict[bytes, dict[datetime, int]] = {digest: {} for digest in digests}
    for digest, minute, count in rows.values_list("digest", "minute").annotate(Sum("count")):
        counted[bytes(digest)][minute] = count
    return dict(counted)
