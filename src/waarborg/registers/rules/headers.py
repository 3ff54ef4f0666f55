"""The managed header of assets.yaml: it carries the label, and says which document the file descends from."""

import re
from datetime import datetime
from uuid import UUID

from waarborg.registers.values.assets import Header

START = "# waarborg: "
_LINES = re.compile(rf"\A(?:{START}[^\r\n]*\r?\n)+")
_DOCUMENT = re.compile(rf"^{START}document ([0-9a-f-]{{36}})\r?$", re.MULTILINE)
_MADE = re.compile(rf"^{START}door/by (\S+), op/at (\S+)\r?$", re.MULTILINE)


def headed(body: str, header: Header) -> str:
    """Put the managed lines on top, with the line ends that the body has."""
    lines = (
        "Intern. Geen gegevens van zorgontvangers. / Internal. No data of care recipients.",
        f"document {header.document}",
        f"door/by {header.by}, op/at {header.at.isoformat()}",
        "Deze regels maakt Waarborg; laat ze staan. / Waarborg writes these lines; leave them in place.",
    )
    end = "\r\n" if "\r\n" in body else "\n"
    return "".join(f"{START}{line}{end}" for line in lines) + body


def beheaded(text: str) -> tuple[Header | None, str]:
    """Return what the managed lines say, and the text below them. Lines that were damaged say nothing."""
    lines = _LINES.match(text)
    if lines is None:
        return None, text
    return _read(lines[0]), text[lines.end() :]


def _read(lines: str) -> Header | None:
    document, made = _DOCUMENT.search(lines), _MADE.search(lines)
    if document is None or made is None:
        return None
    try:
        return Header(UUID(document[1]), made[1], datetime.fromisoformat(made[2]))
    except ValueError:
        return None
