"""From the registers to the text of an assets.yaml: only what differs is written, all else stays as its writer left it."""

import re
from collections.abc import Mapping
from copy import deepcopy
from enum import Enum
from io import StringIO
from typing import Any
from uuid import UUID

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import LiteralScalarString

from waarborg.registers.rules.reading import Parsed, entries, entry_model, parsed, round_trip
from waarborg.registers.values.assets import Entries, Place

_AS_BLOCK = re.compile(r"(?:[^\s](?:.*[^\s])?)(?:\n|\n[^\s](?:.*[^\s])?)*")
_NAMES = re.compile(r"^( *)[\w-]+:[ \t]*(?:#.*)?\r?\n\1( +)[\w-]+:", re.MULTILINE)
_DASHES = re.compile(r"^( *)[\w-]+:[ \t]*(?:#.*)?\r?\n\1( *)- ", re.MULTILINE)
EMPTY = "waarborg: assets/1\n"


def rendered(body: str, register: Entries) -> str:
    """Return the text that says what the registers say. Where `body` says so already, it is returned untouched."""
    document = parsed(body or EMPTY)
    told = entries(document.assets)
    changed = False
    for place, values in register.items():
        differing = _differing(place, told.get(place), values)
        if differing or place not in told:
            _write(document, place, differing)
            changed = True
    return _dumped(document.tree, body) if changed or not body else body


def _differing(place: Place, told: Mapping[str, Any] | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the text has to say otherwise than it does; what it leaves out is said when it isn't the usual value."""
    usual = {name: field.get_default() for name, field in entry_model(place).model_fields.items()}
    return {name: value for name, value in values.items() if (told or {}).get(name, usual[name]) != value}


def _write(document: Parsed, place: Place, values: Mapping[str, Any]) -> None:
    node = document.tree
    for name in place:
        if node.get(name) is None:
            node[name] = CommentedMap()
        elif _is_shared(node, name):
            node[name] = _unshared(node[name])
        node = node[name]
    for name, value in values.items():
        node[name] = _as_yaml(value)


def _is_shared(node: CommentedMap, name: str) -> bool:
    """Tell whether what stands under a name has an anchor: a change there would change every alias of it too."""
    inside = node[name]
    return isinstance(inside, CommentedMap) and inside.anchor.value is not None


def _unshared(node: CommentedMap) -> CommentedMap:
    copy = deepcopy(node)
    copy.anchor.value = None
    return copy


def _as_yaml(value: Any) -> Any:
    match value:
        case Enum() | UUID():
            return str(value.value if isinstance(value, Enum) else value)
        case str() if "\n" in value and _AS_BLOCK.fullmatch(value):
            return LiteralScalarString(value)
        case tuple() | list():
            return [_as_yaml(each) for each in value]
        case Mapping():
            return CommentedMap({name: _as_yaml(each) for name, each in value.items()})
        case _:
            return value


def _dumped(tree: CommentedMap, body: str) -> str:
    out = StringIO()
    yaml = round_trip()
    step, offset = _indents(body)
    yaml.indent(mapping=step, sequence=offset + 2, offset=offset)
    yaml.dump(tree, out)
    return out.getvalue().replace("\n", "\r\n") if "\r\n" in body else out.getvalue()


def _indents(body: str) -> tuple[int, int]:
    """Return how far the writer moves in names under a name, and the dashes of a list under its name."""
    names, dashes = _NAMES.search(body), _DASHES.search(body)
    return len(names[2]) if names else 2, len(dashes[2]) if dashes else 2
