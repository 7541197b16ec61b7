"""Faults planted in a copy of the package: each must turn a test red. Most once passed all tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mutants")]


class Mutant(NamedTuple):
    """What is written in the place of what, and the tests that have to notice."""

    file: str
    old: str
    new: str
    tests: str


DRAWS = "tests/study/test_draws.py::test_every_key_has_luck_of_its_own"
BRANCH = "tests/science/test_branches.py"
STORE = "tests/study/test_integrity.py::test_a_manifest_of_another_study_is_refused_at_every_opening"
PLAN = "tests/study/test_bad_input.py::test_a_plan_that_was_changed_by_hand_is_refused"
STRAIN = (
    "tests/explanation/test_explain.py::"
    "test_the_most_strained_day_is_the_last_of_those_with_the_fullest_window_day_0_apart"
)
SHARES = "tests/stats/test_intervals.py"
CACHE = "tests/city/test_cache.py::test_a_file_that_was_altered_is_built_anew"
SWEPT = "tests/study/test_integrity.py::test_what_processes_left_that_are_gone_is_swept_and_nothing_else"
MUTANTS = {
    "all parameters share one draw": Mutant("study/draws.py", "name_key(key), run", "0, run", DRAWS),
    "a draw is the same in every run": Mutant("study/draws.py", "name_key(key), run", "name_key(key)", DRAWS),
    "a branch keeps its old army": Mutant(
        "day/found.py", "world.army.config, world.elders.config = scenario.army, scenario.elders",
        "world.elders.config = scenario.elders", BRANCH,
    ),
    "a branch keeps its old elders": Mutant(
        "day/found.py", "world.army.config, world.elders.config = scenario.army, scenario.elders",
        "world.army.config = scenario.army", BRANCH,
    ),
    "a branch keeps its old scenario": Mutant("day/found.py", "    world.scenario = scenario\n", "", BRANCH),
    "a branch keeps its old kinds": Mutant(
        "day/found.py", "    _open_kinds(world, scenario)\n\n\ndef", "\n\ndef", BRANCH
    ),
    "a branch keeps its old memory": Mutant(
        "day/found.py", "_memories(scenario)\n    world.army", "{}\n    world.army", BRANCH
    ),
    "a plan changed by hand is taken": Mutant(
        "study/store.py", "is_whole = plan.digest == digest and", "is_whole = True and", PLAN
    ),
    "a manifest of another study is taken": Mutant(
        "study/store.py", 'if manifest.get("plan") != digest:', "if False:", STORE
    ),
    "shares of histories that agree are certain": Mutant(
        "stats/intervals.py", "+ 2 / replicates**2) / n", ") / n", SHARES
    ),
    "two histories are not added": Mutant(
        "stats/intervals.py", "n = len(differences) + 2\n    mean", "n = len(differences)\n    mean", SHARES
    ),
    "the least strained day": Mutant(
        "explanation/history.py", "[feud == feud.max()]", "[feud == feud.min()]", STRAIN
    ),
    "the first of equally strained days": Mutant(
        "explanation/history.py", "[feud == feud.max()].iloc[-1]", "[feud == feud.max()].iloc[0]", STRAIN
    ),
    "an altered city in the cache is taken": Mutant(
        "city/cache.py", "if sum_there != _checksum(key, text, arrays) or", "if", CACHE
    ),
    "what living processes write is swept": Mutant(
        "disk/leftovers.py", "and not _is_alive(int(found[2]))", "", SWEPT
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of package, configs and tests, whose compiled code is kept from one mutant to the next."""
    folder = tmp_path_factory.mktemp("mutants")
    for name in ("sim", "configs", "tests", "docs", "experiments"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_noticed(name, copy):
    mutant = MUTANTS[name]
    path = copy / "sim" / mutant.file
    text = path.read_text()
    assert text.count(mutant.old) == 1, f"{mutant.file} has changed; plant this fault anew"
    path.write_text(text.replace(mutant.old, mutant.new))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "-p", "no:cacheprovider", mutant.tests],
            cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        path.write_text(text)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-1000:]
    assert "failed" in done.stdout
