"""Every act says who does it and when: both are handed in by name, so that no act can invent them."""

import ast

import pytest
from tests.architecture.reviewed import unexcused
from tests.architecture.sources import Function, Source, production_code

ALWAYS = ("by", "now")


def module(source: Source) -> str:
    return source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_act(function: ast.stmt) -> bool:
    return isinstance(function, Function) and not function.name.startswith("_")


def missing(function: Function) -> list[str]:
    by_keyword = {argument.arg for argument in function.args.kwonlyargs}
    return [name for name in ALWAYS if name not in by_keyword]


def anonymous_acts(sources: tuple[Source, ...]) -> set[str]:
    """Return the acts, of modules or packages called `operations`, that lack `by` or `now` as a keyword."""
    return {
        f"{module(source)}.{act.name}"
        for source in sources
        if "operations" in source.path.removesuffix(".py").split("/")
        for act in source.tree.body
        if isinstance(act, Function) and is_act(act) and missing(act)
    }


def test_every_operation_takes_by_and_now_as_keywords() -> None:
    assert unexcused(anonymous_acts(production_code()), "operations") == []


@pytest.mark.parametrize(
    "signature", ["(device)", "(device, by, now)", "(device, *, by)", "(device, *, now)", "(*, by_whom, now)"]
)
def test_an_act_without_by_or_now_is_a_breach(signature: str) -> None:
    planted = Source("waarborg/registers/operations/devices.py", f"def retire{signature}: ...")
    assert anonymous_acts((planted,)) == {"waarborg.registers.operations.devices.retire"}


def test_an_act_with_both_is_fine_and_what_isnt_an_act_is_left_alone() -> None:
    act = Source("waarborg/registers/operations.py", "def retire(device, *, by, now): ...\ndef _row(device): ...")
    query = Source("waarborg/registers/queries.py", "def devices(): ...")
    assert anonymous_acts((act, query)) == set()
