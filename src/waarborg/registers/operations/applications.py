"""Applications in the register, from the first day to the last."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Application, ApplicationInformation, Customer, InformationKind
from waarborg.registers.operations.reached import act_on
from waarborg.registers.permissions import RECORD_REVIEW, REGISTER_APPLICATION, RETIRE_APPLICATION
from waarborg.registers.rules.classification import key_from, may_become
from waarborg.registers.values.classification import ApplicationState
from waarborg.registers.values.faults import RegisterFault
from waarborg.registers.values.inputs import ApplicationDetails, NewApplication


class ApplicationKeyTaken(RegisterFault):
    code = "application_key_taken"
    field = "key"


class ApplicationStateUnchanged(RegisterFault):
    """It is in that state already."""

    code = "application_state_unchanged"


class ReviewInFuture(RegisterFault):
    code = "review_in_future"
    field = "reviewed_on"


class ReviewOlderThanLast(RegisterFault):
    """A later review is known; the date only moves forward."""

    code = "review_older_than_last"
    field = "reviewed_on"


def register_application(new: NewApplication, *, by: Actor, now: datetime) -> UUID:
    """Add an application. Raises ApplicationKeyTaken, NoKeyInName, CustomerUnknown, KindUnknown."""
    key = new.key or key_from(new.name)
    row = Application(pk=new_id(), scope=by.scope, key=key, registered_at=now, changed_at=now)
    registered = Reference("application", row.pk)
    with act(
        "application.registered", REGISTER_APPLICATION, by=by, now=now, action=Action.CREATE, objects=(registered,)
    ):
        kinds = InformationKind.called(new.information, by.scope)
        for column, value in _columns(new, kinds, by.scope).items():
            setattr(row, column, value)
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            raise ApplicationKeyTaken(key=key) from error
        _link(row.pk, kinds, by.scope)
    return row.pk


def change_application(
    application: UUID, changed: ApplicationDetails, *, by: Actor, now: datetime, seen: int | None = None
) -> None:
    """Replace what is known of an application; its key stays. `seen` is the version that the change was made on.

    Raises ApplicationUnknown, ApplicationRetired, ChangedMeanwhile, CustomerUnknown, KindUnknown.
    """
    reference = Reference("application", application)
    with act_on(reference, "application.changed", REGISTER_APPLICATION, by=by, now=now, action=Action.UPDATE) as done:
        old = Application.active(application, by.scope)
        kinds = InformationKind.called(changed.information, by.scope)
        columns = _columns(changed, kinds, by.scope)
        held = ApplicationInformation.objects.filter(application=application)
        same = {link.kind_id for link in held} == {kind.pk for kind in kinds}
        done.detail["fields"] = old.differing(columns, *(() if same else ("information",)))
        old.write(seen, changed_at=now, **columns)
        held.delete()
        _link(application, kinds, by.scope)


def retire_application(application: UUID, *, reason: str, by: Actor, now: datetime) -> None:
    """Take an application out of use. It stays in the register, with its evidence.

    Raises ApplicationStateUnchanged, ApplicationUnknown.
    """
    _move(application, ApplicationState.RETIRED, "application.retired", reason=reason, by=by, now=now)


def reinstate_application(application: UUID, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a retired application into use again. Raises ApplicationStateUnchanged, ApplicationUnknown."""
    _move(application, ApplicationState.ACTIVE, "application.reinstated", reason=reason, by=by, now=now)


def record_security_review(application: UUID, reviewed_on: date, *, by: Actor, now: datetime) -> None:
    """Set the date of the last security review. Raises ReviewInFuture, ReviewOlderThanLast, ApplicationUnknown."""
    reference = Reference("application", application)
    with act_on(reference, "application.reviewed", RECORD_REVIEW, by=by, now=now, action=Action.UPDATE) as done:
        row = Application.active(application, by.scope)
        last = row.last_security_review
        if reviewed_on > now.date():
            raise ReviewInFuture(day=reviewed_on.isoformat())
        if last and reviewed_on < last:
            raise ReviewOlderThanLast(day=reviewed_on.isoformat(), last=last.isoformat())
        done.detail["reviewed_on"] = reviewed_on.isoformat()
        row.write(None, last_security_review=reviewed_on)


def _move(application: UUID, to: ApplicationState, event: str, *, reason: str, by: Actor, now: datetime) -> None:
    reference = Reference("application", application)
    with act_on(reference, event, RETIRE_APPLICATION, by=by, now=now, action=Action.UPDATE) as done:
        done.reason = reason
        row = Application.known(application, by.scope)
        if not may_become(ApplicationState(row.state), to):
            raise ApplicationStateUnchanged(key=row.key)
        row.write(None, state=to, changed_at=now)


def _columns(details: ApplicationDetails, kinds: Sequence[InformationKind], scope: UUID) -> dict[str, Any]:
    own = details.model_dump(exclude={"key", "customer", "information"})
    return {
        **own,
        "customer": Customer.called([details.customer], scope)[0],
        **Application.classified(details.harm, kinds),
    }


def _link(application: UUID, kinds: Sequence[InformationKind], scope: UUID) -> None:
    ApplicationInformation.objects.bulk_create(
        ApplicationInformation(pk=new_id(), scope=scope, application_id=application, kind=kind) for kind in kinds
    )
