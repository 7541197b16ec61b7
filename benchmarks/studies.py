"""Studies: what planning costs, what a study adds to bare runs, and what a second worker brings."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.city.build import build_city
from sim.engines.config import Engine
from sim.model import TruceModel
from sim.records import run_row
from sim.study.build import build_plan
from sim.study.plan import Plan
from sim.study.run_queue import RunQueue
from sim.study.store import Store
from sim.study.study import begin

SMALL = ("scenario=small_town",)
FULL = ("scenario=al_rastan",)


class Studied(NamedTuple):
    """One study: seconds from the first run handed out to the last table, and the peak of its workers."""

    seconds: float
    start: float
    worker_mib: float
    bytes_a_run: float


def planning(n: int = 100_000) -> float:
    """Seconds to plan n points of a grid, from the overrides to the files of the plan."""
    side = 10 ** (len(str(n - 1)) // 2)
    lines = [f"events.kidnapping.base=range(0,1,{1 / side:g})", f"passage.recovery=range(0,1,{side / n:g})"]
    start = time.perf_counter()
    plan, engine = build_plan([*SMALL, *lines], yes=True)
    assert plan.n_points == n, plan.n_points
    with tempfile.TemporaryDirectory(prefix="hudna-bench-") as folder:
        Store.at(Path(folder) / "study", plan, engine, "bench")
        return time.perf_counter() - start


def bare(lines: Sequence[str], n: int) -> float:
    """Seconds a run of n histories one after the other, with their run rows and nothing else."""
    plan, _ = build_plan([*lines, "runs=1"])
    scenario = plan.scenario(0)
    build_city(scenario.city)
    TruceModel(scenario, seed=0).run_model()  # compiled
    start = time.perf_counter()
    for seed in range(n):
        model = TruceModel(scenario, seed=seed)
        model.run_model()
        run_row(model)
    return (time.perf_counter() - start) / n


def studied(lines: Sequence[str], n: int, engine: str, workers: int = 1) -> Studied:
    """A study of n runs at one point."""
    plan, asked = build_plan([*lines, f"runs={n}", f"engine={engine}", f"engine.workers={workers}"])
    return _timed(plan, asked)


def _timed(plan: Plan, engine: Engine) -> Studied:
    begun = time.perf_counter()
    first: list[float] = []
    peaks: list[float] = [0.0]

    def tell(queue: RunQueue) -> None:
        if not first:
            first.append(time.perf_counter())
        peaks.append(_peak_of_workers())

    with tempfile.TemporaryDirectory(prefix="hudna-bench-") as folder:
        out = Path(folder) / "study"
        begin(plan, engine, out, tell)
        done = time.perf_counter()
        size = sum(path.stat().st_size for path in out.rglob("*"))
    return Studied(done - first[0], first[0] - begun, max(peaks), size / plan.most_runs)


def _peak_of_workers() -> float:
    """The highest peak of memory among the worker processes of this one, in MiB."""
    import os

    peaks = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(facts.get("PPid", "0")) == os.getpid() and "VmHWM" in facts:
            peaks.append(int(facts["VmHWM"].split()[0]) / 1024)
    return max(peaks)
