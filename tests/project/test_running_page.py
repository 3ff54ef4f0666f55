"""The page for who runs Waarborg names every setting there is, and no other."""

import re
from pathlib import Path

from waarborg.project.config import Config, Section

PAGE = Path(__file__).parents[2] / "docs/running.md"


def settings() -> set[str]:
    names = set()
    for name, field in Config.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            names |= {f"{name}.{inner}" for inner in field.annotation.model_fields}
        else:
            names.add(name)
    return names


def told() -> list[str]:
    table = PAGE.read_text(encoding="utf-8").partition("| setting | default |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE)


def test_every_setting_is_told_once() -> None:
    assert sorted(told()) == sorted(settings())
