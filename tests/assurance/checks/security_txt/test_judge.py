"""Each fault alone fails the file, each doubt alone leaves it unknown, and nothing half-seen is ever met."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.pages import Page
from waarborg.assurance.checks.security_txt.judge import judge, same_address, time_of
from waarborg.assurance.checks.security_txt.reading import read
from waarborg.assurance.checks.security_txt.values import Criteria, Observation, Text
from waarborg.assurance.values import Outcome, Verdict

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLACE = "https://zorg.test/.well-known/security.txt"
GOOD = "Contact: mailto:security@zorg.test\nExpires: 2027-06-30T12:00:00Z\n"
CHECK = load_check("security_txt")
PAGE = Page(
    asked=PLACE, address=PLACE, status=200, content_type="text/plain; charset=utf-8", truncated=False, trusted=True
)


def criteria(**change: object) -> Criteria:
    assert isinstance(CHECK.criteria, Criteria)
    return CHECK.criteria.model_copy(update=change)


def of(text: str | bytes = GOOD, page: Mapping[str, object] = MappingProxyType({})) -> Observation:
    body = text.encode() if isinstance(text, str) else text
    return Observation(host="zorg.test", well_known=PAGE.model_copy(update=dict(page)), text=read(body))


def judged(seen: Observation, **change: object) -> Verdict:
    return judge(seen, criteria=criteria(**change), now=NOW)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def test_a_valid_file_is_met_until_it_expires() -> None:
    verdict = judged(of())
    assert (verdict.outcome, codes(verdict)) == (Outcome.MET, ["in_order"])
    assert verdict.holds_until == datetime(2027, 6, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD.replace("Contact: mailto:security@zorg.test\n", ""), "no_contact"),
        (GOOD.replace("mailto:", ""), "contact_unusable"),
        (GOOD.replace("mailto:security@zorg.test", "http://zorg.test/meld"), "contact_unusable"),
        (GOOD.replace("zorg.test", "example.com"), "contact_placeholder"),
        ("Contact: https://www.example.org/report\nExpires: 2027-06-30T12:00:00Z\n", "contact_placeholder"),
        ("Contact: mailto:security@zorg.test\n", "no_expires"),
        (GOOD + "Expires: 2027-07-30T12:00:00Z\n", "expires_more_than_once"),
        (GOOD.replace("2027-06-30T12:00:00Z", "2027-06-30"), "expires_not_a_time"),
        (GOOD.replace("2027-06-30T12:00:00Z", "2027-06-30T12:00:00"), "expires_not_a_time"),
        (GOOD.replace("2027-06-30T12:00:00Z", "2027-02-30T12:00:00Z"), "expires_not_a_time"),
        (GOOD.replace("2027-06-30", "2026-11-21"), "expired"),
        (GOOD + "Canonical: https://ander.test/.well-known/security.txt\n", "not_canonical"),
        (GOOD + "Policy: http://zorg.test/beleid\n", "field_in_clear"),
        (GOOD + "Preferred-Languages: nl\nPreferred-Languages: en\n", "languages_more_than_once"),
        (GOOD + "meld lekken bij de receptie\n", "line_not_understood"),
        ("\ufeff" + GOOD, "line_not_understood"),
        (GOOD.encode() + b"# caf\xe9\n", "not_utf8"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + GOOD, "signature_broken"),
    ],
)
def test_each_fault_alone_fails_the_file_and_is_named(text: str | bytes, code: str) -> None:
    verdict = judged(of(text))
    assert (verdict.outcome, code in codes(verdict)) == (Outcome.NOT_MET, True)


@pytest.mark.parametrize(
    ("page", "outcome", "code"),
    [
        ({"failure": "timeout", "status": None}, Outcome.UNKNOWN, "not_reached"),
        ({"status": None}, Outcome.UNKNOWN, "not_reached"),
        ({"trusted": False}, Outcome.UNKNOWN, "not_trusted"),
        ({"trusted": None}, Outcome.UNKNOWN, "not_trusted"),
        ({"address": "https://ander.test/security.txt"}, Outcome.UNKNOWN, "other_host"),
        ({"hops": ("http://zorg.test/security.txt",)}, Outcome.NOT_MET, "through_clear"),
        ({"status": 404}, Outcome.NOT_MET, "no_file"),
        ({"status": 410}, Outcome.NOT_MET, "no_file"),
        ({"status": 403}, Outcome.UNKNOWN, "not_ok"),
        ({"status": 503}, Outcome.UNKNOWN, "not_ok"),
        ({"truncated": True}, Outcome.UNKNOWN, "too_large"),
        ({"truncated": None}, Outcome.UNKNOWN, "too_large"),
        ({"content_type": "text/html"}, Outcome.UNKNOWN, "page_for_everything"),
        ({"content_type": None}, Outcome.UNKNOWN, "page_for_everything"),
        ({"content_type": "text/plain; charset=iso-8859-1"}, Outcome.NOT_MET, "wrong_charset"),
    ],
)
def test_how_the_file_was_served_decides_too(page: dict[str, object], outcome: Outcome, code: str) -> None:
    verdict = judged(of(page=page))
    assert (verdict.outcome, codes(verdict)) == (outcome, [code])


def test_a_listed_host_may_serve_the_file() -> None:
    elsewhere = of(page={"address": "https://bureau.test/security.txt", "hops": (PLACE,)})
    assert judged(elsewhere, hosts=("bureau.test",)).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("everything", "outcome"), [(True, Outcome.UNKNOWN), (None, Outcome.UNKNOWN), (False, Outcome.NOT_MET)]
)
def test_a_web_page_at_the_place_counts_only_where_other_places_have_none(
    *, everything: bool | None, outcome: Outcome
) -> None:
    seen = of(page={"content_type": "text/html"}).model_copy(update={"answers_everything": everything})
    assert judged(seen).outcome is outcome


def test_the_old_place_is_named_as_what_to_move() -> None:
    seen = of(page={"status": 404}).model_copy(update={"old_place": True})
    assert codes(judged(seen)) == ["only_at_old_place"]


def test_languages_may_be_named_once_and_own_address_confirmed() -> None:
    assert judged(of(f"{GOOD}Preferred-Languages: nl, en\nCanonical: {PLACE}\n")).outcome is Outcome.MET


def test_more_than_a_year_ahead_is_said_and_not_failed() -> None:
    verdict = judged(of(GOOD.replace("2027-06-30", "2029-06-30")))
    assert (verdict.outcome, codes(verdict)) == (Outcome.MET, ["in_order", "expires_far"])


SIGNED = """\
-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

