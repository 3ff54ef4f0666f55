"""The code as something to be read: one `Source` per file, so that each rule is a function over sources."""

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
CODE = REPOSITORY / "src"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is counted from `src`."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def folder(self) -> str:
        """The layer it belongs to: `kernel` for `waarborg/kernel/clock.py`."""
        return self.path.split("/")[1].removesuffix(".py")

    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def functions(self) -> Iterator[Function]:
        return (node for node in self.nodes() if isinstance(node, Function))

    def comments(self) -> Iterator[tuple[int, str]]:
        """Yield line and text of each comment; text that only looks like one, inside a string, isn't one."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


@lru_cache(maxsize=1)
def production_code() -> tuple[Source, ...]:
    """Return every Python file that ships, migrations left out: those are written by Django."""
    files = (path for path in sorted(CODE.rglob("*.py")) if "migrations" not in path.parts)
    return tuple(Source(str(path.relative_to(CODE)), path.read_text(encoding="utf-8")) for path in files)


@lru_cache(maxsize=1)
def kept_files() -> tuple[Path, ...]:
    """Return what git keeps or would keep: everything that isn't ignored."""
    command = ["git", "-C", str(REPOSITORY), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return tuple(path for name in listed if name and (path := REPOSITORY / name).is_file())
