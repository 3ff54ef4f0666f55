"""`registers/assets.yaml`: in and out without loss, and nothing taken in that somebody would regret."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from scripts.assets_schema import schema_text
from tests.cast import AART, CHARLIE, ELSEWHERE, NOON, NOOR, SAM, SCOPE

from waarborg.audit.queries.reading import page_of_entries
from waarborg.kernel.actor import NotAllowed
from waarborg.registers import queries, testing
from waarborg.registers.models import AssetsDocument
from waarborg.registers.operations import assets as assets_operations
from waarborg.registers.operations.applications import change_application, retire_application
from waarborg.registers.operations.assets import (
    AssetsRefused,
    RegisterChangedSincePreview,
    export_assets,
    import_assets,
    import_previewed,
    preview_assets,
)
from waarborg.registers.values.assets import Change, Preview
from waarborg.registers.values.classification import ApplicationState, RiskClass
from waarborg.registers.values.faults import ChangedMeanwhile
from waarborg.registers.values.inputs import ApplicationDetails

pytestmark = pytest.mark.usefixtures("database")

WRITTEN = """\
# Registers of Kade 12. Reviewed by pull request.
waarborg: assets/1

customers:
  thuiszorg-het-veer:
    name: "Thuiszorg Het Veer"   # since 2019
    x-contract: 2019-044

information:
  alarmmeldingen: {name: Alarmmeldingen, availability: 3, integrity: 3, confidentiality: 3, personal_health: true}

x-owner-of-this-file: platform team

applications:
  # The one that must never fall over.
  meldkamer-thuis:
    name: Meldkamer Thuis
    customer: thuiszorg-het-veer
    kind: web
    harm: death
    harm_explained: |
      Een alarm van een cliënt thuis
      blijft onbeantwoord.
    information: [alarmmeldingen]
    last_security_review: 2026-09-04
    x-repository: git/meldkamer
    environments:
      production:
        url: https://meldkamer.example
        holds_real_data: true
      acceptance: {url: 'https://acc.meldkamer.example/'}

projects:
  meldkamer-3-8:
    name: "Meldkamer 3.8"
    customer: thuiszorg-het-veer
    applications:
      - meldkamer-thuis
    started_on: 2026-09-01
