"""Asking, approving and withdrawing leave to register."""

from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Ticket
from waarborg.accounts.permissions import APPROVE_TICKET, ASK_TICKET, WITHDRAW_TICKET
from waarborg.accounts.rules.tickets import (
    VALID_FOR,
    TicketStep,
    after,
    code_digest,
    new_code,
)
from waarborg.accounts.values import IssuedTicket, Role
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import seal_text
from waarborg.kernel.references import Reference, new_id


class TicketUnknown(Exception):
    """There is no such ticket in this scope."""


def ask_ticket(role: Role, label: str, *, by: Actor, now: datetime) -> IssuedTicket:
    """Ask leave for someone to register with a role. Its code opens nothing until another person approved it."""
    code, ticket = new_code(), Ticket(id=new_id(), scope=by.scope, role=role, founding=False)
    subject = (Reference("ticket", ticket.pk),)
    with act("accounts.ticket_asked", ASK_TICKET, by=by, now=now, action=Action.CREATE, objects=subject) as done:
        done.detail["role"] = role
        ticket.code, ticket.label = code_digest(code), seal_text(label, ticket.place("label"))
        ticket.made_by, ticket.made_at, ticket.expires_at = by.id, now, now + VALID_FOR
        ticket.save(force_insert=True)
    return IssuedTicket(ticket.pk, role, code, ticket.expires_at)


def approve_ticket(ticket_id: UUID, *, by: Actor, now: datetime) -> None:
    """Let a ticket be used. Raises TicketUnknown, TicketRefused or ApprovedByItsAsker."""
    subject = (Reference("ticket", ticket_id),)
    with act("accounts.ticket_approved", APPROVE_TICKET, by=by, now=now, action=Action.UPDATE, objects=subject):
        ticket = _locked(ticket_id, by)
        after(ticket.facts, TicketStep.APPROVE, by=by.id, now=now)
        ticket.approved_by, ticket.approved_at = by.id, now
        ticket.save()


def withdraw_ticket(ticket_id: UUID, *, by: Actor, now: datetime) -> None:
    """Make a ticket useless. Raises TicketUnknown or TicketRefused."""
    subject = (Reference("ticket", ticket_id),)
    with act("accounts.ticket_withdrawn", WITHDRAW_TICKET, by=by, now=now, action=Action.UPDATE, objects=subject):
        ticket = _locked(ticket_id, by)
        after(ticket.facts, TicketStep.WITHDRAW, by=by.id, now=now)
        ticket.withdrawn_at = now
        ticket.save()


def _locked(ticket_id: UUID, by: Actor) -> Ticket:
    try:
        return Ticket.objects.select_for_update().get(pk=ticket_id, scope=by.scope)
    except Ticket.DoesNotExist as error:
        raise TicketUnknown from error
