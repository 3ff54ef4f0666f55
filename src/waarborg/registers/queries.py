"""Reads of the registers. Nothing here is personal data; every answer is of one scope."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from waarborg.registers import models
from waarborg.registers.rules.classification import review_due
from waarborg.registers.values.classification import (
    ApplicationKind,
    ApplicationState,
    EnvironmentKind,
    Harm,
    OrganisationKind,
    RiskClass,
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
)

PAGE = 25


class NotInRegister(LookupError):
    """There is no such thing in this scope; that it exists in another isn't told."""


def organisation(scope: UUID) -> Organisation:
    """Return who the scope belongs to. Raises NotInRegister."""
    row = models.Organisation.objects.filter(pk=scope).first()
    if row is None:
        raise NotInRegister
    return Organisation(row.scope, row.name, OrganisationKind(row.kind))


def customers(scope: UUID) -> tuple[Customer, ...]:
    rows = models.Customer.objects.filter(scope=scope).order_by("name", "key")
    return tuple(Customer(row.pk, row.key, row.name) for row in rows)


def information_kinds(scope: UUID) -> tuple[Kind, ...]:
    return tuple(_kind(row) for row in models.InformationKind.objects.filter(scope=scope).order_by("name", "key"))


def information_kind(scope: UUID, kind: UUID) -> Kind:
    """Return one kind of information. Raises NotInRegister."""
    row = models.InformationKind.objects.filter(scope=scope, pk=kind).first()
    if row is None:
        raise NotInRegister
    return _kind(row)


def kinds_in_use(scope: UUID) -> Mapping[UUID, int]:
    """Return how many applications in use handle each kind of information."""
    rows = models.InformationKind.objects.filter(scope=scope)
    used = Count("applications", filter=Q(applications__state=ApplicationState.ACTIVE))
    return dict(rows.annotate(used=used).values_list("pk", "used"))


def applications_page(
    scope: UUID,
    *,
    text: str = "",
    risk: RiskClass | None = None,
    customer: str = "",
    state: ApplicationState | None = ApplicationState.ACTIVE,
    number: int = 1,
    size: int = PAGE,
) -> Page[ListedApplication]:
    """Return one page of applications, the gravest first, then by name. A page past the end is the last one."""
    rows = models.Application.objects.filter(scope=scope)
    wanted: Mapping[str, object] = {"risk": risk and risk.rank, "customer__key": customer, "state": state}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(key__icontains=text) | Q(customer__name__icontains=text))
    return _page(rows, number, size)


def application(scope: UUID, key: str) -> Application:
    """Return the application of this key. Raises NotInRegister."""
    return _one(_whole(scope).filter(key=key))


def application_by_id(scope: UUID, application: UUID) -> Application:
    """Return one application. Raises NotInRegister."""
    return _one(_whole(scope).filter(pk=application))


def applications(scope: UUID, ids: Iterable[UUID] | None = None) -> tuple[Application, ...]:
    """Return these applications, or all of the scope with the retired ones, by key; three queries, however many."""
    rows = _whole(scope) if ids is None else _whole(scope).filter(pk__in=list(ids))
    return tuple(_application(row) for row in rows.order_by("key"))


def environments(scope: UUID, applications: Iterable[UUID]) -> Mapping[UUID, tuple[Environment, ...]]:
    """Return the environments of each of these applications, development first; one query, however many."""
    found: dict[UUID, list[Environment]] = {each: [] for each in applications}
    for row in models.Environment.objects.filter(scope=scope, application__in=list(found)):
        found[row.application_id].append(_environment(row))
    order = list(EnvironmentKind)
    return {key: tuple(sorted(held, key=lambda each: order.index(each.kind))) for key, held in found.items()}


def environment(scope: UUID, environment: UUID) -> Environment:
    """Return one environment. Raises NotInRegister."""
    row = models.Environment.objects.filter(scope=scope, pk=environment).first()
    if row is None:
        raise NotInRegister
    return _environment(row)


def projects(scope: UUID) -> tuple[Project, ...]:
    """Return all projects, the last one started first."""
    rows = models.Project.objects.filter(scope=scope).select_related("customer").prefetch_related("applications")
    return tuple(_project(row) for row in rows.order_by("-started_on", "name", "key"))


def project(scope: UUID, project: UUID) -> Project:
    """Return one project. Raises NotInRegister."""
    row = models.Project.objects.filter(scope=scope, pk=project).select_related("customer").first()
    if row is None:
        raise NotInRegister
    return _project(row)


def counts(scope: UUID) -> Counts:
    """Return how much there is; three queries."""
    used = Q(state=ApplicationState.ACTIVE)
    each = {risk.value: Count("pk", filter=used & Q(risk=risk.rank)) for risk in RiskClass}
    found = models.Application.objects.filter(scope=scope).aggregate(
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
        projects=models.Project.objects.filter(scope=scope).count(),
    )


def _page(rows: QuerySet[models.Application], number: int, size: int) -> Page[ListedApplication]:
    total = rows.count()
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    cut = rows.select_related("customer").defer("purpose", "harm_explained").order_by("-risk", "name", "key")
    items = tuple(ListedApplication(**_listed(row)) for row in cut[(number - 1) * size : number * size])
    return Page(items, number, size, total)


def _whole(scope: UUID) -> QuerySet[models.Application]:
    rows = models.Application.objects.filter(scope=scope).select_related("customer")
    return rows.prefetch_related("information")


def _one(rows: QuerySet[models.Application]) -> Application:
    row = rows.first()
    if row is None:
        raise NotInRegister
    return _application(row)


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


def addresses(scope: UUID) -> frozenset[str]:
    """Return the addresses of the environments of applications in use; one query."""
    used = models.Environment.objects.filter(scope=scope, application__state=ApplicationState.ACTIVE).exclude(url="")
    return frozenset(used.values_list("url", flat=True))
