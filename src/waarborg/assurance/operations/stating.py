"""Evidence by a person's word: who, what, until when, and a second person who confirms."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.catalogue.values import StatementProof
from waarborg.assurance.models import Confirmation, Statement
from waarborg.assurance.operations.deciding import NoSuchControl, reasoned, worded
from waarborg.assurance.permissions import CONFIRM_STATEMENT, READ_STATEMENT, STATE
from waarborg.audit.operations import Act
from waarborg.audit.values import Action
from waarborg.kernel import blobs
from waarborg.kernel.actor import Actor, Permission
from waarborg.kernel.canonical import digest
from waarborg.kernel.keyring import seal_text, unseal_text
from waarborg.kernel.references import Reference, new_id
from waarborg.kernel.sealing import Place
from waarborg.registers import queries as registers
from waarborg.registers.operations.reached import act_on

SHORTEST_TEXT = 20


class StatementTooShort(ValueError):
    """A statement says what was looked at and found, in at least SHORTEST_TEXT characters."""


class NoSuchStatement(LookupError):
    """There is none of this id in this scope."""


class OwnStatement(Exception):
    """Nobody confirms what they stated themselves."""


class AlreadyConfirmed(Exception):
    """The second person has spoken already."""


def state(
    application: Reference,
    control: str,
    proof: str,
    *,
    text: str,
    file: tuple[str, bytes] | None,
    by: Actor,
    now: datetime,
) -> Reference:
    """Record a statement for a proof that asks for one.

    Raises NoSuchControl, StatementTooShort, blobs.BlobTooLarge, registers.NotInRegister.
    """
    said, reference = worded(text), Reference("statement", new_id())
    name, content = file or ("", b"")
    with act_on(
        application, "statement.made", STATE, by=by, now=now, action=Action.CREATE, objects=(reference,),
        missing=registers.NotInRegister,
    ) as done:  # fmt: skip
        registers.application_by_id(by.scope, application.id, only=None)
        _must_ask_for_statement(control, proof)
        if len(said) < SHORTEST_TEXT:
            raise StatementTooShort
        kept = blobs.keep(content, media_type="application/octet-stream", scope=by.scope, now=now) if content else ""
        says = {"control": control, "proof": proof, "text": said, "file": kept, "by": str(by.id), "at": now.isoformat()}
        done.detail = {"control": control, "proof": proof, "digest": digest(says)}
        Statement.objects.create(
            pk=reference.id, scope=by.scope, application=application.id, control=control, proof=proof,
            text=seal_text(said, Place(by.scope, "statement.text", reference.id)),
            file_name=seal_text(worded(name)[-200:] or "-", Place(by.scope, "statement.file_name", reference.id)),
            file_digest=kept, stated_by=by.id, stated_at=now, digest=digest(says),
        )  # fmt: skip
    return reference


def confirm_statement(statement: Reference, *, confirmed: bool, reason: str, by: Actor, now: datetime) -> None:
    """Confirm someone else's statement, or refuse it with a reason.

    Raises OwnStatement, AlreadyConfirmed, NoSuchStatement, ReasonTooShort, ReasonTooLong.
    """
    event = "statement.confirmed" if confirmed else "statement.refused"
    with _on(statement, event, CONFIRM_STATEMENT, by=by, now=now, action=Action.UPDATE) as (row, done):
        done.reason = reasoned(reason, shortest=0 if confirmed else 1)
        if row.stated_by == by.id:
            raise OwnStatement
        if Confirmation.objects.filter(statement=row).exists():
            raise AlreadyConfirmed
        try:
            Confirmation.objects.create(
                pk=new_id(), scope=by.scope, statement=row, confirmed=confirmed, reason=done.reason,
                confirmed_by=by.id, confirmed_at=now,
            )  # fmt: skip
        except IntegrityError as error:
            raise AlreadyConfirmed from error


def read_statement(statement: Reference, *, by: Actor, now: datetime) -> tuple[str, str]:
    """Return the text and the file name; both may name persons, so reading is an act. Raises NoSuchStatement."""
    with _on(statement, "statement.read", READ_STATEMENT, by=by, now=now, action=Action.READ) as (row, _):
        text = unseal_text(row.text, Place(by.scope, "statement.text", row.pk))
        return text, unseal_text(row.file_name, Place(by.scope, "statement.file_name", row.pk))


def open_statement_file(statement: Reference, *, by: Actor, now: datetime) -> tuple[str, bytes]:
    """Return the name and the content of a statement's file. Raises NoSuchStatement, also where there is no file."""
    with _on(statement, "statement.file_read", READ_STATEMENT, by=by, now=now, action=Action.READ) as (row, _):
        if not row.file_digest:
            raise NoSuchStatement
        name = unseal_text(row.file_name, Place(by.scope, "statement.file_name", row.pk))
        return name, blobs.fetch(row.file_digest, scope=by.scope)


@contextmanager
def _on(
    statement: Reference, event: str, permission: Permission, *, by: Actor, now: datetime, action: Action
) -> Iterator[tuple[Statement, Act]]:
    """Act on one statement, at the application it is about. Raises NoSuchStatement, also for one that isn't reached."""
    row = Statement.objects.filter(pk=statement.id, scope=by.scope).first()
    about = Reference("application", row.application) if row else None
    with act_on(
        about, event, permission, by=by, now=now, action=action, objects=(statement,), missing=NoSuchStatement
    ) as done:
        if row is None:
            raise NoSuchStatement
        yield row, done


def _must_ask_for_statement(control: str, proof: str) -> None:
    known = load_catalogue().get(control)
    if known is None or not any(isinstance(each, StatementProof) and each.id == proof for each in known.proofs):
        raise NoSuchControl(f"{control} {proof}")
