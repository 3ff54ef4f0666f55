"""Every act says who does it and when: both are handed in by name, so that no act can invent them.

An act is a public function of `operations`: of the module, or, where that is a package, what its `__init__` hands out and
what another domain or a door takes from deeper in it. A package that hands out nothing is open as a whole.
"""

import ast
from collections.abc import Iterator

import pytest
from tests.architecture.reviewed import unexcused
from tests.architecture.sources import Function, Source, production_code

ALWAYS = ("by", "now")


def module(source: Source) -> str:
    return source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def missing(function: Function) -> list[str]:
    by_keyword = {argument.arg for argument in function.args.kwonlyargs}
    return [name for name in ALWAYS if name not in by_keyword]


def taken(sources: tuple[Source, ...]) -> Iterator[str]:
    """Yield the dotted names under `operations` that `__init__` hands out or that another domain reaches for."""
    for source in sources:
        for node in source.nodes():
            if not isinstance(node, ast.ImportFrom) or ".operations" not in (node.module or ""):
                continue
            domain = (node.module or "").split(".")[1]
            if source.folder != domain or is_package(source):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_package(source: Source) -> bool:
    return source.path.endswith("/operations/__init__.py")


def acts(sources: tuple[Source, ...]) -> Iterator[tuple[str, Function]]:
    """Yield every act with its dotted name."""
    reached = set(taken(sources))
    closed = {module(source) for source in sources if is_package(source) and any(taken((source,)))}
    for source in sources:
        name = module(source)
        package = ".".join(name.split(".")[:3])
        if not package.endswith(".operations"):
            continue
        whole = package not in closed or name in reached
        for node in source.tree.body:
            if (
                isinstance(node, Function)
                and not node.name.startswith("_")
                and (whole or f"{name}.{node.name}" in reached)
            ):
                yield f"{name}.{node.name}", node


def anonymous_acts(sources: tuple[Source, ...]) -> set[str]:
    """Return the acts that lack `by` or `now` as a keyword."""
    return {name for name, act in acts(sources) if missing(act)}


def test_every_operation_takes_by_and_now_as_keywords() -> None:
    assert unexcused(anonymous_acts(production_code()), "operations") == []


@pytest.mark.parametrize(
    "signature", ["(device)", "(device, by, now)", "(device, *, by)", "(device, *, now)", "(*, by_whom, now)"]
)
@pytest.mark.parametrize("path", ["operations.py", "operations/devices.py"])
def test_an_act_without_by_or_now_is_a_breach(path: str, signature: str) -> None:
    planted = Source(f"waarborg/registers/{path}", f"def retire{signature}: ...")
    assert anonymous_acts((planted,)) == {f"{module(planted)}.retire"}


def test_an_act_with_both_is_fine_and_what_isnt_an_act_is_left_alone() -> None:
    act = Source("waarborg/registers/operations.py", "def retire(device, *, by, now): ...\ndef _row(device): ...")
    query = Source("waarborg/registers/queries.py", "def devices(): ...")
    assert anonymous_acts((act, query)) == set()


PACKAGE = Source("waarborg/audit/operations/__init__.py", "from waarborg.audit.operations.recording import record")
RECORDING = Source("waarborg/audit/operations/recording.py", "def record(): ...\ndef collect(): ...")


def test_a_package_answers_for_what_it_hands_out() -> None:
    assert anonymous_acts((PACKAGE, RECORDING)) == {"waarborg.audit.operations.recording.record"}


@pytest.mark.parametrize(
    "reach",
    ["from waarborg.audit.operations.recording import collect", "from waarborg.audit.operations import recording"],
)
def test_what_another_domain_takes_from_deeper_in_is_an_act_as_well(reach: str) -> None:
    other = Source("waarborg/accounts/operations.py", reach)
    assert "waarborg.audit.operations.recording.collect" in anonymous_acts((PACKAGE, RECORDING, other))
