"""The fixed words on screen: one word per thing, in the language of the reader."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the order in which a row of points is drawn: what counts as proven first, what doesn't count at all last.
STATES: Final[dict[str, Promise]] = {
    "proven": _("Proven"),
    "proven_stated": _("Proven, stated"),
    "expiring": _("Expires soon"),
    "not_proven": _("Not proven"),
    "waived": _("Waived"),
    "unknown": _("Unknown"),
    "not_applicable": _("Not applicable"),
}
COUNTS_AS_PROVEN: Final = ("proven", "proven_stated", "expiring")

WORDS: Final[dict[str, Promise]] = {
    **STATES,
    "low": _("Low"),
    "middle": _("Middle"),
    "high": _("High"),
    "critical": _("Critical"),
    "development": _("Development"),
    "test": _("Test"),
    "acceptance": _("Acceptance"),
    "production": _("Production"),
    "invented": _("Invented"),
    "anonymised": _("Anonymised"),
    "real": _("Real"),
    "measured": _("measured"),
    "stated": _("stated"),
    "recorded": _("recorded"),
    "new": _("New"),
    "changed": _("Changed"),
    "unchanged": _("Unchanged"),
    "kept": _("Newer here, stays"),
    "removed": _("Not in the file, stays"),
    "conflict": _("Conflict"),
    "wrong": _("Wrong"),
    "applicable": _("Applies"),
    "undecided": _("Undecided"),
    "waiting": _("Waiting"),
    "busy": _("Busy"),
    "done": _("Done"),
    "administrator": _("Administrator"),
    "security_officer": _("Security officer"),
    "devops_lead": _("DevOps lead"),
    "auditor": _("Auditor"),
    "privacy_officer": _("Privacy officer"),
    "log_administrator": _("Log administrator"),
    "board_member": _("Board member"),
    "team_manager": _("Team manager"),
    "care_professional": _("Care professional"),
    "device_manager": _("Device manager"),
    "developer": _("Developer"),
    "integration": _("System"),
    "station": _("Wall screen"),
    "anonymous": _("On the way in"),
    "schedule": _("By itself"),
    "console": _("Command line"),
    "none": _("No role"),
}


def word_for(value: str) -> str:
    """The reader's word for a code; a code without one is shown as it is, never hidden."""
    return str(WORDS.get(value, value))
