"""Reads of the registers. Nothing here is personal data; every answer is of one scope.

`only` is what the reader reaches in that scope, as ids of applications, or None for all of it (`kernel.actor.reach`). The
rest isn't told, counted or found: it answers as what doesn't exist.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Model, Prefetch, Q, QuerySet

from waarborg.kernel.references import Reference
from waarborg.registers import models
from waarborg.registers.rules.classification import review_due
from waarborg.registers.values.classification import (
    ApplicationKind,
    ApplicationState,
    EnvironmentKind,
    Harm,
    OrganisationKind,
    RiskClass,
    UnitKind,
)
from waarborg.registers.values.registered import (
    Application,
    Counts,
    Customer,
    Environment,
    Kind,
    ListedApplication,
    Organisation,
    Page,
    Project,
    UnitLine,
)

PAGE = 25
ALL = slice(None)
Only = frozenset[UUID] | None
Row = TypeVar("Row", bound=Model)


class NotInRegister(LookupError):
    """There is no such thing in this scope; that it exists in another isn't told."""


def organisation(scope: UUID) -> Organisation:
    """Return who the scope belongs to. Raises NotInRegister."""
    row = _one(models.Organisation.objects.filter(pk=scope))
    return Organisation(row.scope, row.name, OrganisationKind(row.kind))


def customers(scope: UUID, *, part: slice = ALL) -> tuple[Customer, ...]:
    rows = models.Customer.objects.filter(scope=scope).order_by("name", "key")
    return tuple(Customer(row.pk, row.key, row.name) for row in rows[part])


def information_kinds(scope: UUID, *, part: slice = ALL) -> tuple[Kind, ...]:
    rows = models.InformationKind.objects.filter(scope=scope).order_by("name", "key")
    return tuple(_kind(row) for row in rows[part])


def total(scope: UUID, kind: type[Customer | Kind | Project | UnitLine], *, only: Only) -> int:
    """Return how many there are of one kind of thing, for who reads a part of them at a time."""
    rows: Mapping[type, QuerySet[Any]] = {
        Customer: models.Customer.objects.all(),
        Kind: models.InformationKind.objects.all(),
        Project: _projects(scope, only),
        UnitLine: models.Unit.objects.filter(retired_at=None),
    }
    return rows[kind].filter(scope=scope).count()


def information_kind(scope: UUID, kind: UUID) -> Kind:
    """Return one kind of information. Raises NotInRegister."""
    return _kind(_one(models.InformationKind.objects.filter(scope=scope, pk=kind)))


def kinds_in_use(scope: UUID, *, only: Only) -> Mapping[UUID, int]:
    """Return how many applications in use handle each kind of information."""
    rows = models.InformationKind.objects.filter(scope=scope)
    used = Count("applications", filter=Q(applications__state=ApplicationState.ACTIVE) & _within(only, "applications"))
    return dict(rows.annotate(used=used).values_list("pk", "used"))


def applications_page(
    scope: UUID,
    *,
    only: Only,
    text: str = "",
    risk: RiskClass | None = None,
    customer: str = "",
    state: ApplicationState | None = ApplicationState.ACTIVE,
    number: int = 1,
    size: int = PAGE,
) -> Page[ListedApplication]:
    """Return one page of applications, the gravest first, then by name. A page past the end is the last one."""
    rows = models.Application.objects.filter(_within(only), scope=scope)
    wanted: Mapping[str, object] = {"risk": risk and risk.rank, "customer__key": customer, "state": state}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(key__icontains=text) | Q(customer__name__icontains=text))
    return _page(rows, number, size)


def application(scope: UUID, key: str, *, only: Only) -> Application:
    """Return the application of this key. Raises NotInRegister."""
    return _application(_one(_whole(scope, only).filter(key=key)))


def application_by_id(scope: UUID, application: UUID, *, only: Only) -> Application:
    """Return one application. Raises NotInRegister."""
    return _application(_one(_whole(scope, only).filter(pk=application)))


def applications(scope: UUID, ids: Iterable[UUID] | None = None, *, only: Only) -> tuple[Application, ...]:
    """Return these applications, or all that are reached with the retired ones, by key; three queries, however many."""
    rows = _whole(scope, only) if ids is None else _whole(scope, only).filter(pk__in=list(ids))
    return tuple(_application(row) for row in rows.order_by("key"))


def environments(scope: UUID, applications: Iterable[UUID], *, only: Only) -> Mapping[UUID, tuple[Environment, ...]]:
    """Return the environments of each of these applications, development first; one query, however many."""
    found: dict[UUID, list[Environment]] = {each: [] for each in applications}
    for row in models.Environment.objects.filter(
        _within(only, "application"), scope=scope, application__in=list(found)
    ):
        found[row.application_id].append(_environment(row))
    order = list(EnvironmentKind)
    return {key: tuple(sorted(held, key=lambda each: order.index(each.kind))) for key, held in found.items()}


def environment(scope: UUID, environment: UUID, *, only: Only) -> Environment:
    """Return one environment. Raises NotInRegister."""
    return _environment(
        _one(models.Environment.objects.filter(_within(only, "application"), scope=scope, pk=environment))
    )


def projects(scope: UUID, *, only: Only, part: slice = ALL) -> tuple[Project, ...]:
    """Return the projects on what is reached, with no more of their applications than that; the last one started first."""
    return tuple(_project(row) for row in _projects(scope, only).order_by("-started_on", "name", "key")[part])


def project(scope: UUID, project: UUID, *, only: Only) -> Project:
    """Return one project. Raises NotInRegister."""
    return _project(_one(_projects(scope, only).filter(pk=project)))


