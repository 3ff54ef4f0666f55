"""From the text of an assets.yaml to a document, or to everything that is wrong with it, each with its line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from io import StringIO
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import CollectionNode, ScalarNode

from waarborg.registers.values.assets import SECTIONS, Assets, Entries, EnvironmentEntry, Extensible, Place
from waarborg.registers.values.faults import FieldFault, field_faults

LARGEST = 500_000
"""Bytes: more than a thousand applications. Reading keeps every comment, and takes its time for it."""
DEEPEST = 40
"""Levels of names and lists inside each other."""
MOST_VALUES = 200_000
"""With every alias written out."""
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Exception):
    """The text isn't a document that can be merged; `faults` says all that is known of why."""

    def __init__(self, *faults: FieldFault) -> None:
        self.faults = faults
        super().__init__(", ".join(fault.code for fault in faults))


@dataclass(frozen=True)
class Parsed:
    """A document, and the tree that still has its comments, order, quotes and own names."""

    assets: Assets
    tree: CommentedMap


class _TooDeep(YAMLError):
    """Named before the recursion of the reader would be the limit."""


class _AliasOfItself(MarkedYAMLError):
    """A circle, which the reader would cut and the writer then would lose."""


class _Composer(Composer):
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.depth == DEEPEST:
            raise _TooDeep
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(node, CollectionNode) and node.end_mark is None:
            raise _AliasOfItself(problem_mark=node.start_mark)  # it isn't finished: the alias stands inside it
        return node


class _Constructor(RoundTripConstructor):
    def construct_yaml_timestamp(self, node: ScalarNode, values: Any = None) -> Any:
        """Leave a day that doesn't exist to validation, which knows its field."""
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return str(node.value)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def round_trip() -> YAML:
    """Return a YAML 1.2 reader and writer that keeps what it doesn't change."""
    yaml = YAML(typ="rt")
    yaml.Composer, yaml.Constructor = _Composer, _Constructor
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.composer.warn_double_anchors = False
    return yaml


