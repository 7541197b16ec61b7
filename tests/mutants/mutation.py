"""How many small faults the tests notice: a sample of those that cosmic-ray can plant, one by one, in a copy.

`python -m tests.mutants.mutation [PART ...] --sample 20` needs the extra `mutation`. It prints a line a fault
and a difference where none of the tests noticed it, then a line a part. Nothing of this folder is changed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import TestOutcome, WorkItem

ROOT = Path(__file__).parents[2]
COPIED = ("sim", "configs", "tests", "docs", "experiments")
SECONDS = 600  # a fault that makes the tests of a part go on for longer counts as noticed

# Faults that a hand could make; the others either cannot run or are told apart by none.
ARITHMETIC = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "Add_Mul", "Mul_Add")
COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_GtE", "Gt_LtE")
FAULTS = {
    *(f"core/ReplaceBinaryOperator_{each}" for each in ARITHMETIC),
    *(f"core/ReplaceComparisonOperator_{each}" for each in COMPARISONS),
    "core/ReplaceUnaryOperator_Delete_USub", "core/ReplaceUnaryOperator_Delete_Not",
    "core/ReplaceAndWithOr", "core/ReplaceOrWithAnd", "core/AddNot",
    "core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue",
    "core/ReplaceBreakWithContinue", "core/ReplaceContinueWithBreak",
    "core/NumberReplacer", "core/ZeroIterationForLoop",
}  # fmt: skip


class Part(NamedTuple):
    """Files of the package, and the tests that know them best: quick ones first; ELSEWHERE comes last."""

    files: str  # a pattern under sim/
    quick: str
    slower: str = ""


PARTS = {
    "core": Part("core/[!_c]*.py", "tests/core"),
    "kinds": Part("kinds/[!_]*.py", "tests/follow/test_likelihood.py", "tests/events tests/actors"),
    "truce": Part("truce.py", "tests/test_truce.py"),
    "intervals": Part("stats/intervals.py", "tests/stats/test_intervals.py"),
    "store": Part("study/store.py", "tests/study/test_store.py", "tests/study/test_integrity.py"),
    "draws": Part("study/draws.py", "tests/study/test_uncertainty.py", "tests/study/test_draws.py"),
    "explanation": Part(
        "explanation/[!_]*.py",
        "tests/explanation/test_words.py tests/explanation/test_jobs.py",
        "tests/explanation/test_planted.py tests/explanation/test_explain.py tests/explanation/test_study.py "
        "tests/explanation/test_command.py -k 'not workers and not worker'",
    ),
}
ELSEWHERE = "tests/test_docs_tables.py tests/golden tests/science/test_known_answers.py"


def faults_of(part: Part, n: int, seed: int, folder: Path) -> tuple[list[WorkItem], int]:
    """A sample of the faults of a part, and how many there are. Paths are below `folder`."""
    db = WorkDB(str(folder / "faults.sqlite"), WorkDB.Mode.create)
    try:
        init(sorted(Path("sim").glob(part.files)), db, {})
        every = [
            item for item in db.work_items
            if item.mutations[0].operator_name in FAULTS and not _is_doubled(item)
        ]  # fmt: skip
    finally:
        db.close()
    every.sort(key=lambda item: (str(item.mutations[0].module_path), item.mutations[0].start_pos, str(item)))
    return random.Random(seed).sample(every, min(n, len(every))), len(every)


def _is_doubled(item: WorkItem) -> bool:
    """cosmic-ray names up to two replacements of a number; the first is enough."""
    fault = item.mutations[0]
    return fault.operator_name == "core/NumberReplacer" and fault.occurrence % 2 == 1


def tried(items: list[WorkItem], tests: tuple[str, ...]) -> Iterator[tuple[WorkItem, bool, str]]:
    """Each fault, whether a test noticed it, and its difference; `tests` are asked in turn till one does."""
    for item in items:
        for asked in tests:
            command = f"{sys.executable} -m pytest -n 0 -x -q -p no:cacheprovider {asked}"
            result = mutate_and_test(item.mutations, command, SECONDS)
            if result.test_outcome != TestOutcome.SURVIVED:
                break
        yield item, result.test_outcome != TestOutcome.SURVIVED, result.diff or ""


def copy_into(folder: Path) -> None:
    """What the tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile"):
        shutil.copy(ROOT / name, folder)


def main() -> None:
    """Try a sample of faults in each part, and print what survived."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    asked.add_argument("--sample", type=int, default=20, help="faults tried in each part")
    asked.add_argument("--seed", type=int, default=0, help="of the sample")
    asked.add_argument("--quick", action="store_true", help="ask the quick tests of each part alone")
    options = asked.parse_args()
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        asked.error(f"no part is called {unknown[0]!r}; there are {', '.join(PARTS)}")
    rows = []
    with tempfile.TemporaryDirectory(prefix="hudna-mutation-") as name:
        copy_into(Path(name))
        os.chdir(name)
        os.environ |= {"PYTHONPATH": name, "PYTHONDONTWRITEBYTECODE": "1"}
        for part in options.parts or PARTS:
            of = PARTS[part]
            tests = (of.quick,) if options.quick else tuple(filter(None, (of.quick, of.slower, ELSEWHERE)))
            items, n_all = faults_of(of, options.sample, options.seed, Path(name))
            n_noticed = 0
            for item, is_noticed, diff in tried(items, tests):
                fault = item.mutations[0]
                n_noticed += is_noticed
                where = f"{fault.module_path}:{fault.start_pos[0]}"
                print(
                    f"{'noticed ' if is_noticed else 'SURVIVED'}  {where}  {fault.operator_name[5:]}",
                    flush=True,
                )
                if not is_noticed:
                    print(diff, flush=True)
            rows.append((part, n_all, len(items), n_noticed))
    for part, n_all, n_tried, n_noticed in rows:
        print(f"{part}: noticed {n_noticed} of {n_tried}, drawn from {n_all}")


if __name__ == "__main__":
    main()
