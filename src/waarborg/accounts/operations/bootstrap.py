"""The first two persons: nobody is there to approve them, so the console does, and the log says so."""

from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import RoleHeld, Ticket
from waarborg.accounts.permissions import BOOTSTRAP
from waarborg.accounts.rules.tickets import VALID_FOR, code_digest, new_code
from waarborg.accounts.values import FOUNDING_ROLES, IssuedTicket, PersonState, Role
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import seal_text
from waarborg.kernel.references import Reference, new_id


class AlreadyFounded(Exception):
    """Both founding roles are held: from now on tickets are asked for and approved by persons."""


def start_bootstrap(scope: UUID, *, by: Actor, now: datetime) -> tuple[IssuedTicket, ...]:
    """Make a ticket for each founding role that nobody holds. Earlier ones lapse. Raises AlreadyFounded."""
    with act("accounts.bootstrap_started", BOOTSTRAP, by=by, now=now, action=Action.CREATE) as done:
        vacant = [role for role in FOUNDING_ROLES if not _is_held(role)]
        if not vacant:
            raise AlreadyFounded
        Ticket.objects.filter(founding=True, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
        issued = tuple(_issue(role, scope, by=by, now=now) for role in vacant)
        done.objects = tuple(Reference("ticket", ticket.id) for ticket in issued)
        done.reason = "bootstrap"
    return issued


def _is_held(role: Role) -> bool:
    return RoleHeld.objects.filter(role=role, until=None, person__state=PersonState.ACTIVE).exists()


def _issue(role: Role, scope: UUID, *, by: Actor, now: datetime) -> IssuedTicket:
    code, ticket = new_code(), Ticket(id=new_id(), scope=scope, role=role, founding=True)
    ticket.code, ticket.label = code_digest(code), seal_text("", ticket.place("label"))
    ticket.made_by, ticket.made_at, ticket.expires_at = by.id, now, now + VALID_FOR
    ticket.approved_by, ticket.approved_at = by.id, now
    ticket.save(force_insert=True)
    return IssuedTicket(ticket.pk, role, code, ticket.expires_at)
