"""What is a notice that health information is confidential, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.login_notice.sentences import fold, is_about, masked, meaning_of, passages_in
from waarborg.assurance.checks.login_notice.values import Criteria

CHECK = load_check("login_notice")
assert isinstance(CHECK.criteria, Criteria)
CRITERIA = CHECK.criteria


def meanings(text: str) -> set[str]:
    return {meaning_of(passage, CRITERIA.languages[language]) for language, passage in passages_in(text, CRITERIA)}


@pytest.mark.parametrize(
    "text",
    [
        "Patiëntgegevens zijn vertrouwelijk.",
        "PATIËNTGEGEVENS ZIJN VERTROUWELIJK",
        "Deze applicatie bevat vertrouwelijke gezondheidsgegevens. Bekijk alleen wat u nodig hebt.",
        "U krijgt toegang tot medische gegevens. Ga hier vertrouwelijk mee om.",
        "Op de cliëntgegevens in dit systeem rust een geheimhoudingsplicht.",
        "Alle zorginformatie valt onder het beroepsgeheim.",
        "Voor gegevens van onze bewoners geldt zwijgplicht.",
        "Deel geen vertrouwelijke patiëntgegevens met onbevoegden.",
        "Medische dossiers zijn vertrouwelijk en mogen niet worden gedeeld.",
        "Vertrouwelijk: medische gegevens",
        "Bescherm de privacy van uw cliënten: open cliëntdossiers alleen als dat nodig is.",
        "Patiënt­gegevens zijn vertrouwelijk.",
        "This system contains confidential patient information.",
        "Patient data is confidential. Do not share it.",
        "You will see medical records. Treat them as confidential.",
        "Do not disclose confidential health information.",
        "Access to client records is subject to professional secrecy.",
    ],
)
def test_a_notice_is_recognised(text: str) -> None:
    assert meanings(text) == {"notice"}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Deze gegevens zijn niet vertrouwelijk: er staan geen patiëntgegevens in.", "denied"),
        ("Deze proefomgeving bevat geen vertrouwelijke patiëntgegevens.", "denied"),
        ("In deze vertrouwelijke omgeving staan geen patiëntgegevens.", "denied"),
        ("Patiëntgegevens worden hier niet vertrouwelijk gedeeld.", "denied"),
        ("Mail patiëntgegevens gerust, ze zijn niet vertrouwelijk.", "denied"),
        ("Mail patiëntgegevens gerust, ze zijn niet echt vertrouwelijk.", "denied"),
        ("Patiëntgegevens zijn nauwelijks vertrouwelijk.", "denied"),
        ("Houd uw wachtwoord geheim. Hier vindt u uw medische gegevens.", "elsewhere"),
        ("Als patiëntgegevens vertrouwelijk zijn, staat er een slotje bij.", "elsewhere"),
        ("Keep your password confidential. It opens your medical records.", "elsewhere"),
        ("De vertrouwelijkheid van patiëntgegevens is niet gegarandeerd.", "elsewhere"),
        ("This demo contains no confidential patient data.", "elsewhere"),
        ("Patient data in this system is not confidential.", "denied"),
        ("This system doesn't hold confidential medical records.", "denied"),
        ("Wij gaan vertrouwelijk om met uw patiëntgegevens.", "elsewhere"),
        ("Uw medische gegevens worden vertrouwelijk behandeld.", "elsewhere"),
        ("Ontdek hoe u patiëntgegevens vertrouwelijk deelt met ons platform.", "elsewhere"),
        ("Volg de training over vertrouwelijke patiëntgegevens.", "elsewhere"),
        ("Zijn patiëntgegevens bij u vertrouwelijk?", "elsewhere"),
        ("Deze site gebruikt cookies; uw vertrouwelijke zorggegevens blijven hier.", "elsewhere"),
        ("Lees in onze privacyverklaring hoe vertrouwelijk uw zorggegevens zijn.", "elsewhere"),
        ("Patiëntgegevens waren vroeger vertrouwelijk.", "elsewhere"),
        ("We keep your medical data confidential.", "elsewhere"),
        ("Your health information is kept confidential.", "elsewhere"),
        ("Trusted by hospitals to share confidential patient data.", "elsewhere"),
        ("Read more about confidential patient records.", "elsewhere"),
    ],
)
def test_what_denies_promises_or_advertises_is_no_notice(text: str, meaning: str) -> None:
    assert meanings(text) == {meaning}


@pytest.mark.parametrize(
    "text",
    [
        "Welkom bij het patiëntenportaal.",
        "Uw wachtwoord is geheim.",
        "Privacyverklaring",
        "Vertrouwelijk",
        "Patiëntgegevens",
        "Bedrijfsgegevens zijn vertrouwelijk.",
        "Confidential",
        "Health information",
        "Het gesprek is vertrouwelijk. Patiëntgegevens vindt u na het inloggen.",
        "Your call is confidential. Medical records open after sign-in.",
        "Uw wachtwoord is vertrouwelijk. Bel ons bij vragen. Patiëntgegevens vindt u na het inloggen.",
        "vertrouwelijk " + "woord " * 30 + "patiëntgegevens",
        "",
    ],
)
def test_one_of_the_two_alone_is_nothing(text: str) -> None:
    assert meanings(text) == set()


@pytest.mark.parametrize(("words", "found"), [(14, {"notice"}), (15, set())])
def test_near_is_at_most_fourteen_words_apart(words: int, found: set[str]) -> None:
    assert meanings("Vertrouwelijk " + "x " * words + "patiëntgegevens") == found


def test_a_passage_is_short_and_carries_no_mail_address_or_number() -> None:
    text = "Mail jan@zorg.test of BSN 123456782 (123.456.782): patiëntgegevens zijn vertrouwelijk " + "en lang " * 100
    ((language, passage),) = passages_in(text, CRITERIA)
    assert (language, len(passage) <= 300) == ("nl", True)
    assert not [leak for leak in ("jan@", "123456782", "123.456.782") if leak in passage]


def test_a_long_sentence_is_kept_around_what_it_says() -> None:
    text = "woord " * 200 + "patiëntgegevens zijn vertrouwelijk " + "woord " * 200
    ((language, passage),) = passages_in(text, CRITERIA)
    assert is_about(passage, CRITERIA.languages[language], CRITERIA.near_words)


@pytest.mark.parametrize("number", ["123456782", "123 456 782", "1234.56.782"])
def test_nine_digits_are_masked_however_they_are_written(number: str) -> None:
    assert masked(f"bsn {number}.") == "bsn […]."


@pytest.mark.parametrize("number", ["12345678", "1234567890", "2026-11-21"])
def test_other_numbers_stay(number: str) -> None:
    assert masked(number) == number


@given(st.text(max_size=300))
def test_reading_text_never_raises(text: str) -> None:
    fold(text)
    for language, passage in passages_in(text + " patiëntgegevens vertrouwelijk", CRITERIA):
        meaning_of(passage, CRITERIA.languages[language])
