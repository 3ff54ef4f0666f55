"""Tell whether the Dutch catalogue says all the code can say: nothing new, gone, empty, doubtful or not compiled."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

CODE = Path(__file__).parents[1] / "src/waarborg"
CATALOGUE = Path("locale/nl/LC_MESSAGES/django.po")
SHOWN = 20
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")

Key = tuple[str | None, str]


class NotExtracted(Exception):
    """makemessages failed; the message is what it said."""


def main() -> int:
    """Print what is wrong, one thing a line and not all of it when that is much; return 1 when there is anything."""
    problems = list(problems_of(CODE))
    for problem in problems[:SHOWN]:
        print(problem)
    if problems[SHOWN:]:
        print(f"and {len(problems) - SHOWN} more")
    return 1 if problems else 0


def problems_of(code: Path) -> Iterator[str]:
    """Yield what is wrong with the Dutch catalogue of this code."""
    said = messages(extracted(code))
    kept = messages(catalogue(code / CATALOGUE))
    yield from (f"new, run `make messages`: {key[1]!r}" for key in ordered(said.keys() - kept.keys()))
    yield from (f"no longer said, run `make messages`: {key[1]!r}" for key in ordered(kept.keys() - said.keys()))
    for message in kept.values():
        yield from doubts(message)
    yield from uncompiled(kept, (code / CATALOGUE).with_suffix(".mo"))


def extracted(code: Path) -> Catalog:
    """Return what makemessages finds in a copy of the code. Raises NotExtracted."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "code"
        shutil.copytree(code, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "locale"))
        (copy / "locale").mkdir()
        admin = Path(sys.executable).parent / "django-admin"
        command = [str(admin), "makemessages", "--locale", "nl", "--verbosity", "0"]
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(  # noqa: S603 - Django's own program, with arguments that stand here
            command, cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotExtracted(done.stderr)
        return catalogue(copy / CATALOGUE)


def catalogue(path: Path) -> Catalog:
    """Return a .po file's catalogue; an absent file says nothing."""
    if not path.exists():
        return Catalog(locale="nl")
    with path.open("rb") as file:
        return read_po(file, locale="nl")


def messages(read: Catalog) -> dict[Key, Message]:
    """Return the messages by context and singular, the header left out."""
    return {(message.context, singular(message)): message for message in read if message.id}


def ordered(keys: set[Key]) -> list[Key]:
    return sorted(keys, key=lambda key: (key[1], key[0] or ""))


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def doubts(message: Message) -> Iterator[str]:
    """Yield what is wrong with one translation: doubtful, empty, or with other blanks to fill in than the original."""
    name = singular(message)
    translated = texts(message.string)
    if message.fuzzy:
        yield f"doubtful (fuzzy): {name!r}"
    if not translated or not all(translated):
        yield f"not translated: {name!r}"
        return
    wanted = {frozenset(PLACEHOLDER.findall(text)) for text in texts(message.id)}
    if any(frozenset(PLACEHOLDER.findall(text)) not in wanted for text in translated):
        yield f"fills in other blanks than the original: {name!r}"


def uncompiled(kept: dict[Key, Message], path: Path) -> Iterator[str]:
    """Yield one problem when the compiled catalogue isn't what the .po file says."""
    if not kept:
        return
    if not path.exists():
        yield f"not compiled, run `make messages`: {path.name} is missing"
        return
    with path.open("rb") as file:
        compiled = {key: texts(message.string) for key, message in messages(read_mo(file)).items()}
    if compiled != {key: texts(message.string) for key, message in kept.items() if any(texts(message.string))}:
        yield f"{path.name} isn't what the .po file says, run `make messages`"


if __name__ == "__main__":
    sys.exit(main())
