"""The controls that come with Waarborg, and what a wrong file is told."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from waarborg.assurance.catalogue.loading import ControlFileInvalid, load_catalogue, read_catalogue, read_control
from waarborg.assurance.catalogue.values import CheckProof, Control, StatementProof, Words
from waarborg.assurance.checks.loading import load_checks
from waarborg.assurance.values import EvidenceKind
from waarborg.registers.values.classification import RiskClass

CONTROLS = load_catalogue()
GOOD = """
id = "C1"
version = 1
title = { nl = "titel", en = "title" }
words = { nl = "woorden", en = "words" }
why = { nl = "waarom", en = "why" }
applies_to = "all"
norms = [{ edition = "NEN 7510-2:2024", number = "5.8", verified = true }]
validity_days.low = { measured = 90, stated = 360 }
validity_days.middle = { measured = 60, stated = 180 }
validity_days.high = { measured = 30, stated = 90 }
validity_days.critical = { measured = 10, stated = 30 }
[[proofs]]
id = "review"
kind = "statement"
title = { nl = "t", en = "t" }
asks = { nl = "t", en = "t" }
evidenced_by = { nl = "t", en = "t" }
"""


def all_words(control: Control) -> Iterator[Words]:
    yield from (control.title, control.words, control.why)
    for proof in control.proofs:
        yield proof.title
        if isinstance(proof, StatementProof):
            yield from (proof.asks, proof.evidenced_by)


def test_the_ten_points_of_the_checklist_are_there_in_their_order() -> None:
    assert [id_ for id_, control in CONTROLS.items() if control.family == "C"] == [f"C{n}" for n in range(1, 11)]


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_every_text_is_translated_and_not_copied(control: Control) -> None:
    for words in all_words(control):
        assert words.nl != words.en


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_every_check_that_a_control_names_exists(control: Control) -> None:
    named = {proof.check for proof in control.proofs if isinstance(proof, CheckProof)}
    assert named <= set(load_checks())


def test_every_check_is_asked_for_by_a_control() -> None:
    named = {p.check for control in CONTROLS.values() for p in control.proofs if isinstance(p, CheckProof)}
    assert set(load_checks()) == named


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_numbers_of_the_2017_edition_are_never_called_verified(control: Control) -> None:
    editions = {norm.edition for norm in control.norms}
    assert editions == {"NEN 7510-2:2024", "NEN 7510-2:2017"}
    assert not any(norm.verified for norm in control.norms if norm.edition.endswith("2017"))


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_what_harms_more_is_proven_more_often(control: Control) -> None:
    for kind in EvidenceKind:
        days = [control.validity_days.of(risk).days(kind) for risk in RiskClass]
        assert all(one >= next_ for one, next_ in pairwise(days))
        assert days[0] > days[-1]


@pytest.mark.parametrize("id_", ["C1", "C7", "C8", "C9", "C10"])
def test_what_is_not_measured_yet_says_so_in_both_languages(id_: str) -> None:
    asks = [proof.asks for proof in CONTROLS[id_].proofs if isinstance(proof, StatementProof)]
    assert any("meet dit nog niet" in words.nl and "doesn't measure this yet" in words.en for words in asks)


def test_the_digest_changes_with_the_words_and_not_with_the_layout() -> None:
    control = read_control(GOOD, name="C1.toml")
    assert read_control("# a comment\n" + GOOD, name="C1.toml").digest == control.digest
    assert read_control(GOOD.replace("woorden", "andere"), name="C1.toml").digest != control.digest
    assert re.fullmatch("[0-9a-f]{64}", control.digest)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version = 1", "version = ", "C1.toml: no TOML"),
        ("version = 1", "version = 0", "C1.toml: version: "),
        ('en = "title"', 'en = " "', "C1.toml: title.en: "),
        ('title = { nl = "titel", en = "title" }', 'title = { nl = "titel" }', "C1.toml: title.en: Field required"),
        ("verified = true", "proven = true", "C1.toml: norms.0.verified: Field required"),
        ('"NEN 7510-2:2024"', '"NEN 7510"', "C1.toml: norms.0.edition: "),
        ('"5.8"', '"5.8a"', "C1.toml: norms.0.number: "),
        ('applies_to = "all"', 'applies_to = "some"', "C1.toml: applies_to: "),
        ('kind = "statement"', 'kind = "tick"', "C1.toml: proofs.0: "),
        ("critical = { measured = 10", "critical = { measured = 31", "a higher risk class has a longer validity"),
        ('id = "C1"', 'id = "C2"', "C1.toml: id: the file holds C2"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_place(old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(ControlFileInvalid, match=re.escape(told)):
        read_control(GOOD.replace(old, new, 1), name="C1.toml")


def test_two_proofs_with_one_id_are_refused() -> None:
    doubled = GOOD + GOOD[GOOD.index("[[proofs]]") :]
    with pytest.raises(ControlFileInvalid, match="two proofs have the same id"):
        read_control(doubled, name="C1.toml")


def test_the_tenth_point_comes_after_the_ninth() -> None:
    texts = {f"C{n}.toml": GOOD.replace('"C1"', f'"C{n}"') for n in (10, 9)}
    assert list(read_catalogue(texts)) == ["C9", "C10"]
