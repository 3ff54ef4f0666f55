"""The registers to and from `registers/assets.yaml`, without loss on either side."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel import blobs
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers import queries
from waarborg.registers.models import AssetsDocument, Organisation
from waarborg.registers.operations.applying import Held, apply_change, retire_last
from waarborg.registers.permissions import EXPORT_ASSETS, IMPORT_ASSETS
from waarborg.registers.rules.consequences import faults_of
from waarborg.registers.rules.headers import beheaded, headed
from waarborg.registers.rules.merging import Merged, merged
from waarborg.registers.rules.reading import Parsed, Unreadable, decoded, entries, parsed, placed
from waarborg.registers.rules.rendering import rendered
from waarborg.registers.values.assets import Change, Entries, Exported, Header, Place, Preview
from waarborg.registers.values.faults import RegisterFault
from waarborg.registers.values.inputs import ApplicationDetails, EnvironmentDetails, ProjectDetails

FROM_ELSEWHERE = UUID(int=0)
"""The lineage of a file without our header: it never came from here."""
MEDIA_TYPE = "application/yaml"
_OF_APPLICATION = [*ApplicationDetails.model_fields, "state", "last_security_review"]
"""In the order in which an export writes them."""


class AssetsRefused(RegisterFault):
    """The file can't be taken in as it is; the preview says why, and nothing was changed."""

    code = "assets_refused"

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        super().__init__(faults=len(preview.faults))


class RegisterChangedSincePreview(RegisterFault):
    """What was agreed to isn't what would happen now; nothing was changed."""

    code = "register_changed_since_preview"


class PreviewUnknown(RegisterFault):
    """The file of this preview isn't kept here."""

    code = "preview_unknown"


@dataclass(frozen=True)
class _Plan:
    text: str
    lineage: UUID
    merged: Merged
    held: Mapping[Place, Held]
    preview: Preview


def preview_assets(content: bytes, *, by: Actor, now: datetime) -> Preview:
    """Say what importing a file would do. The file is kept, so that who agrees to it need not send it again."""
    assets = Reference("assets", by.scope)
    with act("assets.previewed", IMPORT_ASSETS, by=by, now=now, action=Action.READ, objects=(assets,)) as done:
        preview = _planned(content, by.scope, now).preview
        if preview.acceptable:
            blobs.keep(content, media_type=MEDIA_TYPE, scope=by.scope, now=now)
        done.detail.update(_counted(preview))
    return preview


def import_assets(content: bytes, *, by: Actor, now: datetime, agreed: str | None = None) -> Preview:
    """Take a file into the register, as a whole or not at all, and say what was done.

    `agreed` is the token of the preview that was agreed to. Raises AssetsRefused, RegisterChangedSincePreview, and
    ChangedMeanwhile when somebody changes an entry at this very moment.
    """
    assets = Reference("assets", by.scope)
    with act("assets.imported", IMPORT_ASSETS, by=by, now=now, action=Action.UPDATE, objects=(assets,)) as done:
        _one_at_a_time(by.scope)
        plan = _planned(content, by.scope, now)
        done.detail.update(_counted(plan.preview))
        if not plan.preview.acceptable:
            raise AssetsRefused(plan.preview)
        if agreed is not None and agreed != plan.preview.token:
            raise RegisterChangedSincePreview
        for change in plan.merged.changes:
            apply_change(change, plan.merged.entries[change.place], plan.held, by=by, now=now)
        retire_last(plan.merged.changes, by=by, now=now)
        _keep(plan.text, plan.lineage, by=by, now=now)
    return plan.preview


def import_previewed(digest: str, *, agreed: str, by: Actor, now: datetime) -> Preview:
    """Take in the file that was kept at its preview. Raises PreviewUnknown, and what import_assets raises."""
    return import_assets(_kept(digest, by.scope), by=by, now=now, agreed=agreed)


def preview_again(digest: str, *, by: Actor, now: datetime) -> Preview:
    """Say what importing the file of an earlier preview would do now. Raises PreviewUnknown."""
    return preview_assets(_kept(digest, by.scope), by=by, now=now)


def export_assets(*, by: Actor, now: datetime) -> Exported:
    """Return the registers as text. When nothing changed since the last document, that is the last document, byte by byte."""
    assets = Reference("assets", by.scope)
    with act("assets.exported", EXPORT_ASSETS, by=by, now=now, action=Action.READ, objects=(assets,)) as done:
        _one_at_a_time(by.scope)
        last = AssetsDocument.objects.filter(scope=by.scope).order_by("number").last()
        header, body = beheaded(last.text) if last else (None, "")
        new_body = rendered(body, _register(by.scope)[0])
        if last and header and new_body == body:
            kept = last
        else:
            document = new_id()
            text = headed(new_body, Header(document, f"{by.kind}:{by.id}", now))
            kept = _keep(text, document, by=by, now=now, document=document)
        done.detail["document"] = str(kept.pk)
    return Exported(kept.text, kept.pk, kept.digest)