def counts(scope: UUID, *, only: Only) -> Counts:
    """Return how much there is; three queries."""
    used = Q(state=ApplicationState.ACTIVE)
    each = {risk.value: Count("pk", filter=used & Q(risk=risk.rank)) for risk in RiskClass}
    found = models.Application.objects.filter(_within(only), scope=scope).aggregate(
        used=Count("pk", filter=used),
        retired=Count("pk", filter=~used),
        never=Count("pk", filter=used & Q(last_security_review__isnull=True)),
        **each,
    )
    return Counts(
        applications=found["used"],
        by_risk={risk: found[risk.value] for risk in RiskClass},
        retired=found["retired"],
        never_reviewed=found["never"],
        customers=models.Customer.objects.filter(scope=scope).count(),
        projects=_projects(scope, only).count(),
    )


def units(scope: UUID, kind: UnitKind | None = None, *, part: slice = ALL) -> tuple[UnitLine, ...]:
    """Return the wards and groups of devices for which a role can be held alone, by kind and name."""
    rows = models.Unit.objects.filter(scope=scope, retired_at=None)
    rows = rows if kind is None else rows.filter(kind=kind)
    return tuple(_unit(row) for row in rows.order_by("-kind", "name", "key")[part])


def unit(scope: UUID, unit: UUID) -> UnitLine:
    """Return one unit, also a retired one: a role may have been held for it. Raises NotInRegister."""
    return _unit(_one(models.Unit.objects.filter(scope=scope, pk=unit)))


def _page(rows: QuerySet[models.Application], number: int, size: int) -> Page[ListedApplication]:
    total = rows.count()
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    cut = rows.select_related("customer").defer("purpose", "harm_explained").order_by("-risk", "name", "key")
    items = tuple(ListedApplication(**_listed(row)) for row in cut[(number - 1) * size : number * size])
    return Page(items, number, size, total)


def _within(only: Only, application: str = "pk") -> Q:
    """Return the condition that a row belongs to what is reached; `application` leads from the row to its application."""
    return Q() if only is None else Q(**{f"{application}__in": only})


def _whole(scope: UUID, only: Only) -> QuerySet[models.Application]:
    rows = models.Application.objects.filter(_within(only), scope=scope).select_related("customer")
    return rows.prefetch_related("information")


def _projects(scope: UUID, only: Only) -> QuerySet[models.Project]:
    """A project on nothing that is reached isn't there; on its others no word is said."""
    named = models.ProjectApplication.objects.filter(_within(only, "application"), scope=scope)
    rows = models.Project.objects.filter(scope=scope).select_related("customer")
    reached = rows if only is None else rows.filter(pk__in=named.values("project"))
    return reached.prefetch_related(Prefetch("applications", models.Application.objects.filter(_within(only))))


def _one(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise NotInRegister
    return row


def _listed(row: models.Application) -> dict[str, Any]:
    risk = RiskClass.ranked(row.risk)
    return {
        "id": row.pk,
        "key": row.key,
        "name": row.name,
        "customer": row.customer.name,
        "kind": ApplicationKind(row.kind),
        "state": ApplicationState(row.state),
        "risk": risk,
        "biv": row.biv,
        "owner": row.owner,
        "last_security_review": row.last_security_review,
        "review_due": review_due(row.last_security_review, risk),
    }


def _application(row: models.Application) -> Application:
    return Application(
        **_listed(row),
        customer_key=row.customer.key,
        purpose=row.purpose,
        harm=Harm(row.harm),
        harm_explained=row.harm_explained,
        information=tuple(_kind(kind) for kind in sorted(row.information.all(), key=lambda kind: kind.key)),
        login_path=row.login_path,
        version=row.version,
    )


def _kind(row: models.InformationKind) -> Kind:
    return Kind(row.pk, row.key, row.name, row.biv, row.personal_health)


def _environment(row: models.Environment) -> Environment:
    return Environment(
        id=row.pk,
        application=row.application_id,
        kind=EnvironmentKind(row.kind),
        url=row.url,
        holds_real_data=row.holds_real_data,
        ca_certificates=row.ca_certificates,
        folder=row.folder,
        plain_port=row.plain_port,
        recipe=row.recipe,
        version=row.version,
    )


def _project(row: models.Project) -> Project:
    return Project(
        id=row.pk,
        key=row.key,
        name=row.name,
        customer=row.customer.name,
        customer_key=row.customer.key,
        applications=tuple(sorted(each.key for each in row.applications.all())),
        started_on=row.started_on,
        delivered_on=row.delivered_on,
        devops_lead=row.devops_lead,
        version=row.version,
    )


def organisations() -> tuple[Organisation, ...]:
    """Return every organisation of this installation, in the order in which they were founded."""
    rows = models.Organisation.objects.order_by("founded_at")
    return tuple(Organisation(row.scope, row.name, OrganisationKind(row.kind)) for row in rows)


def addresses(scope: UUID, *, only: Only) -> frozenset[str]:
    """Return the addresses of the environments of applications in use; one query."""
    reached = models.Environment.objects.filter(_within(only, "application"), scope=scope)
    used = reached.filter(application__state=ApplicationState.ACTIVE).exclude(url="")
    return frozenset(used.values_list("url", flat=True))


def _unit(row: models.Unit) -> UnitLine:
    kind = UnitKind(row.kind)
    return UnitLine(row.pk, kind, row.name, Reference(kind.value, row.pk), row.key, row.retired_at is not None)
