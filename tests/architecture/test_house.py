"""House rules that no off-the-shelf linter knows."""

import ast
import re

import pytest
from tests.architecture.order import heights
from tests.architecture.reviewed import hasty_reasons, unexcused
from tests.architecture.sources import REPOSITORY, Source, kept_files, production_code

NAMELESS = {"util", "utils", "helper", "helpers", "service", "services", "common", "misc", "manager", "managers"}
DOMAIN_WORDS = {
    *("values", "models", "rules", "operations", "queries", "events", "handlers", "permissions"),
    *("testing", "migrations", "apps", "__init__"),
}
ALSO_IN_ASSURANCE = {"checks", "catalogue"}
NOT_DOMAINS = {"kernel", "doors", "project"}
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)", re.IGNORECASE)
REASONED = re.compile(
    r"#\s*(noqa: [A-Z]+\d+(,\s?[A-Z]+\d+)*|type: ignore\[[\w-]+(,\s?[\w-]+)*\])\s+[#(–-]?\s*[^\s#–-].{5,}"
)


def bare_atomics(sources: tuple[Source, ...]) -> set[str]:
    """Return the uses of Django's `atomic` outside the kernel, whose transactions are named by intent."""
    return {
        f"{source.path}:{getattr(node, 'lineno', 0)}"
        for source in sources
        if source.folder != "kernel"
        for node in source.nodes()
        if (isinstance(node, ast.Attribute) and node.attr == "atomic")
        or (isinstance(node, ast.alias) and node.name == "atomic")
    }


def broad_excepts(sources: tuple[Source, ...]) -> set[str]:
    """Return the handlers that catch everything and may go on, named by file and function; who raises again is fine."""
    found = set()
    for source in sources:
        for function in source.functions():
            if any(isinstance(node, ast.ExceptHandler) and catches_all(node) for node in ast.walk(function)):
                found.add(f"{source.path}:{function.name}")
    return found


def catches_all(handler: ast.ExceptHandler) -> bool:
    if isinstance(handler.body[-1], ast.Raise):
        return False
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind).split(".")[-1] in {"Exception", "BaseException"} for kind in caught)


def nameless(sources: tuple[Source, ...]) -> set[str]:
    """Return the modules whose name says nothing about what they hold."""
    return {source.path for source in sources if NAMELESS & set(source.path.removesuffix(".py").split("/"))}


def unknown_words(sources: tuple[Source, ...]) -> set[str]:
    """Return the modules of a domain that aren't among the words a domain is made of."""
    found = set()
    for source in sources:
        _, layer, *rest = source.path.removesuffix(".py").split("/")
        allowed = DOMAIN_WORDS | (ALSO_IN_ASSURANCE if layer == "assurance" else set())
        if rest and layer in heights().keys() - NOT_DOMAINS and rest[0] not in allowed:
            found.add(f"{layer}/{rest[0]}")
    return found


def wordless(sources: tuple[Source, ...]) -> set[str]:
    """Return the layers whose first lines don't say what they are, or whose `__init__` does more than that."""
    found = set()
    for source in sources:
        if source.path == f"waarborg/{source.folder}/__init__.py":
            only_words = len(source.tree.body) == 1 and bool(ast.get_docstring(source.tree))
            if not only_words:
                found.add(source.folder)
    return found


def silent_suppressions(sources: tuple[Source, ...]) -> list[str]:
    """Return the suppressions that don't say which rule they silence and why."""
    return [
        f"{source.path}:{line} {text}"
        for source in sources
        for line, text in source.comments()
        if SUPPRESSION.search(text) and not REASONED.search(text)
    ]


def test_transactions_are_named_by_intent() -> None:
    assert bare_atomics(production_code()) == set()


@pytest.mark.parametrize(
    "use",
    ["with transaction.atomic(): ...", "from django.db.transaction import atomic", "@transaction.atomic\ndef f(): ..."],
)
def test_a_bare_atomic_outside_the_kernel_is_a_breach(use: str) -> None:
    assert bare_atomics((Source("waarborg/patients/operations.py", use),))
    assert bare_atomics((Source("waarborg/kernel/transactions.py", use),)) == set()