def _one_at_a_time(scope: UUID) -> None:
    """Let documents of one organisation follow each other: wait here for the one that is being made."""
    Organisation.objects.select_for_update().filter(pk=scope).first()


def _kept(digest: str, scope: UUID) -> bytes:
    try:
        return blobs.fetch(digest, scope=scope)
    except ObjectDoesNotExist as error:
        raise PreviewUnknown from error


def _planned(content: bytes, scope: UUID, now: datetime) -> _Plan:
    digest = hashlib.sha256(content).hexdigest()
    try:
        text = decoded(content)
        header, body = beheaded(text)
        document = parsed(body, above=text[: len(text) - len(body)].count("\n"))
    except Unreadable as error:
        return _Plan("", FROM_ELSEWHERE, Merged({}, ()), {}, Preview(digest, "", (), error.faults))
    lineage = header.document if header else FROM_ELSEWHERE
    register, held = _register(scope)
    after = merged(base=_base(scope, lineage), file=entries(document.assets), register=register)
    preview = _preview(digest, document, after, register, now, above=len(text.splitlines()) - len(body.splitlines()))
    return _Plan(text, lineage, after, held, preview)


def _preview(digest: str, document: Parsed, after: Merged, register: Entries, now: datetime, *, above: int) -> Preview:
    faults = tuple(placed(fault, document.tree, above=above) for fault in faults_of(after, register, now.date()))
    counts = Counter(change.change for change in after.changes)
    token = hashlib.sha256(f"{digest}\n{after!r}".encode()).hexdigest()
    return Preview(digest, token, after.changes, faults, counts)


def _register(scope: UUID) -> tuple[Entries, Mapping[Place, Held]]:
    """Return all of the registers, entry by entry as the file has them, and the id and version of each."""
    rows = [*_simple(scope), *_applications(scope), *_projects(scope)]
    return {place: values for place, _, values in rows}, {place: held for place, held, _ in rows}


_Row = tuple[Place, Held, dict[str, Any]]


def _simple(scope: UUID) -> Iterator[_Row]:
    for customer in queries.customers(scope):
        yield ("customers", customer.key), Held(customer.id), {"name": customer.name}
    for kind in queries.information_kinds(scope):
        values = {"name": kind.name, **asdict(kind.biv), "personal_health": kind.personal_health}
        yield ("information", kind.key), Held(kind.id), values


def _applications(scope: UUID) -> Iterator[_Row]:
    found = queries.applications(scope, only=None)
    environments = queries.environments(scope, [each.id for each in found], only=None)
    for each in found:
        place = ("applications", each.key)
        own = {name: getattr(each, name) for name in _OF_APPLICATION}
        information = tuple(kind.key for kind in each.information)
        yield place, Held(each.id, each.version), {**own, "customer": each.customer_key, "information": information}
        for environment in environments[each.id]:
            values = {name: getattr(environment, name) for name in EnvironmentDetails.model_fields}
            yield (*place, "environments", environment.kind.value), Held(environment.id, environment.version), values


def _projects(scope: UUID) -> Iterator[_Row]:
    for project in queries.projects(scope, only=None):
        own = {name: getattr(project, name) for name in ProjectDetails.model_fields}
        yield ("projects", project.key), Held(project.id, project.version), {**own, "customer": project.customer_key}


def _base(scope: UUID, lineage: UUID) -> Entries:
    """Return what this file and the register last agreed on: the last document of the same descent."""
    last = AssetsDocument.objects.filter(scope=scope, lineage=lineage).order_by("number").last()
    return entries(parsed(beheaded(last.text)[1]).assets) if last else {}


def _keep(text: str, lineage: UUID, *, by: Actor, now: datetime, document: UUID | None = None) -> AssetsDocument:
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = AssetsDocument.objects.filter(scope=by.scope).order_by("number").last()
    if last and last.digest == digest:
        return last
    return AssetsDocument.objects.create(
        pk=document or new_id(),
        scope=by.scope,
        number=last.number + 1 if last else 1,
        lineage=lineage,
        digest=digest,
        text=text,
        at=now,
        by=f"{by.kind}:{by.id}",
    )


def _counted(preview: Preview) -> dict[str, str | int]:
    counts: dict[str, str | int] = {
        change.value: preview.counts[change] for change in Change if change in preview.counts
    }
    return {"digest": preview.digest, "faults": len(preview.faults), **counts}
