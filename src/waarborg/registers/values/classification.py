"""How bad it is when a thing fails, lies or leaks: the words of R1 and R5."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import total_ordering

HIGHEST_LEVEL = 3


@total_ordering
class RiskClass(Enum):
    """Criticality for care, ordered: what a patient suffers if the thing fails or lies."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """1 to 4; the form in which it is stored and sorted."""
        return list(RiskClass).index(self) + 1

    @classmethod
    def ranked(cls, rank: int) -> "RiskClass":
        return list(cls)[rank - 1]

    def __lt__(self, other: "RiskClass") -> bool:
        return self.rank < other.rank


class Harm(StrEnum):
    """What the worst-hit patient suffers when the application fails or lies and nobody notices in time."""

    NONE = "none"
    DISCOMFORT = "discomfort"
    TEMPORARY = "temporary_harm"
    LASTING = "lasting_harm"
    DEATH = "death"


@dataclass(frozen=True)
class Biv:
    """Availability, integrity, confidentiality (beschikbaarheid, integriteit, vertrouwelijkheid): 1 low to 3 high."""

    availability: int
    integrity: int
    confidentiality: int

    @property
    def highest(self) -> int:
        return max(self.availability, self.integrity, self.confidentiality)

    @classmethod
    def over(cls, kinds: Iterable["Biv"]) -> "Biv | None":
        """Return the highest of each aspect; None when there is nothing to inherit from."""
        aspects = [(kind.availability, kind.integrity, kind.confidentiality) for kind in kinds]
        return cls(*(max(levels) for levels in zip(*aspects, strict=True))) if aspects else None


class ApplicationKind(StrEnum):
    WEB = "web"
    MOBILE = "mobile"
    API = "api"
    INTERFACE = "interface"
    DEVICE_SOFTWARE = "device_software"


class ApplicationState(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


class EnvironmentKind(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    ACCEPTANCE = "acceptance"
    PRODUCTION = "production"


class UnitKind(StrEnum):
    """What a role can be held for alone, beside an application."""

    WARD = "ward"
    DEVICE_GROUP = "device_group"


class OrganisationKind(StrEnum):
    AGENCY = "agency"
    INSTITUTION = "institution"
