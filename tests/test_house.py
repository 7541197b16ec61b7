"""The house rules that can be counted: functions are verbs, a file holds one idea and stays short."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_LINES = 350
_PARTICIPLES = (
    "told drawn kept held made found gone given taken shown said begun known seen written read left put "
    "thought felt meant sent done run built lost worn paid laid met bought brought cut hit set"
)
_VERBS = "read run put cut hit set found feed need seed embed proceed exceed speed"
_SMALL = "by of on in for at again alone over up out as"
IRREGULAR, VERBS_TOO, SMALL_WORDS = (frozenset(text.split()) for text in (_PARTICIPLES, _VERBS, _SMALL))
# what is asked like a property, and what mesa, click, pickle and others call by their own names
NOUNS = ("property", "cached_property", "contextmanager", "computed_field")


def is_bare_participle(name: str) -> bool:
    """Whether a name says what was done and not what to do: `told`, `_drawn_by`."""
    first, *rest = name.strip("_").split("_")
    is_participle = (first.endswith("ed") or first in IRREGULAR) and first not in VERBS_TOO
    return is_participle and all(word in SMALL_WORDS for word in rest)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """All functions and methods that are not read like attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            decorators = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
            if not decorators.intersection(NOUNS):
                yield node


def test_functions_are_verbs():
    bare = {
        f"{path.relative_to(ROOT)}:{each.lineno} {each.name}"
        for path in sorted((ROOT / "sim").rglob("*.py"))
        for each in functions(ast.parse(path.read_text(encoding="utf-8")))
        if is_bare_participle(each.name)
    }
    assert bare == set()


def test_no_test_rests_on_a_folder_that_the_machine_lacks():
    absent = "/" + "nonexistent"
    named = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if absent in path.read_text(encoding="utf-8")
    }
    assert named == set(), "take a path under tmp_path that is not there"


def test_a_registry_is_told_who_made_it_and_under_which_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["authors"] == [{"name": "Hudna developers"}]
    assert all((ROOT / name).is_file() for name in (*project["license-files"], project["readme"]))
    assert {project["license"], project["requires-python"]} == {"Apache-2.0", ">=3.11"}


def test_a_file_stays_short():
    lines = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for folder in ("sim", "tests", "experiments", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: n for path, n in lines.items() if n > MOST_LINES} == {}


def test_participles_are_told_from_verbs():
    assert all(map(is_bare_participle, ("told", "_drawn", "scaled", "ended_by")))
    assert not any(map(is_bare_participle, ("tell", "read", "run_one", "dated_name", "draw_rows", "seed")))
