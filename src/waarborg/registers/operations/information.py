"""Kinds of information: the BIV classification stands here, and applications inherit it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Application, ApplicationInformation, InformationKind
from waarborg.registers.permissions import CLASSIFY_INFORMATION
from waarborg.registers.rules.classification import key_from
from waarborg.registers.values.classification import Harm
from waarborg.registers.values.faults import RegisterFault
from waarborg.registers.values.inputs import KindDetails, NewKind


class KindKeyTaken(RegisterFault):
    code = "kind_key_taken"
    field = "name"


def register_information_kind(new: NewKind, *, by: Actor, now: datetime) -> UUID:
    """Add a kind of information with its classification. Raises KindKeyTaken, NoKeyInName."""
    key = new.key or key_from(new.name)
    row = InformationKind(pk=new_id(), scope=by.scope, key=key, **new.model_dump(exclude={"key"}))
    registered = Reference("information_kind", row.pk)
    with act(
        "information_kind.registered", CLASSIFY_INFORMATION, by=by, now=now, action=Action.CREATE, objects=(registered,)
    ):
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            raise KindKeyTaken(key=key) from error
    return row.pk


def change_information_kind(kind: UUID, changed: KindDetails, *, by: Actor, now: datetime) -> None:
    """Classify a kind of information anew, and every application that handles it with it. Raises KindUnknown."""
    reference = Reference("information_kind", kind)
    with act(
        "information_kind.changed", CLASSIFY_INFORMATION, by=by, now=now, action=Action.UPDATE, objects=(reference,)
    ) as done:
        row = InformationKind.known(kind, by.scope)
        for column, value in changed.model_dump().items():
            setattr(row, column, value)
        row.save()
        done.detail["applications"] = _reclassify(Application.objects.filter(scope=by.scope, information=kind))


def _reclassify(applications: Iterable[Application]) -> int:
    """Work out anew what these applications inherit, and return how many there were."""
    rows = list(applications)
    held: dict[UUID, list[InformationKind]] = {row.pk: [] for row in rows}
    for link in ApplicationInformation.objects.filter(application__in=held).select_related("kind"):
        held[link.application_id].append(link.kind)
    for row in rows:
        for column, value in Application.classified(Harm(row.harm), held[row.pk]).items():
            setattr(row, column, value)
    Application.objects.bulk_update(rows, ["risk", "availability", "integrity", "confidentiality"], batch_size=100)
    return len(rows)