def decoded(content: bytes) -> str:
    """Return the text of a file. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(FieldFault("file_too_large", facts={"longest": LARGEST, "size": len(content)}))
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(FieldFault("byte_order_mark", line=1, column=1))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line, column = _at(content[: error.start].decode(), error.start)
        raise Unreadable(FieldFault("not_utf8", line=line, column=column)) from error
    hidden = _UNREADABLE.search(text)
    if hidden:
        line, column = _at(text, hidden.start())
        raise Unreadable(
            FieldFault("hidden_character", facts={"character": f"U+{ord(hidden[0]):04X}"}, line=line, column=column)
        )
    return text


def parsed(text: str, *, above: int = 0) -> Parsed:
    """Return the document of a text that stands `above` lines below the top of its file. Raises Unreadable."""
    try:
        tree = _tree(text)
    except Unreadable as error:
        raise Unreadable(*(_below(fault, above) for fault in error.faults)) from error
    try:
        return Parsed(Assets.model_validate(_plain(tree)), tree)
    except ValidationError as error:
        found = (placed(_suggested(fault), tree) for fault in field_faults(error))
        raise Unreadable(*(_below(fault, above) for fault in found)) from error
    except Unreadable as error:
        raise Unreadable(*(_below(fault, above) for fault in error.faults)) from error


def entries(assets: Assets) -> Entries:
    """Return each entry with the values that are mentioned in it, customers first, projects last."""
    found: dict[Place, Mapping[str, Any]] = {}
    for section in SECTIONS:
        for key, entry in getattr(assets, section).items():
            found[section, key] = _mentioned(entry)
            for kind, environment in getattr(entry, "environments", {}).items():
                found[section, key, "environments", kind.value] = _mentioned(environment)
    return found


def entry_model(place: Place) -> type[Extensible]:
    return EnvironmentEntry if "environments" in place[2:] else SECTIONS[place[0]]


def placed(fault: FieldFault, tree: CommentedMap, *, above: int = 0) -> FieldFault:
    """Return the fault with the line and column of its place, or of the nearest thing around it."""
    node: Any = tree
    line, column = 0, 0
    for name in fault.place:
        key = _key(node, name)
        if key is None:
            break
        line, column = _mark(node, key) or (line, column)
        node = node[key]
    return _below(replace(fault, line=line, column=column), above)


def _key(node: Any, name: str) -> Any:
    if isinstance(node, CommentedSeq):
        return int(name) if name.isdigit() and int(name) < len(node) else None
    return next((key for key in node if str(key) == name), None) if isinstance(node, CommentedMap) else None


def _mark(node: Any, key: Any) -> tuple[int, int] | None:
    """Return where a name or item stands; None for what a merge key brought in."""
    mark = (node.lc.data or {}).get(key)
    return (mark[0] + 1, mark[1] + 1) if mark else None


def _mentioned(entry: Extensible) -> Mapping[str, Any]:
    mentioned = entry.model_fields_set - {"environments"}
    # In the order of the model: a set has another order in another process, and previews are compared.
    return {name: getattr(entry, name) for name in type(entry).model_fields if name in mentioned}


def _tree(text: str) -> CommentedMap:
    try:
        tree = round_trip().load(StringIO(text))
    except DuplicateKeyError as error:
        raise Unreadable(_marked("duplicate_key", error)) from error
    except _AliasOfItself as error:
        raise Unreadable(_marked("alias_of_itself", error)) from error
    except MarkedYAMLError as error:
        code = "tab" if "'\\t'" in str(error.problem) else "not_yaml"
        raise Unreadable(_marked(code, error)) from error
    except _TooDeep as error:
        raise Unreadable(FieldFault("too_deep", facts={"longest": DEEPEST})) from error
    except (YAMLError, ValueError) as error:
        raise Unreadable(FieldFault("not_yaml", facts={"problem": type(error).__name__})) from error
    if tree is None:
        raise Unreadable(FieldFault("empty_file"))
    if not isinstance(tree, CommentedMap):
        raise Unreadable(FieldFault("not_names_with_values", line=1, column=1))
    return tree


def _marked(code: str, error: MarkedYAMLError) -> FieldFault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return FieldFault(code, facts={"problem": str(error.problem or "")[:200]}, line=line, column=column)


def _plain(tree: CommentedMap) -> Any:
    """Return the tree as plain values. Raises Unreadable for tags, and for aliases that explode."""
    if _weight(tree, {}) > MOST_VALUES:
        raise Unreadable(FieldFault("too_many_values", facts={"longest": MOST_VALUES}))
    return _copied(tree)


def _weight(node: Any, known: dict[int, int]) -> int:
    """Count values with every alias written out, without writing them out; long texts count for more."""
    if isinstance(node, str):
        return 1 + len(node) // 64
    if not isinstance(node, CommentedMap | CommentedSeq):
        return 1
    if id(node) not in known:
        inside = node.values() if isinstance(node, CommentedMap) else node
        known[id(node)] = 1 + sum(_weight(each, known) for each in inside)
    return known[id(node)]


def _copied(node: Any) -> Any:
    match node:
        case CommentedMap() if node.tag.value is None:
            return {key: _copied(value) for key, value in node.items()}
        case CommentedSeq() if node.tag.value is None:
            return [_copied(value) for value in node]
        case str():
            return str(node)
        case None | bool() | int() | float() | date():
            return node
        case _:
            raise Unreadable(_tagged(node))


def _tagged(node: Any) -> FieldFault:
    line, column = (node.lc.line + 1, node.lc.col + 1) if isinstance(node, CommentedMap | CommentedSeq) else (0, 0)
    return FieldFault("tag", line=line, column=column)


def _suggested(fault: FieldFault) -> FieldFault:
    """Say which known name an unknown one comes near."""
    if fault.code != "unknown_name":
        return fault
    *around, name = fault.place
    model = entry_model(tuple(around)) if around else Assets
    near = get_close_matches(name, model.model_fields, n=1)
    return replace(fault, code="misspelt_name", facts={"nearest": near[0]}) if near else fault


def _at(text: str, index: int) -> tuple[int, int]:
    """Return line and column of a place in a text, from 1."""
    before = text[:index]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _below(fault: FieldFault, above: int) -> FieldFault:
    return replace(fault, line=fault.line + above) if fault.line else fault
