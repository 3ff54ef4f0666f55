"""The register of applications: what goes in, who may put it there, and what is never lost."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from tests.cast import AART, CHARLIE, ELSEWHERE, NOON, NOOR, SAM, SCOPE

from waarborg.audit.queries.reading import page_of_entries
from waarborg.kernel.actor import Actor, NotAllowed
from waarborg.kernel.references import new_id
from waarborg.registers import models, queries, testing
from waarborg.registers.operations import applications as acts
from waarborg.registers.operations.information import change_information_kind
from waarborg.registers.values.classification import ApplicationState, Biv, EnvironmentKind, RiskClass
from waarborg.registers.values.faults import (
    ApplicationRetired,
    ApplicationUnknown,
    ChangedMeanwhile,
    CustomerUnknown,
    KindUnknown,
)
from waarborg.registers.values.inputs import ApplicationDetails, KindDetails

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def meldkamer() -> UUID:
    testing.a_customer(by=NOOR, now=NOON)
    testing.a_kind(by=NOOR, now=NOON)
    return testing.an_application(by=NOOR, now=NOON, information=("alarmmeldingen",))


def details(**changed: object) -> ApplicationDetails:
    whole = {name: value for name, value in testing.APPLICATION.items() if name != "key"}
    return ApplicationDetails.model_validate(whole | {"information": ("alarmmeldingen",)} | changed)


def events() -> list[str]:
    return [entry.event for _, entry in page_of_entries(SCOPE)]


def last_detail() -> dict[str, object]:
    return dict(page_of_entries(SCOPE)[0][1].detail)


def test_a_registered_application_is_found_by_its_key(meldkamer: UUID) -> None:
    found = queries.application(SCOPE, "meldkamer-thuis", only=None)
    assert (found.id, found.name, found.customer) == (meldkamer, "Meldkamer Thuis", "Thuiszorg Het Veer")
    assert (found.risk, found.biv, found.handles_health_information) == (RiskClass.HIGH, Biv(3, 3, 3), True)
    assert found == queries.application_by_id(SCOPE, meldkamer, only=None)


def test_registering_is_in_the_log_with_the_application_it_concerns(meldkamer: UUID) -> None:
    ((_, entry), *_) = page_of_entries(SCOPE)
    assert (entry.event, entry.objects) == ("application.registered", (f"application:{meldkamer}",))


def test_another_organisation_sees_nothing_of_it(meldkamer: UUID) -> None:
    with pytest.raises(queries.NotInRegister):
        queries.application(ELSEWHERE, "meldkamer-thuis", only=None)
    with pytest.raises(queries.NotInRegister):
        queries.application_by_id(ELSEWHERE, meldkamer, only=None)
    assert queries.applications_page(ELSEWHERE, only=None).total == 0
    with pytest.raises(ApplicationUnknown):
        acts.retire_application(meldkamer, reason="weg", by=CHARLIE, now=NOON)


def test_another_organisation_may_use_the_same_key(meldkamer: UUID) -> None:
    testing.a_customer(by=CHARLIE, now=NOON)
    assert testing.an_application(by=CHARLIE, now=NOON) != meldkamer


def test_a_key_is_given_once(meldkamer: UUID) -> None:
    with pytest.raises(acts.ApplicationKeyTaken) as refused:
        testing.an_application(by=NOOR, now=NOON, name="Een andere")
    assert (refused.value.field, refused.value.facts) == ("key", {"key": "meldkamer-thuis"})
    assert queries.applications_page(SCOPE, only=None).total == 1
    assert events().count("application.registered") == 1


def test_an_unknown_customer_is_named(meldkamer: UUID) -> None:
    with pytest.raises(CustomerUnknown) as refused:
        testing.an_application(by=NOOR, now=NOON, key="ander", customer="onbekend")
    assert (refused.value.field, refused.value.facts) == ("customer", {"key": "onbekend"})


def test_an_unknown_kind_of_information_is_named(meldkamer: UUID) -> None:
    with pytest.raises(KindUnknown) as refused:
        testing.an_application(by=NOOR, now=NOON, key="ander", information=("alarmmeldingen", "onbekend"))
    assert (refused.value.field, refused.value.facts) == ("information", {"key": "onbekend"})


@pytest.mark.parametrize("stranger", [SAM, AART])
def test_who_may_not_register_is_refused_and_that_is_logged(meldkamer: UUID, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        testing.an_application(by=stranger, now=NOON, key="ander")
    ((_, entry), *_) = page_of_entries(SCOPE)
    assert (entry.event, entry.outcome) == ("application.registered", "4")
    assert queries.applications_page(SCOPE, only=None).total == 1


def test_a_change_is_seen_and_only_its_fields_are_logged(meldkamer: UUID) -> None:
    acts.change_application(meldkamer, details(name="Meldkamer", harm="death"), by=NOOR, now=NOON)
    found = queries.application_by_id(SCOPE, meldkamer, only=None)
    assert (found.name, found.risk, found.version) == ("Meldkamer", RiskClass.CRITICAL, 2)
    assert last_detail() == {"fields": "harm,name,risk"}


def test_letting_go_of_a_kind_of_information_is_logged_and_lowers_what_is_inherited(meldkamer: UUID) -> None:
    acts.change_application(meldkamer, details(information=()), by=NOOR, now=NOON)
    assert queries.application_by_id(SCOPE, meldkamer, only=None).biv is None
    assert last_detail() == {"fields": "availability,confidentiality,information,integrity"}


def test_who_changes_an_older_version_overwrites_nothing(meldkamer: UUID) -> None:
    acts.change_application(meldkamer, details(name="Eerst"), by=NOOR, now=NOON, seen=1)
    with pytest.raises(ChangedMeanwhile):
        acts.change_application(meldkamer, details(name="Later"), by=NOOR, now=NOON, seen=1)
    assert queries.application_by_id(SCOPE, meldkamer, only=None).name == "Eerst"


def test_a_kind_classified_anew_raises_every_application_that_handles_it(meldkamer: UUID) -> None:
    testing.a_kind(
        by=NOOR, now=NOON, key="rooster", availability=1, integrity=1, confidentiality=1, personal_health=False
    )
    low = testing.an_application(by=NOOR, now=NOON, key="rooster", harm="none", information=("rooster",))
    assert queries.application_by_id(SCOPE, low, only=None).risk is RiskClass.LOW
    (kind,) = [each for each in queries.information_kinds(SCOPE) if each.key == "rooster"]
    raised = KindDetails(name="Rooster", availability=3, integrity=1, confidentiality=1)
    change_information_kind(kind.id, raised, by=SAM, now=NOON)
    assert queries.application_by_id(SCOPE, low, only=None).risk is RiskClass.MIDDLE
    assert queries.application_by_id(SCOPE, low, only=None).biv == Biv(3, 1, 1)
    assert queries.application_by_id(SCOPE, meldkamer, only=None).version == 1
    assert last_detail() == {"applications": 1}


def test_retired_is_out_of_the_list_and_still_in_the_register(meldkamer: UUID) -> None:
    acts.retire_application(meldkamer, reason="vervangen", by=NOOR, now=NOON)
    assert queries.applications_page(SCOPE, only=None).total == 0
    assert queries.applications_page(SCOPE, state=ApplicationState.RETIRED, only=None).total == 1
    assert queries.application_by_id(SCOPE, meldkamer, only=None).state is ApplicationState.RETIRED


def test_what_is_retired_is_not_changed_until_it_is_taken_up_again(meldkamer: UUID) -> None:
    acts.retire_application(meldkamer, reason="vervangen", by=NOOR, now=NOON)
    with pytest.raises(ApplicationRetired):
        acts.change_application(meldkamer, details(), by=NOOR, now=NOON)
    with pytest.raises(ApplicationRetired):
        testing.an_environment(meldkamer, by=NOOR, now=NOON)
    with pytest.raises(acts.ApplicationStateUnchanged):
        acts.retire_application(meldkamer, reason="nog eens", by=NOOR, now=NOON)
    acts.reinstate_application(meldkamer, reason="toch nodig", by=NOOR, now=NOON)
    acts.change_application(meldkamer, details(name="Terug"), by=NOOR, now=NOON)


def test_a_security_review_sets_the_date_and_the_next_one(meldkamer: UUID) -> None:
    acts.record_security_review(meldkamer, date(2026, 9, 4), by=SAM, now=NOON)
    found = queries.application_by_id(SCOPE, meldkamer, only=None)
    assert (found.last_security_review, found.review_due) == (date(2026, 9, 4), date(2027, 3, 5))


@pytest.mark.parametrize(
    ("day", "fault"), [(date(2026, 11, 22), acts.ReviewInFuture), (date(2026, 9, 3), acts.ReviewOlderThanLast)]
)
def test_the_date_of_the_last_review_is_past_and_moves_forward(
    meldkamer: UUID, day: date, fault: type[Exception]
) -> None:
    acts.record_security_review(meldkamer, date(2026, 9, 4), by=SAM, now=NOON)
    with pytest.raises(fault):
        acts.record_security_review(meldkamer, day, by=SAM, now=NOON)
    assert queries.application_by_id(SCOPE, meldkamer, only=None).last_security_review == date(2026, 9, 4)


def test_the_gravest_come_first_and_then_the_alphabet(meldkamer: UUID) -> None:
    for key, name, harm in (("b", "Beeld", "death"), ("a", "Agenda", "none"), ("z", "Zorgpas", "lasting_harm")):
        testing.an_application(by=NOOR, now=NOON, key=key, name=name, harm=harm)
    page = queries.applications_page(SCOPE, only=None)
    assert [each.name for each in page.items] == ["Beeld", "Meldkamer Thuis", "Zorgpas", "Agenda"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"text": "meldk"}, ["meldkamer-thuis"]),
        ({"text": "HET VEER"}, ["meldkamer-thuis"]),
        ({"text": "%"}, []),
        ({"risk": RiskClass.LOW}, ["agenda"]),
        ({"customer": "de-hoeve"}, ["agenda"]),
        ({"customer": "de-hoeve", "risk": RiskClass.HIGH}, []),
    ],
)
def test_the_list_is_narrowed_by_text_risk_and_customer(
    meldkamer: UUID, wanted: dict[str, object], found: list[str]
) -> None:
    testing.a_customer(by=NOOR, now=NOON, key="de-hoeve", name="De Hoeve")
    testing.an_application(by=NOOR, now=NOON, key="agenda", name="Agenda", harm="none", customer="de-hoeve")
    page = queries.applications_page(SCOPE, **wanted, only=None)  # type: ignore[arg-type] # each case names its own
    assert [each.key for each in page.items] == found


def test_counts_are_of_what_is_in_use(meldkamer: UUID) -> None:
    old = testing.an_application(by=NOOR, now=NOON, key="oud", harm="none")
    testing.an_application(by=NOOR, now=NOON, key="agenda", harm="none")
    testing.a_project(by=NOOR, now=NOON)
    acts.retire_application(old, reason="weg", by=NOOR, now=NOON)
    acts.record_security_review(meldkamer, date(2026, 9, 4), by=SAM, now=NOON)
    found = queries.counts(SCOPE, only=None)
    assert (found.applications, found.retired, found.never_reviewed) == (2, 1, 1)
    assert found.by_risk == {RiskClass.LOW: 1, RiskClass.MIDDLE: 0, RiskClass.HIGH: 1, RiskClass.CRITICAL: 0}
    assert (found.customers, found.projects) == (1, 1)


def fill(many: int, customer: models.Customer) -> None:
    models.Application.objects.bulk_create(
        models.Application(
            pk=new_id(), scope=SCOPE, key=f"app-{number}", name=f"Applicatie {number:05}", customer=customer, kind="web",
            harm="none", risk=number % 4 + 1, registered_at=NOON, changed_at=NOON,
        )
        for number in range(many)
    )  # fmt: skip


READS: dict[str, Callable[[], object]] = {
    "page": lambda: queries.applications_page(SCOPE, only=None),
    "all": lambda: queries.applications(SCOPE, only=None),
    "environments": lambda: queries.environments(
        SCOPE, models.Application.objects.values_list("pk", flat=True), only=None
    ),
    "projects": lambda: queries.projects(SCOPE, only=None),
    "counts": lambda: queries.counts(SCOPE, only=None),
}


def queries_for(read: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        READS[read]()
    return len(captured)


@pytest.mark.parametrize("read", READS)
def test_three_things_take_as_many_queries_as_one(meldkamer: UUID, read: str) -> None:
    testing.an_environment(meldkamer, by=NOOR, now=NOON)
    testing.a_project(by=NOOR, now=NOON, applications=("meldkamer-thuis",))
    for_one = queries_for(read)
    for number in (2, 3):
        more = testing.an_application(by=NOOR, now=NOON, key=f"app-{number}", information=("alarmmeldingen",))
        testing.an_environment(more, by=NOOR, now=NOON)
        testing.a_project(by=NOOR, now=NOON, key=f"project-{number}", applications=(f"app-{number}",))
    assert queries_for(read) == for_one <= 3


def test_a_page_of_ten_thousand_is_cut_by_the_database() -> None:
    testing.a_customer(by=NOOR, now=NOON)
    fill(10_000, models.Customer.objects.get())
    with CaptureQueriesContext(connection) as captured:
        page = queries.applications_page(SCOPE, number=200, size=50, only=None)
    assert (len(page.items), page.total, page.pages, page.first, page.last) == (50, 10_000, 200, 9951, 10_000)
    assert len(captured) == 2
    assert "LIMIT 50" in captured[1]["sql"]


@pytest.mark.parametrize(("asked", "shown"), [(0, 1), (-5, 1), (10**9, 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(meldkamer: UUID, asked: int, shown: int) -> None:
    assert queries.applications_page(SCOPE, number=asked, only=None).number == shown


@pytest.mark.parametrize(
    "bent",
    [
        {"kind": "toaster"},
        {"harm": "sadness"},
        {"harm": "death", "harm_explained": ""},
        {"risk": 5},
        {"state": "lost"},
        {"name": ""},
        {"availability": 4},
        {"integrity": None},
        {"key": "meldkamer-thuis"},
    ],
)
def test_the_table_itself_refuses_what_cannot_be(meldkamer: UUID, bent: dict[str, object]) -> None:
    other = testing.an_application(by=NOOR, now=NOON, key="ander", information=("alarmmeldingen",))
    with pytest.raises(IntegrityError):
        models.Application.objects.filter(pk=other).update(**bent)


def test_the_table_refuses_health_information_that_is_not_confidential(meldkamer: UUID) -> None:
    with pytest.raises(IntegrityError):
        models.InformationKind.objects.update(confidentiality=2)


def test_environments_come_in_their_own_order(meldkamer: UUID) -> None:
    for kind in ("production", "test", "development"):
        testing.an_environment(meldkamer, by=NOOR, now=NOON, kind=kind)
    (found,) = queries.environments(SCOPE, [meldkamer], only=None).values()
    assert [each.kind for each in found] == [
        EnvironmentKind.DEVELOPMENT,
        EnvironmentKind.TEST,
        EnvironmentKind.PRODUCTION,
    ]
