"""Marks, rulers, ages and fields: what every page says in the same way."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from waarborg.doors.web import drawings, moments
from waarborg.doors.web.words import COUNTS_AS_PROVEN, STATES, word_for

register = template.Library()
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"

register.filter("word", word_for)
for name, said in {"day": moments.day, "minute": moments.minute, "second": moments.second}.items():
    register.filter(name, said)
    register.simple_tag(said, name=name)
register.filter("age", moments.age)
register.simple_tag(moments.age, name="age")
register.filter("left", moments.left)
register.filter("short", moments.short)


@register.filter
def number(value: int) -> str:
    """48 213, the same in every language."""
    return f"{value:,}".replace(",", NARROW_SPACE)


@register.simple_tag
def glyph(shape: str, state: str = "") -> SafeString:
    """A shape from the sprite, for decoration beside a word."""
    return format_html(
        '<svg class="glyph{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" is-{state}" if state else "",
        static("waarborg/sprite.svg"),
        shape,
    )


@register.inclusion_tag("waarborg/components/mark.html")
def mark(state: str, about: str = "", size: str = "", since: str = "") -> dict[str, str]:
    """Shape and word. With `about` ("C5") only the shape shows, and the whole sentence is its name."""
    return {"state": state, "word": word_for(state), "about": about, "size": size, "since": since}


@register.inclusion_tag("waarborg/components/ruler.html")
def ruler(counts: Mapping[str, int]) -> dict[str, Any]:
    """The row in which one cell is one point."""
    applies = sum(count for state, count in counts.items() if state != "not_applicable")
    proven = sum(counts.get(state, 0) for state in COUNTS_AS_PROVEN)
    return {"drawn": drawings.ruler(counts), "proven": proven, "applies": applies, "unknown": counts.get("unknown", 0)}


@register.inclusion_tag("waarborg/components/tally.html")
def tally(counts: Mapping[str, int]) -> dict[str, Any]:
    """The same numbers in words; a state that doesn't occur isn't listed."""
    return {"amounts": [(state, counts[state]) for state in STATES if counts.get(state)]}


@register.inclusion_tag("waarborg/components/log_path.html")
def log_path(index: int, size: int) -> dict[str, Any]:
    return {"path": drawings.log_path(index, size), "index": index, "size": size}


@register.inclusion_tag("waarborg/components/field.html")
def field(bound: BoundField, help_text: str = "") -> dict[str, Any]:
    """A label, what helps, what's wrong and the input, tied together for who can't see them."""
    kind = getattr(bound.field.widget, "input_type", "")
    return {"field": bound, "kind": kind, "help_text": help_text or bound.help_text}


@register.inclusion_tag("waarborg/components/errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """The summary on top of a form that was refused; every line leads to its field."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors and not bound.is_hidden]}
