"""What people decide: which controls apply, and which addresses may be reached."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import urlsplit

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.checks.target import NotATarget, https_address
from waarborg.assurance.models import AllowedTarget, Decision
from waarborg.assurance.permissions import ALLOW_TARGET, DECIDE_APPLICABILITY
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers import queries as registers
from waarborg.registers.operations.reached import act_on

SHORTEST_REASON = 20
LONGEST_REASON = 500
LONGEST_HOST = 253
HOST = re.compile(r"[a-z0-9.:_-]+")


class ReasonTooShort(ValueError):
    """A point is only left out for a reason that someone else can follow: at least SHORTEST_REASON characters."""


class ReasonTooLong(ValueError):
    """A reason has at most LONGEST_REASON characters."""


class NoSuchControl(LookupError):
    """The catalogue has no control of this id."""


class NotAnAddress(ValueError):
    """A target is a host name or address, without a path, and a port from 1 to 65535."""


class NoSuchTarget(LookupError):
    """There is none of this id on this scope's list."""


def worded(text: str) -> str:
    """Return what someone typed in the one form of which a digest is taken, without what no database keeps."""
    kept = text.replace("\0", "").replace("\r\n", "\n").encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", kept).strip()


def reasoned(text: str, *, shortest: int = 0) -> str:
    """Return a reason as it is kept. Raises ReasonTooShort, ReasonTooLong."""
    reason = worded(text)
    if len(reason) < shortest:
        raise ReasonTooShort
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong
    return reason


def decide_applicability(
    application: Reference, control: str, *, applies: bool, reason: str, by: Actor, now: datetime
) -> None:
    """Record whether a control applies.

    Raises ReasonTooShort, ReasonTooLong, NoSuchControl, registers.NotInRegister.
    """
    with act_on(
        application, "applicability.decided", DECIDE_APPLICABILITY, by=by, now=now, action=Action.UPDATE,
        missing=registers.NotInRegister,
    ) as done:  # fmt: skip
        registers.application_by_id(by.scope, application.id, only=None)
        if control not in load_catalogue():
            raise NoSuchControl(control)
        kept = reasoned(reason, shortest=0 if applies else SHORTEST_REASON)
        done.detail = {"control": control, "applies": str(applies)}
        done.reason = kept
        Decision.objects.create(
            pk=new_id(), scope=by.scope, application=application.id, control=control, applies=applies,
            reason=kept, decided_by=by.id, decided_at=now,
        )  # fmt: skip


def allow_target(host: str, port: int, *, private: bool, by: Actor, now: datetime) -> Reference:
    """List an address that checks may reach; `private` when it stands on an internal network. Raises NotAnAddress."""
    listed, name = Reference("target", new_id()), _host(host, port)
    with act("target.allowed", ALLOW_TARGET, by=by, now=now, action=Action.CREATE, objects=(listed,)) as done:
        done.detail = {"host": name, "port": port, "private": str(private)}
        AllowedTarget.objects.filter(scope=by.scope, host=name, port=port, withdrawn_at=None).update(withdrawn_at=now)
        AllowedTarget.objects.create(
            pk=listed.id, scope=by.scope, host=name, port=port, private=private,
            allowed_by=by.id, allowed_at=now,
        )  # fmt: skip
    return listed


def withdraw_target(target: Reference, *, by: Actor, now: datetime) -> None:
    """Take an address off the list. Raises NoSuchTarget, for another scope's too."""
    with act("target.withdrawn", ALLOW_TARGET, by=by, now=now, action=Action.DELETE, objects=(target,)):
        listed = AllowedTarget.objects.filter(pk=target.id, scope=by.scope, withdrawn_at=None)
        if not listed.update(withdrawn_at=now):
            raise NoSuchTarget


def _host(host: str, port: int) -> str:
    """Return the host as a check asks for it: in lower case, in ASCII, an IPv6 address without its brackets."""
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    try:
        address = urlsplit(https_address(f"https://{bracketed}:{port}"))
    except (NotATarget, ValueError) as error:
        raise NotAnAddress from error
    name = address.hostname or ""
    if address.path != "/" or len(name) > LONGEST_HOST or not HOST.fullmatch(name):
        raise NotAnAddress
    return name
