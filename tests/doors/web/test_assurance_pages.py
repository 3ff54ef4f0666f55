"""The pages of what is proven, as each role sees them: nothing invented, nothing of another house, every page labelled."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.assurance.conftest import Registered, ordinary_pages, running
from tests.cast import NOON, SCOPE, person
from tests.doors.web.conftest import Browser, Clock, Fields, Pair
from tests.simulators.databases import Engine
from tests.simulators.servers import web_server

from waarborg.accounts.operations import set_language
from waarborg.accounts.testing import Someone, admitted, entered, signed_in
from waarborg.accounts.values import Role
from waarborg.assurance.checks.evidence import evidence_digest
from waarborg.assurance.models import Confirmation, Decision, Evidence, Statement
from waarborg.assurance.operations import allow_target, state
from waarborg.assurance.queries import evidence as queries
from waarborg.assurance.queries.evidence import RUN_TERM
from waarborg.assurance.values import Outcome, Verdict
from waarborg.audit.operations.sealing import seal_all
from waarborg.audit.queries.reading import page_of_entries
from waarborg.audit.rules.disclosure import verified
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.labels.values import TEXTS
from waarborg.registers.testing import a_customer, a_kind, an_application

TEXT = "De back-up van 3 november is op 5 november teruggezet in 40 minuten."
LABELS = {words[language] for words in TEXTS.values() for language in ("nl", "en")}


class Desk:
    """Someone who came in and sits at a browser."""

    def __init__(self, someone: Someone, time: Clock) -> None:
        self.someone = someone
        token = entered(someone, now=time())
        self.actor: Actor = signed_in(token, now=time() + timedelta(minutes=1)).actor  # when the factor was proven
        self.browser = Browser()
        self.browser.cookies["__Host-waarborg"] = token

    def get(self, address: str, **headers: str) -> Any:
        return self.browser.get(address, headers=headers)

    def page(self, name: str, *args: object, query: str = "") -> str:
        answer = self.get(reverse(f"web:{name}", args=args) + query)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return text_of(answer)

    def send(self, name: str, *args: object, query: str = "", **typed: Any) -> Any:
        form = self.browser.get(reverse("web:catalogue"))
        token = {"csrfmiddlewaretoken": Fields.of(form.content.decode())["csrfmiddlewaretoken"]}
        address = reverse(f"web:{name}", args=args) + query
        return self.browser.post(address, token | typed, headers={"Referer": "https://testserver/"})


def text_of(answer: Any) -> str:
    """Return the page with its spaces as people see them."""
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


@dataclass
class People:
    anna: Desk
    sam: Desk
    noor: Desk
    aart: Desk

    def __iter__(self) -> Iterator[Desk]:
        return iter((self.anna, self.sam, self.noor, self.aart))


@pytest.fixture
def people(pair: Pair, time: Clock) -> People:
    """An administrator, a security officer, a DevOps lead and an auditor, all of them in."""
    anna, sam = Desk(pair.anna, time), Desk(pair.sam, time)
    as_two = partial(admitted, asked_by=anna.actor, approved_by=sam.actor, now=time())
    noor, aart = as_two(Role.DEVOPS_LEAD, "Noor Bakkum", "noor"), as_two(Role.AUDITOR, "Aart Mulder", "aart")
    time.passes(minutes=1)
    return People(anna, sam, Desk(noor, time), Desk(aart, time))


@pytest.fixture
def filled(people: People, time: Clock, tmp_path: Path) -> Registered:
    """One application, measured: something right, something wrong, all of it sealed."""
    by = people.noor.actor
    a_customer(by=by, now=NOON)
    a_kind(by=by, now=NOON)
    with web_server(ordinary_pages) as unencrypted, running(tmp_path, by=by, plain_port=unencrypted) as application:
        application.measure(time())
    seal_all(time())
    return application


def events() -> list[tuple[str, str]]:
    return [(entry.event, entry.outcome) for _, entry in page_of_entries(SCOPE, size=2000)]


def addresses(application: Registered, statement: UUID) -> list[str]:
    """Every page of this part of the site that is there to be read."""
    return [
        reverse("web:home"),
        reverse("web:application", args=[application.id]),
        reverse("web:statement", args=[application.id, "C6"]),
        reverse("web:applicability", args=[application.id, "C6"]),
        reverse("web:measuring", args=[application.runs[0]]),
        reverse("web:evidence-list"),
        reverse("web:evidence", args=[application.kept("tls").pk]),
        reverse("web:evidence", args=[application.kept("http_headers").pk]),
        reverse("web:evidence", args=[statement]),
        reverse("web:catalogue"),
        *(reverse("web:control", args=[control]) for control in ("C1", "C3", "C6", "V4")),
        reverse("web:log"),
    ]


def stated(application: Registered, by: Actor, *, proof: str = "backups") -> UUID:
    return state(Reference("application", application.id), "C6", proof, text=TEXT, file=None, by=by, now=NOON).id


def test_every_page_carries_a_label_and_every_role_gets_a_page_or_a_refusal(filled: Registered, people: People) -> None:
    statement = stated(filled, people.noor.actor)
    seen = {}
    for desk in people:
        for address in addresses(filled, statement):
            answer = desk.get(address)
            seen[min(desk.actor.roles), address] = answer.status_code
            assert any(label in text_of(answer) for label in LABELS), (address, answer.status_code)
    refused = {(role, address) for (role, address), status in seen.items() if status != 200}
    state, decide = (reverse(f"web:{name}", args=[filled.id, "C6"]) for name in ("statement", "applicability"))
    may_not = {
        "administrator": {reverse("web:log"), state, decide},
        "auditor": {state, decide},
        "devops_lead": {reverse("web:log")},
        "security_officer": {decide},
    }
    assert refused == {(role, address) for role, held in may_not.items() for address in held}
    assert {seen[each] for each in refused} == {403}


def test_who_does_not_read_statements_sees_that_there_is_one_and_not_what_it_says(
    filled: Registered, people: People
) -> None:
    statement = stated(filled, people.noor.actor)
    page = people.anna.page("evidence", statement)
    assert "Uw rol leest" in page or "Your role doesn't read" in page
    assert TEXT not in page
    assert TEXT in people.aart.page("evidence", statement)


def test_both_languages_say_the_same_page_and_leave_nothing_untranslated(filled: Registered, people: People) -> None:
    english = ("Measured", "proven of", "Nothing has", "Unknown", "care points", "What was seen", "Holds until")
    statement = stated(filled, people.noor.actor)
    for address in addresses(filled, statement):
        answer = people.sam.get(address)
        assert answer.headers["Content-Language"] == "nl"
        assert [words for words in english if words in _without_raw(text_of(answer))] == [], address
    set_language("en", by=people.sam.actor, now=NOON)
    assert "Where we stand" in people.sam.page("home")
    assert "points proven" in people.sam.page("application", filled.id)


def _without_raw(page: str) -> str:
    return re.sub(r"<(pre|style|script).*?</\1>", "", page)


def test_an_empty_house_says_where_to_begin_to_who_may_and_to_who_may_not(people: People) -> None:
    assert reverse("web:application-new") in people.noor.page("home")
    for desk in (people.anna, people.sam, people.aart):
        page = desk.page("home")
        assert reverse("web:application-new") not in page
        assert "Nog niets gemeten" in page or "Begin hier" in page


def test_the_home_page_tells_the_worst_thing_first_and_confides_it(filled: Registered, people: People) -> None:
    page = people.noor.page("home")
    assert TEXTS["weakness"]["nl"] in page  # type: ignore[index] # a StrEnum is its value
    assert f"{reverse('web:application', args=[filled.id])}#" in page
    assert "Meldkamer-Thuis" in page


def test_an_application_shows_every_point_with_its_evidence(filled: Registered, people: People) -> None:
    page = people.noor.page("application", filled.id)
    for control in [*(f"C{number}" for number in range(1, 11)), "V2", "V4"]:
        assert f'id="{control}"' in page
    assert reverse("web:evidence", args=[filled.kept("http_headers").pk]) in page
    assert reverse("web:measure", args=[filled.id]) in page
    assert reverse("web:measure", args=[filled.id]) not in people.aart.page("application", filled.id)


def test_what_was_typed_into_a_register_is_text_on_the_page_and_never_markup(people: People) -> None:
    by = people.noor.actor
    a_customer(by=by, now=NOON, name="<script>alert(1)</script>")
    a_kind(by=by, now=NOON)
    an_application(by=by, now=NOON, name="<img src=x onerror=alert(2)>", harm_explained="<b>{{ 7 }}</b>{% x %}")
    raw = people.noor.get(reverse("web:home")).content.decode()
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw


def test_evidence_shows_what_was_literally_seen_where_it_is_fixed_and_who_takes_its_place(
    filled: Registered, people: People, time: Clock, tmp_path: Path
) -> None:
    first = filled.kept("tls").pk
    page = people.aart.page("evidence", first)
    assert filled.kept("tls").digest in page
    assert f"waarborg audit verify waarborg-{first}.json" in page
    filled.measure(time() + timedelta(minutes=1))
    assert reverse("web:evidence", args=[filled.kept("tls").pk]) in people.aart.page("evidence", first)


def test_evidence_that_is_not_sealed_yet_has_a_page_all_the_same(
    filled: Registered, people: People, time: Clock
) -> None:
    filled.measure(time() + timedelta(minutes=1))
    people.aart.page("evidence", filled.kept("tls").pk)


def test_the_evidence_file_carries_the_label_and_verifies(filled: Registered, people: People) -> None:
    answer = people.aart.get(reverse("web:evidence-file", args=[filled.kept("tls").pk]))
    file = json.loads(answer.content)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="waarborg-{filled.kept("tls").pk}.json"'
    assert file["label"].startswith(TEXTS["weakness"]["nl"])  # type: ignore[index] # a StrEnum is its value
    assert "Aart Mulder" in file["label"]
    assert verified(file["log"]).payload["detail"]["digest"] == file["digest"] == filled.kept("tls").digest


def test_a_measurement_is_started_followed_and_ended(people: People, filled: Registered, time: Clock) -> None:
    answer = people.noor.send("measure", filled.id)
    address = answer.headers["Location"]
    assert "hx-get" in text_of(people.noor.get(address))
    waiting = people.noor.get(address, HX_Request="true")
    assert waiting.status_code == 200
    assert "<html" not in waiting.content.decode()
    time.passes(seconds=RUN_TERM.total_seconds() + 60)
    people.noor = Desk(people.noor.someone, time)
    given_up = people.noor.get(address, HX_Request="true")
    assert given_up.status_code == 286
    assert text_of(given_up).count("Onbekend") == 6
    assert "hx-get" not in text_of(people.noor.get(address))


def test_a_measurement_that_is_done_stops_the_asking(filled: Registered, people: People) -> None:
    answer = people.noor.get(reverse("web:measuring", args=[filled.runs[0]]), HX_Request="true")
    assert answer.status_code == 286


def test_who_may_not_measure_gets_a_refusal_that_is_logged(filled: Registered, people: People) -> None:
    assert people.aart.send("measure", filled.id).status_code == 403
    assert ("page.refused", "4") in events()
    assert people.noor.get(reverse("web:measure", args=[filled.id])).status_code == 405


def test_without_an_address_measuring_says_what_is_missing(people: People) -> None:
    by = people.noor.actor
    a_customer(by=by, now=NOON)
    a_kind(by=by, now=NOON)
    bare = an_application(by=by, now=NOON)
    answer = people.noor.send("measure", bare)
    assert answer.headers["Location"] == reverse("web:application", args=[bare])
    assert "Er is nog niets te meten" in text_of(people.noor.get(answer.headers["Location"]))


def test_a_statement_is_made_by_one_and_confirmed_by_another(filled: Registered, people: People) -> None:
    made = people.noor.send("statement", filled.id, "C6", query="?proof=backups", text=TEXT)
    assert made.status_code == 302
    statement = Statement.objects.get().pk
    confirm = reverse("web:statement-confirm", args=[statement])
    assert confirm not in people.noor.page("evidence", statement)
    people.noor.send("statement-confirm", statement, word="confirm")
    assert not Confirmation.objects.exists()
    assert confirm in people.sam.page("evidence", statement)
    people.sam.send("statement-confirm", statement, word="confirm")
    assert "Sam Visser" in people.noor.page("evidence", statement)
    assert Confirmation.objects.get().confirmed
    assert ("statement.read", "0") in events()


def test_refusing_a_statement_takes_a_reason(filled: Registered, people: People) -> None:
    statement = stated(filled, people.noor.actor)
    answer = people.sam.send("statement-confirm", statement, word="refuse")
    assert "waarom u weigert" in text_of(people.sam.get(answer.headers["Location"]))
    assert not Confirmation.objects.exists()
    people.sam.send("statement-confirm", statement, word="refuse", reason="Het verslag ontbreekt.\0")
    assert not Confirmation.objects.get().confirmed


def test_a_word_that_is_neither_yes_nor_no_decides_nothing(filled: Registered, people: People) -> None:
    statement = stated(filled, people.noor.actor)
    for typed in ({}, {"word": ""}, {"word": "maybe"}):
        assert people.sam.send("statement-confirm", statement, reason="x", **typed).status_code == 400
    assert not Confirmation.objects.exists()


def test_a_statement_that_is_refused_keeps_what_was_typed(filled: Registered, people: People) -> None:
    large = SimpleUploadedFile("groot.bin", b"x" * (2 * 1024 * 1024 + 1))
    for text, file in (("kort", ""), ("", ""), ("x" * 5001, ""), (f"{TEXT}\0", ""), (TEXT, large)):
        answer = people.noor.send("statement", filled.id, "C6", text=text, file=file)
        assert answer.status_code == 422
        assert text.replace("\0", "") in re.sub("[\0\ufffd]", "", text_of(answer))
    assert not Statement.objects.exists()


def test_a_file_goes_along_with_a_statement_and_the_second_person_gets_it(filled: Registered, people: People) -> None:
    content = b"<script>" + b"x" * (2 * 1024 * 1024 - 8)
    file = SimpleUploadedFile("v\u00e9rslag 3.html", content, content_type="text/html")
    assert people.noor.send("statement", filled.id, "C6", text=TEXT, file=file).status_code == 302
    statement = Statement.objects.get().pk
    address = reverse("web:statement-file", args=[statement])
    assert f'href="{address}"' in people.sam.page("evidence", statement)
    given = people.sam.get(address)
    assert given.content == content
    assert given.headers["Content-Type"] == "application/octet-stream"
    assert given.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''v%C3%A9rslag")
    assert events()[0] == ("statement.file_read", "0")
    assert people.anna.get(address).status_code == 403
    assert events()[0] == ("page.refused", "4")
    without = stated(filled, people.noor.actor, proof="at_rest")
    assert people.sam.get(reverse("web:statement-file", args=[without])).status_code == 404


def test_a_point_is_left_out_for_a_reason_only_and_the_history_stays(
    filled: Registered, people: People, time: Clock
) -> None:
    reason = "De applicatie toont geen personen, alleen apparaten."
    short = people.noor.send("applicability", filled.id, "C9", decision="not", reason="nee")
    assert short.status_code == 422
    assert not Decision.objects.exists()
    assert people.noor.send("applicability", filled.id, "C9", decision="not", reason=reason).status_code == 302
    time.passes(minutes=1)
    assert people.noor.send("applicability", filled.id, "C9", decision="applies").status_code == 302
    page = people.noor.page("applicability", filled.id, "C9")
    assert reason in page
    assert page.index(">Geldt</th>") < page.index(">Niet van toepassing</th>")
    assert people.sam.send("applicability", filled.id, "C9", decision="applies").status_code == 403


def test_reading_the_log_is_in_the_log_and_who_may_not_is_too(filled: Registered, people: People) -> None:
    assert people.noor.get(reverse("web:log")).status_code == 403
    assert events()[0] == ("page.refused", "4")
    page = people.aart.page("log")
    assert TEXTS["staff"]["nl"] in page  # type: ignore[index] # a StrEnum is its value
    assert "Aart Mulder" in page
    assert events()[0] == ("log.read", "0")


def test_a_page_of_the_log_or_of_evidence_that_is_not_there_is_the_nearest_that_is(
    filled: Registered, people: People
) -> None:
    for number in ("0", "-1", "2", "999999999", "1e3", "²", "9" * 40, "%00"):
        for name in ("log", "evidence-list", "home"):
            assert "<table" in people.sam.page(name, query=f"?page={number}"), (name, number)


def test_the_list_of_evidence_is_paged_and_filtered(filled: Registered, people: People, time: Clock) -> None:
    for minutes in range(1, 10):
        filled.measure(time() + timedelta(minutes=minutes))
    assert Evidence.objects.count() == 60
    first, second = people.aart.page("evidence-list"), people.aart.page("evidence-list", query="?page=2")
    assert (first.count("/bewijs/0"), second.count("/bewijs/0")) == (50, 10)
    met = people.aart.page("evidence-list", query="?outcome=met")
    assert str(filled.kept("http_headers").pk) not in met
    assert "/bewijs/0" in people.aart.page("evidence-list", query="?outcome=%00' OR 1=1")


def test_wrong_and_foreign_ids_are_not_found(filled: Registered, people: People, tmp_path: Path) -> None:
    lead = person(9, "devops_lead", UUID(int=77))
    a_customer(by=lead, now=NOON)
    a_kind(by=lead, now=NOON)
    with running(tmp_path / "elsewhere", by=lead, listed=False) as foreign:
        allow_target("localhost", foreign.port, private=True, by=person(8, "security_officer", lead.scope), now=NOON)
        foreign.measure()
    theirs = [foreign.id, foreign.runs[0], foreign.kept("tls").pk, stated(foreign, lead)]
    for wrong in (*theirs, new_id(), UUID(int=0), filled.environment):
        for name, args in (
            ("application", ()), ("statement", ("C6",)), ("applicability", ("C6",)), ("measuring", ()), ("evidence", ()),
            ("evidence-file", ()),
        ):  # fmt: skip
            assert people.noor.get(reverse(f"web:{name}", args=[wrong, *args])).status_code == 404, (name, wrong)
        assert people.noor.get(reverse("web:statement-file", args=[wrong])).status_code == 404
        assert people.noor.send("statement-confirm", wrong, word="confirm").status_code == 404
        assert people.noor.send("measure", wrong).status_code == 404
    assert not Confirmation.objects.exists()
    for control in ("C99", "c6", "%00", "..", "x" * 300):
        assert people.noor.get(f"/catalogus/{control}").status_code == 404
        assert people.noor.get(f"/applicaties/{filled.id}/{control}/verklaren").status_code == 404
    assert people.noor.get("/bewijs/not-an-id").status_code == 404
    assert people.noor.get(reverse("web:statement", args=[filled.id, "V4"])).status_code in (200, 404)


def test_a_tampered_log_still_opens_and_says_which_entry_is_damaged(
    filled: Registered, people: People, database: Engine
) -> None:
    with database.without_triggers(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM audit_spool")
        (last,) = cursor.fetchone()
        cursor.execute(
            "UPDATE audit_spool SET bundle = (SELECT sealed_key FROM audit_spool WHERE sealed_key IS NOT NULL LIMIT 1) WHERE id = %s",
            [last - 1],
        )
        cursor.execute("SELECT digest FROM audit_payload")
        digest = cursor.fetchall()[-3][0]
        cursor.execute("UPDATE audit_payload SET ciphertext = digest WHERE digest = %s", [digest])
    page = people.aart.page("log")
    assert "beschadigd" in page.lower()


BROKEN = "Gebroken. Bel uw beveiligingsfunctionaris"


@pytest.mark.parametrize(
    "bend",
    [
        "DELETE FROM audit_checkpoint",
        'DELETE FROM audit_leaf WHERE "index" < 3',
        "UPDATE audit_payload SET ciphertext = digest",
        "UPDATE audit_spool SET bundle = (SELECT bundle FROM audit_spool WHERE id = 1)",
    ],
)
def test_evidence_in_a_bent_log_says_that_its_chain_is_broken_and_gives_no_file(
    filled: Registered, people: People, database: Engine, bend: str
) -> None:
    statement = stated(filled, people.noor.actor)
    with database.without_triggers(), connection.cursor() as cursor:
        cursor.execute(bend)
    assert BROKEN in people.sam.page("evidence", filled.kept("tls").pk)
    assert people.sam.get(reverse("web:evidence-file", args=[filled.kept("tls").pk])).status_code == 503
    people.sam.page("evidence", statement)


def test_who_bends_evidence_and_its_digest_along_still_breaks_the_chain(
    filled: Registered, people: People, database: Engine
) -> None:
    kept = filled.kept("https_redirect")
    kept.outcome = "met"
    bent = replace(queries.evidence(SCOPE, kept.pk, only=None).measured, verdict=Verdict(Outcome.MET, ()))
    kept.findings, kept.holds_until = [], None
    kept.digest = evidence_digest(bent, subject=f"environment:{kept.environment}", judged_at=kept.judged_at)
    with database.without_triggers():
        kept.save()
    assert queries.evidence(SCOPE, kept.pk, only=None).intact
    assert BROKEN in people.sam.page("evidence", kept.pk)
    assert BROKEN not in people.sam.page("evidence", filled.kept("tls").pk)


QUERIES = {"home": 10, "application": 13, "evidence-list": 11, "catalogue": 9, "log": 17}
"""What each page asks of the database, whatever the number of applications, the two to know who asks included."""


def test_a_page_asks_as_much_of_the_database_for_three_applications_as_for_one(
    filled: Registered, people: People
) -> None:
    def asked(name: str) -> int:
        args = [filled.id] if name == "application" else []
        people.sam.page(name, *args)
        with CaptureQueriesContext(connection) as queries:
            people.sam.page(name, *args)
        return len([each for each in queries if each["sql"].startswith(("SELECT", "INSERT", "UPDATE"))])

    one = {name: asked(name) for name in QUERIES}
    for key in ("tweede", "derde"):
        an_application(by=people.noor.actor, now=NOON, key=key, name=key)
    assert one == {name: asked(name) for name in QUERIES} == QUERIES
