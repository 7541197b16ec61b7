"""One truth: a history is the same without the compiler, with any number of threads, in any process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim.records import daily_table, event_table
from tests.conftest import finished, tiny

ROOT = Path(__file__).parents[2]
SMALL = {
    "days": 15,
    "burn_in_days": 2,
    "reference_residents": 120,
    "city": {"n_residents": 120, "n_officers": 4, "n_defectors": 1, "kinship": {"n_clans": 3}},
    "factions": {"locals": {"members": 4}, "outsiders": {"members": 3, "outsiders": True, "rival": True}},
    "feelings": {"shock_scale": 2.0},
    "events": {
        "kidnapping": {"at": (2, 3)},
        "revenge_killing": {"at": (4,)},
        "clash": {"at": (5,)},
        "departure": {"at": (6,), "share": 0.5},
        "siege": {"at": (9,)},
        "assault": {"at": (10,)},
    },
    "grievances": {"memory_days": 3.0},
}
SEED = 4
FLOATS = "%.17g"


def tables() -> str:
    """The daily table and the log of the small history, as CSV."""
    model = finished(tiny(SMALL), SEED)
    return "\f".join(
        table.to_csv(index=False, float_format=FLOATS) for table in (daily_table(model), event_table(model))
    )


def read(text: str) -> list[pd.DataFrame]:
    return [
        pd.read_csv(io.StringIO(part), keep_default_na=False, na_values=[""]) for part in text.split("\f")
    ]


def in_a_process(**environment: str) -> str:
    """The tables as a process of its own makes them, with a city of its own."""
    code = "from tests.science.test_without_compiler import tables; print(tables(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, "HUDNA_CACHE": "off", **environment},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def processes():
    """The same history in four processes."""
    asked = {
        "plain": {},
        "one thread": {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "1"},
        "two threads": {"NUMBA_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "2"},
        "no compiler": {"NUMBA_DISABLE_JIT": "1"},
    }
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(asked, pool.map(lambda given: in_a_process(**given), asked.values()), strict=True))


def test_the_small_history_holds_enough_to_be_worth_comparing(processes):
    daily, events = read(processes["plain"])
    assert len(daily) == 16
    assert {"kidnapping", "revenge_killing", "clash", "departure", "siege", "assault"} <= set(events.kind)
    assert {"scheduled", "hazard", "answer"} <= set(events.cause)
    assert daily.dead.iloc[-1] > 0
    assert daily.left.sum() > 0


def test_without_the_compiler_integers_are_equal_and_floats_to_1e_5(processes):
    for plain, other in zip(read(processes["plain"]), read(processes["no compiler"]), strict=True):
        floats = plain.select_dtypes("float").columns
        whole = plain.columns.difference(floats, sort=False)
        assert_frame_equal(other[whole], plain[whole])
        assert np.abs(other[floats] - plain[floats]).max(axis=None, skipna=True) < 1e-5
        assert (other[floats].isna() == plain[floats].isna()).all(axis=None)


def test_the_number_of_threads_and_the_order_of_hashes_change_nothing(processes):
    assert processes["one thread"] == processes["two threads"]


def test_a_process_of_its_own_changes_nothing(processes):
    assert processes["plain"] == processes["one thread"] == tables()
