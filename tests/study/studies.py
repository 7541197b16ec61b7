"""Small studies that the tests share, and how two stores are compared."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from sim.study.build import build_plan
from sim.study.finalize import TABLES
from sim.study.study import begin

ROOT = Path(__file__).parents[2]
SMALL = [
    "scenario=small_town",
    "days=20",
    "burn_in_days=3",
    "reference_residents=500",
    "city.n_residents=500",
    "city.n_officers=12",
    "city.n_defectors=2",
    "city.n_quarters=4",
    "city.kinship.n_clans=8",
    "factions.men_of_god.members=8",
    "factions.ali_bin_abi_talib.members=5",
    "factions.newcomers.members=3",
    "factions.independents.members=3",
]
TWO = "events.kidnapping.base=0.02,0.3"
N = 36  # runs of each of the two points of STUDY
STUDY = [*SMALL, TWO, f"runs={N}", "truce.feud.bar=4", "keep=all"]
SERIAL = "engine=serial"


def quiet(_agenda):
    """Tell nothing."""


def plan_of(*overrides, **how):
    """The plan of these overrides."""
    return build_plan([*SMALL, *overrides], **how)[0]


def done(folder, *overrides, engine=SERIAL, tell=quiet, **how):
    """Do a study in this process, and return its store."""
    plan, asked = build_plan([*overrides, engine])
    return begin(plan, asked, folder, tell, **how)


def tables(folder):
    """The bytes of every table of a finished store."""
    paths = {name: Path(folder) / f"{name}.parquet" for name in TABLES}
    found = {name: path.read_bytes() for name, path in paths.items() if path.exists()}
    assert {"runs", "points", "differences"} <= set(found)
    return found


def assert_same(one, other):
    """Two finished stores hold the same tables, byte for byte."""
    ours, theirs = tables(one), tables(other)
    assert ours.keys() == theirs.keys()
    for name in ours:
        if ours[name] != theirs[name]:
            assert pq.read_table(Path(one) / f"{name}.parquet").equals(
                pq.read_table(Path(other) / f"{name}.parquet")
            ), name
            raise AssertionError(f"{name}: the same rows, in another file")


def rows(folder, name="runs"):
    """The rows of a table as dictionaries."""
    return pq.read_table(Path(folder) / f"{name}.parquet").to_pylist()


def command(*arguments, env=None, cwd=None):
    """Start the command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=cwd,
    )


def wait_until(is_so, seconds=60.0):
    """Wait until something holds; the test fails if it never does."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def n_parts(folder):
    """Committed chunks of an unfinished store."""
    return len(list((Path(folder) / "parts").glob("runs-*")))


class StopError(Exception):
    """Stands for whatever ends a process."""


def stop_after(n_chunks, out, *overrides):
    """Begin a study and stop it after some chunks."""
    plan, engine = build_plan([*STUDY, *overrides, SERIAL])

    def tell(queue):
        if out.exists() and n_parts(out) >= n_chunks:
            raise StopError

    with pytest.raises(StopError):
        begin(plan, engine, out, tell)
    assert n_parts(out) == n_chunks


def workers_of(process):
    """The worker processes that a study has started and that still run."""
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            if "sim.engines.worker" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
        except psutil.NoSuchProcess:
            pass
    return found


def is_gone(process):
    """Whether a process has ended."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
