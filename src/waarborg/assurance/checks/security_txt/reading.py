"""Reading the format of RFC 9116, section 2 and 4: fields, comments, and the signed form around them. Pure."""

import re

from waarborg.assurance.checks.pages import bare_address, kept
from waarborg.assurance.checks.security_txt.values import Line, Text

MOST_LINES = 200
FIELD = re.compile(r"(?P<name>[!-9;-~]+):[ \t]+(?P<value>\S.*?)[ \t]*")
SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
END = "-----END PGP SIGNATURE-----"
READ = frozenset(
    {"contact", "expires", "canonical", "preferred-languages", "encryption", "acknowledgments", "policy", "hiring"}
)


def read(body: bytes) -> Text:
    try:
        text, utf8 = body.decode("utf-8"), True
    except UnicodeDecodeError:
        text, utf8 = body.decode("latin-1"), False
    lines = text.replace("\r\n", "\n").split("\n")
    signature, lines = _unwrap(lines) if any(line.startswith("-----BEGIN PGP") for line in lines) else ("none", lines)
    spoken = [line for line in lines if line.strip() and not line.startswith("#")]
    matches = [FIELD.fullmatch(line) for line in spoken]
    fields = [_line(match) for match in matches if match]
    return Text.model_validate(
        {
            "utf8": utf8,
            "signature": signature,
            "lines": fields[:MOST_LINES],
            "broken_lines": matches.count(None),
            "cut": len(fields) > MOST_LINES,
        }
    )


def _unwrap(lines: list[str]) -> tuple[str, list[str]]:
    """Take the signed text out of its cleartext signature (RFC 4880, section 7). What stands outside it isn't signed."""
    bare = [line.rstrip() for line in lines]
    if not (bare[0] == SIGNED and bare.count(SIGNED) == bare.count(SIGNATURE) == bare.count(END) == 1):
        return "broken", lines
    start, stop, end = bare.index("") if "" in bare else len(bare), bare.index(SIGNATURE), bare.index(END)
    if not start < stop < end or any(bare[end + 1 :]):
        return "broken", lines
    return "unverified", [line.removeprefix("- ") for line in lines[start + 1 : stop]]


def _line(match: re.Match[str]) -> Line:
    name = match["name"].lower()
    return Line(name=kept(name, 60), value=_masked(name, match["value"]) if name in READ else "")


def _masked(name: str, value: str) -> str:
    """Keep of a value what the judge needs: whose mailbox or which number it is isn't that."""
    if name in {"expires", "canonical", "preferred-languages"}:
        return kept(value)
    scheme, colon, rest = value.partition(":")
    if scheme.lower() == "tel" and colon:
        return kept(f"{scheme}:{rest[:3]}…")
    if "://" not in value and "@" in value:
        domain = value.rpartition("@")[2].partition("?")[0]
        return kept(f"{scheme}:…@{domain}" if colon else f"…@{domain}")
    return bare_address(value)
