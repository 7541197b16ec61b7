"""A study from its plan to its tables: begin or go on, status, merge of shards."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.disk.files import sync_folder, write_whole
from sim.disk.tables import read_table
from sim.engines.config import Engine
from sim.engines.engine import Runner
from sim.engines.start import started, sweep_workers
from sim.errors import InputError, Unfinished
from sim.study.execute import describe_stop, execute, full_disk
from sim.study.finalize import finalize
from sim.study.paired_queue import queue_of
from sim.study.plan import Plan
from sim.study.run_queue import WHOLE, RunQueue, Shard
from sim.study.store import PARTS, PLAN, Store

RUNNER = "sim.study.runner"  # what workers import before their first job

Told = Callable[[RunQueue], None]


def begin(
    plan: Plan,
    engine: Engine,
    folder: str | Path,
    tell: Told,
    *,
    command: str = "",
    shard: Shard = WHOLE,
    fail_fast: bool = False,
) -> Store:
    """Do a study in this folder, or go on with it if the folder holds it already.

    `tell` is called with the queue as runs come back; `command` is noted in the manifest; `fail_fast` stops
    after a failed run. Raises InputError before anything is started; Unfinished, FailedFast or
    KeyboardInterrupt with what is committed kept.
    """
    if (Path(folder) / PLAN).is_file():
        store = Store.at(folder, plan, engine, command, shard)
        go_on(store, engine, tell, fail_fast=fail_fast)
        return store
    with started(
        engine, plan.most_runs, RUNNER
    ) as runner:  # first, so that a missing engine leaves no folder behind
        store = Store.at(folder, plan, engine, command, shard)
        with store.lock():
            _work(store, runner, tell, fail_fast)
    return store


def go_on(store: Store, engine: Engine, tell: Told, *, fail_fast: bool = False) -> None:
    """Do what is left of the study in this store; nothing if it is finished. Raises as `begin`."""
    sweep_workers()
    with store.lock():
        if store.is_finished:
            shutil.rmtree(store.folder / PARTS, ignore_errors=True)
            store.sweep_beside()
            return
        queue = queue_of(store.plan, store.tallies(), store.shard)
        if next(iter(queue), None) is None:
            _finalize(store, queue)
            return
        with started(engine, store.plan.most_runs, RUNNER) as runner:
            _work(store, runner, tell, fail_fast)


def _work(store: Store, runner: Runner, tell: Told, fail_fast: bool) -> None:
    store.sweep_out()
    store.note_environment(len(store.tallies()))
    queue = queue_of(store.plan, store.tallies(), store.shard)
    tell(queue)
    execute(store, queue, runner, tell, fail_fast=fail_fast)
    _finalize(store, queue)


def _finalize(store: Store, queue: RunQueue) -> None:
    """Make the tables; for a shard, `merge` makes them from all shards."""
    try:
        if store.shard.of == 1:
            finalize(store)
        else:
            store.write_manifest({"state": "shard done", "runs": queue.n_done, "failed": queue.n_failed})
    except OSError as error:
        raise Unfinished(describe_stop(store, queue, f"the tables: {full_disk(error)}")) from None


@dataclass(frozen=True)
class Progress:
    """The progress of a study in runs; `state` is finished, shard done or unfinished."""

    state: str
    n_done: int
    n_failed: int
    n_broke: int
    expected: int


def progress(store: Store) -> Progress:
    """The progress of the study in this store, by what is committed."""
    manifest = store.manifest()
    if manifest.get("state") == "finished":
        broke = read_table(store.folder / "runs.parquet", ["broke"]).column("broke").to_pylist()
        n = int(manifest["runs"])
        return Progress("finished", n, int(manifest["failed"]), sum(each is True for each in broke), n)
    queue = queue_of(store.plan, store.tallies(), store.shard)
    is_done = next(iter(queue), None) is None
    if store.shard.of > 1 and is_done:
        return Progress("shard done", queue.n_done, queue.n_failed, queue.n_broke, queue.n_done)
    return Progress("unfinished", queue.n_done, queue.n_failed, queue.n_broke, queue.expected)


def merge(folders: Sequence[str | Path], out: str | Path, command: str = "") -> Store:
    """Join the finished shards of one study into a new store (`out`), and make its tables.

    Raises InputError if they are not all the shards of one study, or one of them is not done.
    """
    shards = [Store.open(folder) for folder in folders]
    if not shards:
        raise InputError("merge: name the folders of all shards")
    first = shards[0]
    for each in shards:
        if each.plan.digest != first.plan.digest or each.shard.of != first.shard.of:
            raise InputError(f"{each.folder}: not a shard of the same study as {first.folder}")
        if each.shard.of == 1:
            raise InputError(f"{each.folder}: a whole study, not a shard; its tables exist already")
    numbers = [each.shard.number for each in shards]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    missing = sorted(set(range(1, first.shard.of + 1)) - set(numbers))
    if twice or missing:
        what = f"shard {twice[0]} is named twice" if twice else f"shard {missing[0]} is missing"
        raise InputError(f"merge: {what}; name all {first.shard.of} folders, each once")
    for each in shards:
        found = progress(each)
        if found.state != "shard done":
            raise InputError(
                f"{each.folder}: shard {each.shard.number}/{each.shard.of} is not finished "
                f"({found.n_done} of {found.expected} runs); `hudna resume {each.folder}` first"
            )
    engine = Engine.model_validate(first.manifest().get("engine", {}))
    store = Store.at(out, first.plan, engine, command)
    with store.lock():
        if not store.is_finished:
            for each in shards:
                for path in (*each.parts("daily"), *each.parts("events"), *each.parts("runs")):
                    write_whole(store.folder / PARTS / path.name, path.read_bytes())
            sync_folder(store.folder / PARTS)
            _finalize(store, queue_of(store.plan, store.tallies()))
    return store
