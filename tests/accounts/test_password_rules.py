"""Which passwords will do."""

import pytest

from waarborg.accounts.rules.passwords import Weakness, predictable_words, weaknesses

ABOUT = ("sam.visser", "Sam Visser", "sam.visser@example.org", "Zorggroep De Linde")
COMMON = frozenset({"unbelievable", "1234567890qwerty"})


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("kaneel vlieger 7 trapveld", []),
        ("Korte Zin 1", [Weakness.TOO_SHORT]),
        ("x" * 201, [Weakness.TOO_LONG, Weakness.MONOTONOUS]),
        ("Unbelievable", [Weakness.COMMON]),
        ("kaneel-VISSER-trapveld", [Weakness.ABOUT_YOU]),
        ("fietsen naar de linde", [Weakness.ABOUT_YOU]),
        ("Welkom2026!!", [Weakness.PREDICTABLE]),
        ("Ziekenhuis01!", [Weakness.PREDICTABLE]),
        ("Welkom-Zorg-November-2026", [Weakness.PREDICTABLE]),
        ("Wachtwoord1234!", [Weakness.PREDICTABLE]),
        ("thuiszorgOktober1999", [Weakness.PREDICTABLE]),
        ("PSVkampioen2026!", [Weakness.PREDICTABLE]),
        ("Feyenoord-Rotterdam-1", [Weakness.PREDICTABLE]),
        ("Wijkverpleging#Mei2026", [Weakness.PREDICTABLE]),
        ("WoonzorgcentrumLente26", [Weakness.PREDICTABLE]),
        ("koningsdag123123", [Weakness.PREDICTABLE]),
        ("Stichting Instelling 01", [Weakness.PREDICTABLE]),
        ("welkom kaneel vlieger trapveld", []),
        ("abababababababab", [Weakness.MONOTONOUS]),
    ],
)
def test_a_password_is_judged_by_what_others_would_try(password: str, found: list[Weakness]) -> None:
    assert list(weaknesses(password, about=ABOUT, common=COMMON)) == found


def test_full_width_letters_dont_hide_a_word() -> None:
    assert Weakness.PREDICTABLE in weaknesses("Ｗｅｌｋｏｍ２０２６！！", about=ABOUT, common=COMMON)


def test_short_parts_of_a_name_forbid_nothing() -> None:
    assert weaknesses("desamenstelling klopt 7", about=("sam",), common=COMMON) == ()


def test_the_list_is_in_lower_case_and_without_doubles() -> None:
    words = predictable_words()
    assert list(words) == [word.casefold() for word in words]
    assert len(set(words)) == len(words)
