"""Killed again and again, parent, worker or both, a study loses no run and leaves nothing behind."""

import os
import random
import time
from contextlib import suppress

import psutil
import pytest

from sim.study.store import Store
from tests.study.studies import (
    SMALL,
    TWO,
    assert_same,
    command,
    done,
    n_parts,
    tables,
    wait_until,
    workers_of,
)

KILLED = [*SMALL, "burn_in_days=0", TWO, "runs=24", "keep=all"]
SERIAL, DASK = ("engine=serial",), ("engine=dask", "engine.workers=2")
MOMENTS = ("before the plan stands", "after another part", "at any time")
VICTIMS = ("parent", "worker", "both")
QUICK = tuple(  # one process each, and one study for all
    (SERIAL, moment, "parent") for moment in ("before the plan stands", *["after another part"] * 4)
)
FIVE = (  # the last study goes on to its end, since its parent lives
    (SERIAL, "before the plan stands", "parent"),
    (DASK, "after another part", "both"),
    (SERIAL, "after another part", "parent"),
    (SERIAL, "at any time", "parent"),
    (DASK, "after another part", "worker"),
)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The folder of the study done without a stop."""
    folder = tmp_path_factory.mktemp("undisturbed") / "study"
    done(folder, *KILLED)
    return folder


def kill_once(out, temporary, luck, engine, moment, victim):
    """Begin or go on with the study, kill something in it, and return whether the study came to its end."""
    before = n_parts(out) if out.exists() else 0
    process = command("sweep", *KILLED, *engine, "--out", out, env={"TMPDIR": str(temporary)})
    end = time.monotonic() + (luck.uniform(0.2, 6.0) if moment == "at any time" else 120.0)
    while process.poll() is None and time.monotonic() < end:
        if moment == "before the plan stands" and out.exists():
            break
        if moment == "after another part" and n_parts(out) > before:
            break
        time.sleep(0.02)
    workers = workers_of(process) if process.poll() is None else []
    doomed = workers[:1] if victim == "worker" and workers else workers if victim == "both" else []
    for each in doomed:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    if victim != "worker" or not workers:
        process.kill()
    _, err = process.communicate(timeout=300)
    assert process.returncode in (0, -9), (moment, victim, err)
    return process.returncode == 0


def kill_all(tmp_path, undisturbed, kills, luck):
    """These kills, over as many studies as they last for; each must come out as an undisturbed one."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    kills = list(kills)
    last = SERIAL if all(each[0] == SERIAL for each in kills) else ("engine=dask", "engine.workers=1")
    kept = number = n_kills = 0
    is_open = False
    for engine, moment, victim in kills:
        out = tmp_path / f"study-{number}"
        is_over = kill_once(out, temporary, luck, engine, moment, victim)
        n_kills += 1
        is_open = not is_over
        if (out / "plan.json").exists() and not is_over:
            runs = Store.open(out).tallies()
            assert len(runs) >= kept, "committed runs were lost"
            assert len({each[:2] for each in runs}) == len(runs)
            kept = len(runs)
        if is_over:
            finish(out, temporary, undisturbed, last)
            number, kept = number + 1, 0
    if is_open:
        finish(out, temporary, undisturbed, last)
    return n_kills


def finish(out, temporary, undisturbed, engine):
    """Go on undisturbed to the end: all runs are there, and nothing that killed ones left."""
    process = command("sweep", *KILLED, *engine, "--out", out, env={"TMPDIR": str(temporary)})
    _, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert_same(out, undisturbed)
    assert Store.open(out).manifest()["shard"] == [1, 1]
    known = {f"{name}.{end}" for name in tables(out) for end in ("parquet", "csv")}
    rest = {path.name for path in out.iterdir()} - known
    assert rest == {"plan.json", "manifest.json", "design.parquet", "lock"}
    wait_until(lambda: not list(temporary.glob("hudna-*")), 20)  # the start above has swept it


def test_five_kills_lose_nothing(tmp_path, undisturbed):
    assert kill_all(tmp_path, undisturbed, QUICK, random.Random(1)) == 5


@pytest.mark.slow  # some minutes on two cores
def test_five_kills_of_parents_and_workers_lose_nothing(tmp_path, undisturbed):
    assert kill_all(tmp_path, undisturbed, FIVE, random.Random(1)) == 5


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing(tmp_path, undisturbed):
    luck, n = random.Random(2), int(os.environ.get("HUDNA_KILLS", "100"))
    kills = ((luck.choice((SERIAL, DASK)), luck.choice(MOMENTS), luck.choice(VICTIMS)) for _ in range(n))
    assert kill_all(tmp_path, undisturbed, kills, luck) == n
