"""Random histories by the real operations on real rows, held against the same oracle as those by the rules alone."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from tests.accounts.conftest import House
from tests.accounts.histories import Event, What, may_open
from tests.cast import NOON, SCOPE, person

from waarborg.accounts.models import Person, Registration, RoleHeld, Session
from waarborg.accounts.operations import (
    CodeUnknown,
    DutiesClash,
    EndRefused,
    NeedsAnother,
    OwnIdentity,
    OwnRole,
    PersonUnknown,
    RegistrationRefused,
    RoleNotHeld,
    RoleUnknown,
    approve_registration,
    ask_delegation,
    ask_registration,
    ask_return,
    ask_role,
    end_role,
    identify,
    join,
    leave,
    review_role,
    verify_again,
    withdraw_registration,
)
from waarborg.accounts.queries import actor_for
from waarborg.accounts.testing import HOME, PASSPORT, Someone, enrolled, entered
from waarborg.accounts.values import Asked, IssuedCode, Role, Stage
from waarborg.kernel.actor import Actor, ActorKind, Grant

HISTORIES, STEPS = 150, 24
REFUSED = (
    CodeUnknown,
    DutiesClash,
    EndRefused,
    NeedsAnother,
    OwnIdentity,
    OwnRole,
    PersonUnknown,
    RegistrationRefused,
    RoleNotHeld,
    RoleUnknown,
)
ROLES = [Role.CARE_PROFESSIONAL, Role.DEVOPS_LEAD, Role.AUDITOR]
CLOCK = [timedelta(minutes=11)] * 20 + [timedelta(days=days) for days in (1, 1, 6, 15, 80, 420, 1900)]
LENGTHS = [None, None, None, timedelta(days=3), timedelta(days=60)]
NOBODY = UUID(int=99)


@dataclass
class Life:
    """One invented person, and what really happened to their access."""

    number: int
    colleagues: list[Actor]
    draw: random.Random
    now: datetime = NOON
    history: list[Event] = field(default_factory=list)
    codes: dict[int, IssuedCode] = field(default_factory=dict)
    ids: list[UUID] = field(default_factory=list)
    about: dict[int, tuple[str, str]] = field(default_factory=dict)
    id: UUID = NOBODY
    someone: Someone | None = None
    token: str = ""

    def actor(self) -> Actor:
        """Draw who acts: a colleague, or the person themself with every right an administrator has."""
        own = Actor(ActorKind.PERSON, self.id, SCOPE, frozenset({Grant("administrator", SCOPE)}), HOME, fresh=True)
        return self.draw.choice([*self.colleagues, own])

    def note(
        self,
        what: What,
        by: UUID | None,
        number: int = -1,
        *,
        kind: str = "",
        role: str = "",
        until: datetime | None = None,
    ) -> None:
        kind, role = self.about.get(number, (kind, role))
        self.history.append(Event(what, self.now, by, number, kind, role, until))

    def ask(self) -> None:
        by, role, length = self.actor(), self.draw.choice(ROLES), self.draw.choice(LENGTHS)
        asked, number = Asked(role, None, self.now + length if length else None), len(self.ids)
        kind = self.draw.choice(self.kinds())
        if kind == "role":
            self.ids.append(ask_role(self.id, asked, by=by, now=self.now))
        elif kind == "delegation":
            asked, by = Asked(Role.ADMINISTRATOR, None, self.now + timedelta(days=60)), self.colleagues[0]
            self.ids.append(ask_delegation(self.id, asked, by=by, now=self.now))
        else:
            self.codes[number] = (
                ask_registration("?", asked, by=by, now=self.now)
                if kind == "new"
                else ask_return(self.id, asked, by=by, now=self.now)
            )
            self.ids.append(self.codes[number].id)
        self.about[number] = kind, asked.role.value
        self.note(What.ASKED, by.id, number, until=asked.ends_at)

    def kinds(self) -> list[str]:
        """Say what is asked for; some of it can't be granted, and is tried all the same."""
        if self.id == NOBODY:
            return ["new"]
        gone = [event.what for event in self.history if event.what in {What.LEFT, What.ENROLLED}][-1] is What.LEFT
        return (
            ["return", "return", "return", "role"] if gone else ["role", "role", "delegation", "return", "new", "new"]
        )

    def identify(self, number: int) -> None:
        by, days = self.actor(), self.draw.choice([0, 0, 4, 300])
        last = (self.now + timedelta(days=days)).date() if days else None
        identify(self.ids[number], replace(PASSPORT, valid_until=last), by=by, now=self.now)
        self.note(What.IDENTIFIED, by.id, number, until=end_of(last))

    def approve(self, number: int) -> None:
        by = self.actor()
        approve_registration(self.ids[number], by=by, now=self.now)
        self.note(What.APPROVED, by.id, number)

    def withdraw(self, number: int) -> None:
        by = self.actor()
        withdraw_registration(self.ids[number], by=by, now=self.now)
        self.note(What.WITHDRAWN, by.id, number)

    def come_in(self, number: int) -> None:
        if number not in self.codes:
            return
        if self.id != NOBODY and self.about[number][0] == "new":
            self.join(number)
            return
        login = f"iemand.{self.number}"
        self.someone = enrolled(self.codes[number], "Iemand Anders", login, now=self.now)
        known = Registration.objects.get(pk=self.ids[number]).person_id
        assert known is not None
        assert self.id in {NOBODY, known}, "who returns is the same person"
        self.id = known
        self.note(What.USED, self.id, number)
        self.note(What.ENROLLED, None, number)
        self.token = entered(self.someone, now=self.now)
        self.now += timedelta(minutes=2)

    def join(self, number: int) -> None:
        own = Actor(ActorKind.PERSON, self.id, SCOPE, frozenset({Grant("auditor", SCOPE)}), HOME, fresh=True)
        join(self.codes[number].code, by=own, now=self.now)
        self.note(What.JOINED, None, number)

    def leave(self) -> None:
        leave(self.id, "elsewhere", by=self.colleagues[1], now=self.now)
        self.note(What.LEFT, None)

    def end_role(self) -> None:
        held = self.one_role()
        end_role(held.pk, "not needed", by=self.colleagues[1], now=self.now)
        self.note(What.ROLE_ENDED, None, role=held.role, kind=kind_of(held))

    def review(self) -> None:
        held, by = self.one_role(), self.actor()
        review_role(held.pk, kept=True, reason="still needed", by=by, now=self.now)
        self.note(What.REVIEWED, by.id, role=held.role, kind=kind_of(held))

    def verify(self) -> None:
        by = self.actor()
        verify_again(self.id, PASSPORT, by=by, now=self.now)
        self.note(What.VERIFIED, by.id)

    def one_role(self) -> RoleHeld:
        held = list(RoleHeld.objects.filter(person=self.id).order_by("pk"))
        if not held:
            raise RoleUnknown
        return self.draw.choice(held)

    def is_in(self) -> bool:
        """Tell whether their token opens anything, in a session that is in use all the time by a founded house."""
        RoleHeld.objects.filter(role__in=["administrator", "security_officer"], delegated_by=None).update(
            confirmed_at=self.now
        )
        Session.objects.filter(person=self.id, ended_at=None).update(started_at=self.now, last_seen_at=self.now)
        here = actor_for(self.token, self.now, HOME)
        return here is not None and here.stage is Stage.FULL and bool(here.actor.roles - {"anonymous"})

    def step(self) -> None:
        self.now += self.draw.choice(CLOCK)
        number = len(self.ids) - 1
        of_one: list[Callable[[int], None]] = [self.identify, self.approve, self.come_in, self.withdraw]
        of_all: list[Callable[[], None]] = [self.leave, self.end_role, self.review, self.verify, self.ask]
        done = {event.what for event in self.history if event.registration == number}
        waits = number >= 0 and not done & {What.USED, What.WITHDRAWN}
        try:
            if not waits or self.draw.random() < 0.25:
                self.draw.choice(of_all)() if self.id != NOBODY else self.ask()
            elif self.draw.random() < 0.8:
                self.next_of(number, done)
            else:
                self.draw.choice(of_one)(self.draw.randrange(len(self.ids)))
        except REFUSED:
            return

    def next_of(self, number: int, done: set[What]) -> None:
        if number in self.codes and What.IDENTIFIED not in done:
            self.identify(number)
        elif What.APPROVED not in done:
            self.approve(number)
        elif number in self.codes:
            self.come_in(number)
        else:
            self.ask()