{}\
-----BEGIN PGP SIGNATURE-----

abc
-----END PGP SIGNATURE-----
"""


def test_a_signed_file_is_read_inside_its_signature_which_is_not_believed() -> None:
    signed = SIGNED.format(GOOD)
    assert codes(judged(of(signed))) == ["in_order", "signature_not_verified"]


@pytest.mark.parametrize("outside", ["Contact: mailto:dief@elders.test\n{}", "{}Contact: mailto:dief@elders.test\n"])
def test_a_field_outside_the_signature_breaks_it(outside: str) -> None:
    signed = SIGNED.format(GOOD)
    assert "signature_broken" in codes(judged(of(outside.format(signed))))


def test_more_fields_than_are_kept_is_unknown() -> None:
    assert judged(of(GOOD + "Contact: https://zorg.test/meld\n" * 300)).outcome is Outcome.UNKNOWN


def test_a_persons_mailbox_and_number_stay_out_of_the_observation() -> None:
    text = (
        "Contact: mailto:jan.jansen@zorg.test?subject=lek\nContact: tel:+31612345678\nContact: jan@zorg.test\n"
        "Contact: https://u:p@zorg.test/x?key=geheim\nX-Note: bel jan\n"
    )
    kept = of(text).model_dump_json()
    assert not [leak for leak in ("jan", "612345678", "subject", "u:p", "geheim") if leak in kept]


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2026-13-01T00:00:00Z", "", "nooit"]
)
def test_a_time_that_is_none_is_none(text: str) -> None:
    assert time_of(text) is None


@pytest.mark.parametrize("text", ["2027-06-30T12:00:00Z", "2027-06-30t14:00:00.25+02:00"])
def test_every_spelling_of_a_moment_is_that_moment(text: str) -> None:
    assert time_of(text) == datetime(2027, 6, 30, 12, tzinfo=UTC)


def test_spellings_of_one_address_are_the_same() -> None:
    assert same_address("HTTPS://Zorg.test/x") == same_address("https://zorg.test:443/x")


@given(st.binary(max_size=400))
def test_reading_never_raises_and_what_it_keeps_can_be_kept(body: bytes) -> None:
    seen = of(body)
    assert Observation.model_validate_json(seen.model_dump_json()) == seen


pages = st.builds(
    Page,
    asked=st.just(PLACE),
    address=st.sampled_from([PLACE, "", "http://zorg.test/", "https://ander.test/", "https://[/"]),
    hops=st.lists(st.sampled_from([PLACE, "http://zorg.test/", "https://[/"]), max_size=2).map(tuple),
    failure=st.sampled_from([None, "timeout", "dns"]),
    status=st.sampled_from([None, 0, 200, 204, 301, 404, 500]),
    content_type=st.sampled_from([None, "", "text/plain", "text/plain; charset=x", "text/html"]),
    truncated=st.sampled_from([None, True, False]),
    trusted=st.sampled_from([None, True, False]),
)
fields = st.sampled_from(
    [
        *GOOD.splitlines(),
        "Expires: x",
        "Expires: 2020-01-01T00:00:00Z",
        "Canonical: https://[/",
        "Contact: https://[",
        "onzin",
    ]
)


texts = st.none() | st.lists(fields, max_size=4).map(lambda lines: read("\n".join(lines).encode()))


@given(page=pages, text=texts, everything=st.sampled_from([None, True, False]))
def test_only_a_whole_observation_is_ever_met(page: Page, text: Text | None, *, everything: bool | None) -> None:
    seen = Observation(host="zorg.test", well_known=page, text=text, answers_everything=everything)
    verdict = judged(seen)
    whole = (
        page.failure is None
        and page.status == 200
        and page.trusted is True
        and page.truncated is False
        and text is not None
    )
    assert verdict.outcome is not Outcome.MET or whole
    assert all(CHECK.sentence(finding, "saw", "nl") and finding.code in CHECK.words for finding in verdict.findings)


def test_met_never_outlives_the_file() -> None:
    assert judge(of(), criteria=criteria(), now=NOW + timedelta(days=300)).outcome is Outcome.NOT_MET
