"""Faults in the reader's language: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from waarborg.registers.values.faults import FieldFault, RegisterFault
from waarborg.registers.values.words import FAULTS

FIELDS: Final = {
    "name": _("Name"),
    "key": _("Id"),
    "customer": _("Customer"),
    "kind": _("Kind"),
    "purpose": _("What it is for"),
    "harm": _("What a patient suffers"),
    "harm_explained": _("What happens to whom"),
    "information": _("Kinds of information"),
    "owner": _("Owner"),
    "login_path": _("Path of the log-in page"),
    "state": _("State"),
    "last_security_review": _("Last security review"),
    "url": _("Address"),
    "plain_port": _("Port for http"),
    "holds_real_data": _("Holds data of real people"),
    "ca_certificates": _("Certificate authority"),
    "folder": _("Folder"),
    "recipe": _("Log-in recipe"),
    "applications": _("Applications"),
    "started_on": _("Began on"),
    "delivered_on": _("Delivered on"),
    "devops_lead": _("DevOps lead"),
    "availability": _("Availability"),
    "integrity": _("Integrity"),
    "confidentiality": _("Confidentiality"),
    "personal_health": _("Health information of a person"),
}


def said(fault: FieldFault | RegisterFault) -> str:
    """Return what is wrong and what to do, as two sentences."""
    return " ".join(_filled(sentence, fault.facts) for sentence in FAULTS[fault.code])


def said_with_place(fault: FieldFault) -> str:
    """Return the same for a fault in a text, with its line and the path of its field in front."""
    where = [gettext("Line %(line)s") % {"line": fault.line}] if fault.line else []
    where += [".".join(fault.place)] if fault.place else []
    return f"{', '.join(where)}: {said(fault)}" if where else said(fault)


def field_label(name: str) -> str:
    return str(FIELDS.get(name, name))


def _filled(sentence: str, facts: Mapping[str, str | int]) -> str:
    return gettext(sentence) % facts if facts else gettext(sentence)