def kind_of(held: RoleHeld) -> str:
    return "delegation" if held.delegated_by else "role"


def end_of(last: date | None) -> datetime | None:
    """Return a moment after the last day of a document; the oracle allows no more than that."""
    return NOON.replace(year=last.year, month=last.month, day=last.day) + timedelta(hours=12) if last else None


def test_random_histories_by_the_real_operations_open_nothing_that_may_not(house: House) -> None:
    draw = random.Random(20261121)
    third = person(30, "administrator")
    colleagues = [house.as_anna, house.as_sam, third]
    opened = came_back = joined = shut = 0
    for number in range(HISTORIES):
        life, ever = Life(number, colleagues, draw), False
        for _ in range(STEPS):
            life.step()
            if life.id != NOBODY and life.is_in():
                ever = True
                assert may_open(life.history, life.id, life.now), life.history
        done = [event.what for event in life.history]
        opened += ever
        joined += What.JOINED in done
        came_back += done.count(What.ENROLLED) > 1
        shut += ever and not life.is_in()
    print(f"{HISTORIES} histories, {opened} gave access, {came_back} with a return, {joined} joined, {shut} ended shut")
    assert opened > HISTORIES // 3
    assert min(came_back, joined) > 0
    assert shut > HISTORIES // 10
    assert Person.objects.count() > HISTORIES // 3