def test_catching_everything_is_reviewed() -> None:
    assert unexcused(broad_excepts(production_code()), "broad_excepts") == []


@pytest.mark.parametrize("caught", ["", " Exception", " BaseException", " (OSError, Exception)", " builtins.Exception"])
def test_catching_everything_is_found(caught: str) -> None:
    planted = f"def act():\n    try: ...\n    except{caught}: ...\n"
    assert broad_excepts((Source("waarborg/labels/rules.py", planted),)) == {"waarborg/labels/rules.py:act"}


@pytest.mark.parametrize(
    "handler", ["except (OSError, TypstException): ...", "except Exception: raise Refused from None"]
)
def test_catching_what_is_foreseen_or_raising_again_is_no_breach(handler: str) -> None:
    planted = f"def act():\n    try: ...\n    {handler}\n"
    assert broad_excepts((Source("waarborg/labels/rules.py", planted),)) == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert nameless(production_code()) == set()


@pytest.mark.parametrize(
    "path", ["waarborg/patients/utils.py", "waarborg/common/dates.py", "waarborg/doors/services.py"]
)
def test_a_name_that_says_nothing_is_a_breach(path: str) -> None:
    assert nameless((Source(path, ""),)) == {path}


def test_a_domain_is_made_of_a_domains_words() -> None:
    assert unexcused(unknown_words(production_code()), "domain_words") == []


@pytest.mark.parametrize("word", ["forms", "tasks", "checks"])
def test_another_word_in_a_domain_is_a_breach(word: str) -> None:
    assert unknown_words((Source(f"waarborg/patients/{word}.py", ""),)) == {f"patients/{word}"}


def test_checks_belong_to_assurance_and_the_kernel_names_its_own() -> None:
    checks = Source("waarborg/assurance/checks/tls/judge.py", "")
    assert unknown_words((checks, Source("waarborg/kernel/clock.py", ""))) == set()


def test_every_layer_begins_with_its_words_and_does_nothing_else_there() -> None:
    begun = {source.folder for source in production_code() if source.path.count("/") == 2 and "__init__" in source.path}
    assert wordless(production_code()) == set()
    assert begun == set(heights())


@pytest.mark.parametrize("text", ["", "import waarborg.labels", '"""Words."""\nfrom waarborg.labels import rules'])
def test_a_layer_without_words_or_with_code_in_its_door_is_a_breach(text: str) -> None:
    assert wordless((Source("waarborg/patients/__init__.py", text),)) == {"patients"}


def python_files() -> tuple[Source, ...]:
    files = (path for path in kept_files() if path.suffix == ".py")
    return tuple(Source(str(path.relative_to(REPOSITORY)), path.read_text(encoding="utf-8")) for path in files)


def test_suppressions_name_their_rule_and_their_reason() -> None:
    assert silent_suppressions(python_files()) == []


@pytest.mark.parametrize(
    "comment",
    [
        "noqa",
        "noqa: S603",
        "noqa: S603 - ok",
        "type: ignore",
        "type: ignore[attr-defined]",
        "type: ignore - it is fine so",
    ],
)
def test_a_suppression_without_rule_or_reason_is_a_breach(comment: str) -> None:
    assert silent_suppressions((Source("planted.py", f"act()  # {comment}\n"),))


@pytest.mark.parametrize(
    "comment",
    [
        "noqa: S603 - the command is ours",
        "noqa: S603, S607  # the command is ours",
        "type: ignore[misc]  # untyped upstream",
    ],
)
def test_a_suppression_with_both_is_fine(comment: str) -> None:
    assert silent_suppressions((Source("planted.py", f"act()  # {comment}\n"),)) == []


def test_every_exception_has_a_reason_that_is_one() -> None:
    assert hasty_reasons() == []
