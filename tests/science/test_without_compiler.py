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
from pandas.testing import assert_frame_equal

from sim.events import KINDS
from sim.records import daily_table, event_table
from tests.conftest import finished, tiny

ROOT = Path(__file__).parents[2]
FIRST = ("kidnapping", "clash", "squeeze", "inflow", "siege", "bombardment", "assault", "battle")
ORDER = (*FIRST, *sorted(set(KINDS) - set(FIRST)))
SMALL = {
    "days": 40,
    "burn_in_days": 2,
    "reference_residents": 500,
    "city": {"n_residents": 120, "n_officers": 4, "n_defectors": 1, "kinship": {"n_clans": 3}},
    "factions": {"locals": {"members": 4}, "outsiders": {"members": 3, "outsiders": True, "rival": True}},
    "feelings": {"shock_scale": 2.0},
    # every kind once, the orders of the army in an order in which its posture allows them
    "events": {
        name: {"at": (day,), **({"size_mean": 500.0} if name == "inflow" else {})}
        for day, name in enumerate(ORDER, start=2)
    },
    "flight": {"return_margin": 0.02, "return_rate": 0.3},
    "ranks": {"join_threshold_mean": 0.2, "desert_threshold_mean": 0.5},
    "grievances": {"memory_days": 3.0},
    "kinship": {"restraint": 1.0},
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


def test_the_small_history_holds_enough_to_be_worth_comparing():
    daily, events = read(tables())
    assert len(daily) == SMALL["days"] + 1
    happened = set(events.kind[events.cause != "lapsed"])
    assert {"kidnapping", "clash", "inflow", "siege", "assault", "battle", "joining", "return"} <= happened
    assert set(events.cause) == {"scheduled", "hazard", "answer", "order", "lapsed"}
    assert daily[["deaths", "left", "returned", "entered", "released"]].sum().min() > 0


def test_without_the_compiler_integers_are_equal_and_floats_to_1e_5():
    for plain, other in zip(read(tables()), read(in_a_process(NUMBA_DISABLE_JIT="1")), strict=True):
        floats = plain.select_dtypes("float").columns
        whole = plain.columns.difference(floats, sort=False)
        assert_frame_equal(other[whole], plain[whole])
        assert (other[floats].isna() == plain[floats].isna()).all(axis=None)
        assert np.abs(other[floats] - plain[floats]).max(axis=None, skipna=True) < 1e-5


def test_the_process_its_threads_and_the_order_of_hashes_change_nothing():
    def asked(n):
        return {"NUMBA_NUM_THREADS": n, "OMP_NUM_THREADS": n, "PYTHONHASHSEED": n}

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda n: in_a_process(**asked(n)), "12")
    assert one == two
    assert one == tables()


def test_a_result_can_be_written_without_the_compiler(tmp_path):
    code = (
        "import sys; from sim.api import run_to_folder; from tests.science.test_without_compiler import *\n"
        "run_to_folder(tiny(SMALL, {'days': 36}), sys.argv[1], figure=False)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        cwd=ROOT, env={**os.environ, "HUDNA_CACHE": "off", "NUMBA_DISABLE_JIT": "1"},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "run.json").exists()
