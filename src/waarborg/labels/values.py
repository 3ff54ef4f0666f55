"""The classification label: what a copy is, who made it and when. The same words on screen, paper and in files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

Language = Literal["nl", "en"]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Classification(StrEnum):
    """What stands on a page or in a file, from least to most confidential."""

    INTERNAL = "internal"
    WEAKNESS = "weakness"
    STAFF = "staff"


TEXTS: Mapping[Classification, Mapping[Language, str]] = {
    Classification.INTERNAL: {
        "nl": "Intern. Geen gegevens van zorgvragers.",
        "en": "Internal. No data of care recipients.",
    },
    Classification.WEAKNESS: {
        "nl": "Vertrouwelijk. Beschrijft zwakke plekken.",
        "en": "Confidential. Describes weaknesses.",
    },
    Classification.STAFF: {
        "nl": "Vertrouwelijk. Bevat gegevens van medewerkers.",
        "en": "Confidential. Contains data of staff.",
    },
}


@dataclass(frozen=True)
class Label:
    """A label on one copy."""

    classification: Classification
    made_by: str
    made_at: datetime

    def text(self, language: Language) -> str:
        """Return what the copy is."""
        return TEXTS[self.classification][language]

    def line(self, language: Language) -> str:
        """Return the whole label for a file or the foot of a page: what, who, when."""
        when = self.made_at.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")
        made = {"nl": f"Gemaakt door {self.made_by}, {when}", "en": f"Made by {self.made_by}, {when}"}
        return f"{self.text(language)} {made[language]}"