"""


def bring_in(text: str) -> Preview:
    return import_assets(text.encode(), by=NOOR, now=NOON)


def send_out() -> str:
    return export_assets(by=NOOR, now=NOON).text


def faults(text: str | bytes) -> list[tuple[str, str, int]]:
    content = text if isinstance(text, bytes) else text.encode()
    preview = preview_assets(content, by=NOOR, now=NOON)
    assert not preview.acceptable
    return [(fault.code, ".".join(fault.place), fault.line) for fault in preview.faults]


def rename(name: str) -> None:
    found = queries.application(SCOPE, "meldkamer-thuis", only=None)
    details = {field: getattr(found, field) for field in ApplicationDetails.model_fields}
    details |= {"customer": found.customer_key, "information": tuple(kind.key for kind in found.information)}
    change_application(found.id, ApplicationDetails.model_validate(details | {"name": name}), by=NOOR, now=NOON)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_file_written_by_hand_fills_an_empty_register() -> None:
    preview = bring_in(WRITTEN)
    assert preview.counts == {Change.NEW: 6}
    found = queries.application(SCOPE, "meldkamer-thuis", only=None)
    assert (found.customer, found.risk, found.last_security_review) == (
        "Thuiszorg Het Veer",
        RiskClass.CRITICAL,
        date(2026, 9, 4),
    )
    assert found.harm_explained == "Een alarm van een cliënt thuis\nblijft onbeantwoord."
    (environments,) = queries.environments(SCOPE, [found.id], only=None).values()
    assert [each.url for each in environments] == ["https://acc.meldkamer.example/", "https://meldkamer.example/"]
    assert [each.applications for each in queries.projects(SCOPE, only=None)] == [("meldkamer-thuis",)]


def test_what_comes_in_by_hand_goes_out_the_same_with_our_header_on_top() -> None:
    bring_in(WRITTEN)
    header, below = send_out().split(WRITTEN)
    assert below == ""
    assert all(line.startswith("# waarborg: ") for line in header.splitlines())
    assert "Intern." in header
    assert f"person:{NOOR.id}" in header
    assert "2026-11-21T12:00:00+00:00" in header


def test_out_in_and_out_again_gives_the_same_bytes() -> None:
    bring_in(WRITTEN)
    first = send_out()
    assert bring_in(first).counts == {Change.UNCHANGED: 6}
    assert send_out() == first
    assert AssetsDocument.objects.count() == 2


def test_the_same_file_twice_changes_nothing_the_second_time() -> None:
    bring_in(WRITTEN)
    before = queries.applications(SCOPE, only=None)
    assert bring_in(WRITTEN).counts == {Change.UNCHANGED: 6}
    assert queries.applications(SCOPE, only=None) == before
    assert AssetsDocument.objects.count() == 1


def test_a_register_filled_by_hand_goes_out_and_comes_in_unchanged_elsewhere() -> None:
    testing.a_customer(by=NOOR, now=NOON)
    testing.a_kind(by=NOOR, now=NOON)
    application = testing.an_application(by=NOOR, now=NOON, information=("alarmmeldingen",), login_path="/in")
    testing.an_environment(application, by=NOOR, now=NOON, recipe={"steps": [{"open": "/in", "wait": 3}]})
    testing.a_project(by=NOOR, now=NOON, applications=("meldkamer-thuis",))
    text = send_out()
    import_assets(text.encode(), by=CHARLIE, now=NOON)
    here, there = (
        queries.application(SCOPE, "meldkamer-thuis", only=None),
        queries.application(ELSEWHERE, "meldkamer-thuis", only=None),
    )
    assert (there.name, there.biv, there.login_path) == (here.name, here.biv, "/in")
    ((environment,),) = queries.environments(ELSEWHERE, [there.id], only=None).values()
    assert environment.recipe == {"steps": [{"open": "/in", "wait": 3}]}


def test_a_change_in_waarborg_touches_one_line_of_the_file() -> None:
    bring_in(WRITTEN)
    rename("Meldkamer Veer")
    body = send_out().split("leave them in place.\n")[1]
    expected = WRITTEN.replace("    name: Meldkamer Thuis\n", "    name: Meldkamer Veer\n")
    assert body == expected


def test_what_is_new_in_waarborg_is_added_and_the_rest_is_left_alone() -> None:
    bring_in(WRITTEN)
    testing.a_customer(by=NOOR, now=NOON, key="de-hoeve", name="De Hoeve")
    body = send_out()
    assert "\n  de-hoeve:\n    name: De Hoeve\n" in body
    for kept in (
        "# since 2019",
        "x-contract: 2019-044",
        "# The one that must never fall over.",
        "x-owner-of-this-file",
    ):
        assert kept in body
    assert bring_in(body).counts == {Change.UNCHANGED: 7}


def test_a_change_in_the_file_is_shown_before_it_is_made() -> None:
    bring_in(WRITTEN)
    changed = WRITTEN.replace("name: Meldkamer Thuis", "name: Meldkamer Veer")
    preview = preview_assets(changed.encode(), by=NOOR, now=NOON)
    assert preview.counts == {Change.UNCHANGED: 5, Change.CHANGED: 1}
    (field,) = [field for change in preview.changes for field in change.fields]
    assert (field.name, field.change, field.before, field.after) == (
        "name",
        Change.CHANGED,
        "Meldkamer Thuis",
        "Meldkamer Veer",
    )
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).name == "Meldkamer Thuis"
    import_previewed(preview.digest, agreed=preview.token, by=NOOR, now=NOON)
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).name == "Meldkamer Veer"


def test_what_was_agreed_to_is_what_happens_or_nothing_does() -> None:
    bring_in(WRITTEN)
    changed = WRITTEN.replace("kind: web", "kind: mobile")
    preview = preview_assets(changed.encode(), by=NOOR, now=NOON)
    rename("Meldkamer Veer")
    with pytest.raises(RegisterChangedSincePreview):
        import_previewed(preview.digest, agreed=preview.token, by=NOOR, now=NOON)
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).kind == "web"


def test_two_sides_that_changed_different_fields_are_both_kept() -> None:
    bring_in(WRITTEN)
    rename("Meldkamer Veer")
    preview = bring_in(WRITTEN.replace("kind: web", "kind: mobile"))
    assert preview.counts[Change.CHANGED] == 1
    found = queries.application(SCOPE, "meldkamer-thuis", only=None)
    assert (found.name, found.kind) == ("Meldkamer Veer", "mobile")


def test_one_field_changed_on_both_sides_is_a_conflict_and_nothing_is_taken_in() -> None:
    bring_in(WRITTEN)
    rename("Meldkamer Veer")
    changed = WRITTEN.replace("name: Meldkamer Thuis", "name: Meldkamer Noord").replace("kind: web", "kind: mobile")
    line = line_of(changed, "Meldkamer Noord")
    assert faults(changed) == [("conflict", "applications.meldkamer-thuis.name", line)]
    with pytest.raises(AssetsRefused):
        bring_in(changed)
    found = queries.application(SCOPE, "meldkamer-thuis", only=None)
    assert (found.name, found.kind) == ("Meldkamer Veer", "web")


def test_a_conflict_is_over_when_the_file_says_what_the_register_says() -> None:
    bring_in(WRITTEN)
    rename("Meldkamer Veer")
    assert bring_in(WRITTEN.replace("Meldkamer Thuis", "Meldkamer Veer")).counts == {Change.UNCHANGED: 6}


def test_an_old_file_does_not_undo_what_went_out_since_but_was_never_committed() -> None:
    bring_in(WRITTEN)
    rename("Meldkamer Veer")
    send_out()
    preview = bring_in(WRITTEN)
    assert preview.counts == {Change.UNCHANGED: 5, Change.KEPT: 1}
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).name == "Meldkamer Veer"


def test_a_register_that_never_saw_the_file_is_not_overwritten_by_it() -> None:
    testing.a_customer(by=NOOR, now=NOON)
    testing.a_kind(by=NOOR, now=NOON)
    testing.an_application(by=NOOR, now=NOON, name="Meldkamer", harm="death", information=("alarmmeldingen",))
    places = [place for code, place, _ in faults(WRITTEN) if code == "conflict"]
    assert places == ["applications.meldkamer-thuis.name", "applications.meldkamer-thuis.harm_explained"]


def test_what_the_file_leaves_out_stays_in_the_register_and_that_is_said() -> None:
    bring_in(WRITTEN)
    without = WRITTEN.replace("    information: [alarmmeldingen]\n", "").split("projects:")[0]
    preview = bring_in(without)
    assert preview.counts == {Change.UNCHANGED: 4, Change.REMOVED: 2}
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).information
    assert [each.name for each in queries.projects(SCOPE, only=None)] == ["Meldkamer 3.8"]
    assert "meldkamer-3-8" in send_out()


def test_a_field_is_emptied_by_saying_so() -> None:
    bring_in(WRITTEN)
    bring_in(WRITTEN.replace("information: [alarmmeldingen]", "information: []"))
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).information == ()
    assert "information: []" in send_out()


def test_a_file_retires_an_application_and_takes_it_up_again() -> None:
    bring_in(WRITTEN)
    retired = WRITTEN.replace("    kind: web\n", "    kind: mobile\n    state: retired\n")
    bring_in(retired)
    found = queries.application(SCOPE, "meldkamer-thuis", only=None)
    assert (found.state, found.kind) == (ApplicationState.RETIRED, "mobile")
    bring_in(retired.replace("retired", "active").replace("mobile", "api"))
    found = queries.application(SCOPE, "meldkamer-thuis", only=None)
    assert (found.state, found.kind) == (ApplicationState.ACTIVE, "api")


def test_what_is_retired_is_not_changed_by_a_file() -> None:
    bring_in(WRITTEN)
    retire_application(queries.application(SCOPE, "meldkamer-thuis", only=None).id, reason="weg", by=NOOR, now=NOON)
    assert [code for code, _, _ in faults(WRITTEN.replace("kind: web", "kind: api"))] == ["application_retired"]


MELDKAMER = "applications.meldkamer-thuis"


@pytest.mark.parametrize(
    ("before", "after", "fault", "place"),
    [
        ("harm: death", "harm: sadness", "not_a_choice", f"{MELDKAMER}.harm"),
        ("    harm: death\n", "", "missing", f"{MELDKAMER}.harm"),
        ("    harm: death", "    harn: none\n    harm: death", "misspelt_name", f"{MELDKAMER}.harn"),
        ("name: Meldkamer Thuis", "name: 2026", "not_text", f"{MELDKAMER}.name"),
        ("data: true", "data: yes", "not_true_or_false", f"{MELDKAMER}.environments.production.holds_real_data"),
        ("integrity: 3", "integrity: 4", "not_a_level", "information.alarmmeldingen.integrity"),
        ("ality: 3", "ality: 2", "health_is_confidential", "information.alarmmeldingen.confidentiality"),
        ("-het-veer\n    kind", "-de-hoeve\n    kind", "customer_unknown", f"{MELDKAMER}.customer"),
        ("[alarmmeldingen]", "[roosters]", "kind_unknown", f"{MELDKAMER}.information"),
        ("- meldkamer-thuis", "- meldkamer-uit", "project_application_unknown", "projects.meldkamer-3-8.applications"),
        ("2026-09-04", "2026-11-22", "review_in_future", f"{MELDKAMER}.last_security_review"),
        ("2026-09-04", "2026-02-30", "not_a_day", f"{MELDKAMER}.last_security_review"),
        (
            "-09-01",
            "-09-01\n    delivered_on: 2026-08-01",
            "delivered_before_start",
            "projects.meldkamer-3-8.delivered_on",
        ),
        ("      acceptance:", "      holiday:", "not_a_choice", f"{MELDKAMER}.environments.holiday"),
        ("assets/1", "assets/2", "not_a_choice", "waarborg"),
        ("https://meld", "http://meld", "not_an_address", f"{MELDKAMER}.environments.production.url"),
    ],
)
def test_each_fault_in_a_file_is_named_with_its_line_and_its_field(
    before: str, after: str, fault: str, place: str
) -> None:
    assert WRITTEN.count(before) >= 1
    bent = WRITTEN.replace(before, after, 1)
    ((code, where, line),) = faults(bent)
    assert (code, where) == (fault, place)
    changed = line_of(bent, after.strip().splitlines()[-1].strip()) if after else line_of(bent, "meldkamer-thuis:")
    assert abs(line - changed) <= 1
    assert queries.counts(SCOPE, only=None).customers == 0


def test_all_faults_of_a_file_are_told_at_once() -> None:
    bent = WRITTEN.replace("harm: death", "harm: sadness").replace("integrity: 3", "integrity: 9")
    assert [code for code, _, _ in faults(bent)] == ["not_a_level", "not_a_choice"]


def test_lines_are_counted_from_the_top_of_the_file_below_our_header() -> None:
    bring_in(WRITTEN)
    bent = send_out().replace("kind: web", "kind: toaster")
    assert faults(bent) == [("not_a_choice", "applications.meldkamer-thuis.kind", line_of(bent, "toaster"))]


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        (b"", "empty_file", 0),
        (b"# only a remark\n", "empty_file", 0),
        (b"- a\n- b\n", "not_names_with_values", 1),
        (b"waarborg: assets/1\ncustomers:\n\ta:\n", "tab", 3),
        (b"waarborg: assets/1\nwaarborg: assets/1\n", "duplicate_key", 2),
        (b"waarborg: assets/1\nx-a: b\x00c\n", "hidden_character", 2),
        (b"waarborg: assets/1\nx-a: caf\xe9\n", "not_utf8", 2),
        ("waarborg: assets/1\n".encode("utf-16"), "byte_order_mark", 1),
        (b"\xef\xbb\xbfwaarborg: assets/1\n", "byte_order_mark", 1),
        (b"waarborg: [\n", "not_yaml", 2),
        (b"waarborg: assets/1\n---\nwaarborg: assets/1\n", "not_yaml", 2),
        (b"waarborg: *nobody\n", "not_yaml", 1),
        (b"waarborg: assets/1\nx-a: &a [*a]\n", "alias_of_itself", 2),
        (b"x-a: " + b"[" * 41, "too_deep", 0),
        (b"waarborg: assets/1\nx-a: !!python/object:os.system {}\n", "tag", 2),
        (b"waarborg: assets/1\nx-a: !secret b\n", "tag", 0),
        (b"waarborg: assets/1\nx-a: 0b2\nx-b: !!int c\n", "not_yaml", 0),
        (b"a" * 500_001, "file_too_large", 0),
        (b"waarborg: assets/1\ncustomers: 3\n", "not_names_with_values", 2),
        (b"waarborg: assets/1\ncustomers: {a: 3}\n", "not_names_with_values", 2),
        (b"waarborg: assets/1\ncustomers: {Aap: {name: Aap}}\n", "not_a_key", 2),
        (b"waarborg: assets/1\ncustomers: {3: {name: Aap}}\n", "not_text", 2),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_document_is_refused_with_the_line_where_there_is_one(content: bytes, fault: str, line: int) -> None:
    assert [(code, at) for code, _, at in faults(content)] == [(fault, line)]


def test_a_billion_laughs_are_not_laughed() -> None:
    rounds = "".join(f"x-{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 11))
    assert faults("waarborg: assets/1\nx-0: &l0 [ha]\n" + rounds)[0][0] == "too_many_values"


def test_a_long_text_by_many_names_is_refused_as_well() -> None:
    many = "".join(f"  k{n}: {{name: *long}}\n" for n in range(9_000))
    assert faults(f"waarborg: assets/1\nx-0: &long {'a' * 200_000}\ncustomers:\n{many}")[0][0] == "too_many_values"


def test_an_alias_is_read_and_only_the_entry_that_changes_lets_go_of_it() -> None:
    text = WRITTEN + ("x-usual: &usual\n  kind: api\n  harm: none\n  customer: thuiszorg-het-veer\n")
    text = text.replace(
        "applications:\n  #", "applications:\n  een: {<<: *usual, name: Een}\n  twee: {<<: *usual, name: Twee}\n  #", 1
    )
    text = text.split("x-usual")[1].join(["x-usual", ""]) + text.split("x-usual")[0]
    bring_in(text)
    found = queries.application(SCOPE, "een", only=None)
    details = ApplicationDetails.model_validate(
        {"name": "Een", "customer": found.customer_key, "kind": "mobile", "harm": "none"}
    )
    change_application(found.id, details, by=NOOR, now=NOON)
    out = send_out()
    assert bring_in(out).counts == {Change.UNCHANGED: 8}
    assert "twee: {<<: *usual, name: Twee}" in out
    assert (queries.application(SCOPE, "een", only=None).kind, queries.application(SCOPE, "twee", only=None).kind) == (
        "mobile",
        "api",
    )


def test_windows_line_ends_are_kept() -> None:
    windows = WRITTEN.replace("\n", "\r\n")
    bring_in(windows)
    assert send_out().endswith(windows)
    rename("Meldkamer Veer")
    out = send_out()
    assert "Meldkamer Veer" in out
    assert "\n" not in out.replace("\r\n", "")


def test_a_damaged_header_gives_a_conflict_at_worst_and_never_a_silent_loss() -> None:
    bring_in(WRITTEN)
    rename("Meldkamer Veer")
    out = send_out()
    rename("Meldkamer Zuid")
    damaged = out.replace("# waarborg: document ", "# waarborg: document x")
    assert [code for code, _, _ in faults(damaged)] == ["conflict"]


def test_an_import_is_one_entry_beside_those_of_its_acts() -> None:
    bring_in(WRITTEN)
    entries = [entry for _, entry in page_of_entries(SCOPE)]
    (imported,) = [entry for entry in entries if entry.event == "assets.imported"]
    assert (imported.detail["new"], imported.detail["faults"]) == (6, 0)
    assert {entry.event for entry in entries} >= {"customer.registered", "application.reviewed", "project.registered"}


def test_an_import_that_is_refused_leaves_no_trace_in_the_register() -> None:
    with pytest.raises(AssetsRefused) as refused:
        bring_in(WRITTEN.replace("harm: death", "harm: sadness"))
    assert [fault.code for fault in refused.value.preview.faults] == ["not_a_choice"]
    assert (queries.counts(SCOPE, only=None).customers, AssetsDocument.objects.count()) == (0, 0)


@pytest.mark.parametrize("act", [bring_in, lambda text: preview_assets(text.encode(), by=SAM, now=NOON)])
def test_who_may_not_import_is_refused(act: Callable[[str], object]) -> None:
    with pytest.raises(NotAllowed):
        import_assets(WRITTEN.encode(), by=SAM, now=NOON)
    assert queries.counts(SCOPE, only=None).customers == 0


def test_an_auditor_takes_the_registers_along_and_that_is_logged() -> None:
    bring_in(WRITTEN)
    export_assets(by=AART, now=NOON)
    assert page_of_entries(SCOPE)[0][1].event == "assets.exported"


def test_another_organisations_documents_are_no_base_for_this_one() -> None:
    bring_in(WRITTEN)
    import_assets(WRITTEN.replace("Meldkamer Thuis", "Elders").encode(), by=CHARLIE, now=NOON)
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).name == "Meldkamer Thuis"


def test_the_published_schema_is_that_of_the_document() -> None:

    published = Path(__file__).parents[2] / "docs" / "assets.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text()


def test_what_somebody_changes_during_an_import_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(WRITTEN)
    planned = assets_operations._planned

    def planned_and_overtaken(content: bytes, scope: UUID, now: datetime) -> object:
        plan = planned(content, scope, now)
        rename("Meldkamer Veer")
        return plan

    monkeypatch.setattr(assets_operations, "_planned", planned_and_overtaken)
    with pytest.raises(ChangedMeanwhile):
        bring_in(WRITTEN.replace("kind: web", "kind: mobile"))
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).kind == "web"
