"""Time one small workload in Hudna and in its peers, in turn: `make bench-peers`. Nothing is asserted.

The workload (benchmarks/peers/workload.py) has no luck in it, so agreement comes first: who left, and the
mean fear of those who stayed. Then every tool runs in turn, several rounds, and the ratio to Hudna is taken
round by round, so that it holds when the machine's speed drifts. Mesa's objects run fewer days, and their
time a day is compared.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import NamedTuple

import numpy as np

from benchmarks.bench import heading, line, machine, seconds
from benchmarks.peers import workload
from benchmarks.peers.workload import Answer, Workload

DAYS, MESA_DAYS, ROUNDS = 365, 10, 5
PEERS = (
    ("Hudna", "hudna", DAYS),
    ("scipy, sparse products and numpy", "scipy_products", DAYS),
    ("starsim, a module on a network", "starsim_module", DAYS),
    ("Mesa, plain objects", "mesa_objects", MESA_DAYS),
)


class Timed(NamedTuple):
    """One run: what it gave, seconds to set it up, seconds for its days, of that in sparse products."""

    answer: Answer
    setup: float
    days: float
    products: float


def timed(tool: ModuleType, work: Workload) -> Timed:
    """Set the workload up in a tool and run it."""
    start = time.perf_counter()
    prepared = tool.prepare(work)
    ready = time.perf_counter()
    answer = tool.run(work, prepared)
    return Timed(answer, ready - start, time.perf_counter() - ready, getattr(tool, "products", 0.0))


def agreement(name: str, given: Answer, ours: Answer) -> None:
    """Print how far an answer is from Hudna's."""
    other = int(np.count_nonzero(given.left != ours.left))
    apart = abs(given.mean_fear - ours.mean_fear)
    line(name, f"{other} residents", f"decided otherwise; mean fear {apart:.1e} apart")


def main() -> None:
    """Print everything."""
    machine()
    tools = {}
    for name, module, days in PEERS:
        try:
            tools[name] = (importlib.import_module(f"benchmarks.peers.{module}"), days)
        except ModuleNotFoundError as missing:
            print(f"  left out: {name} ({missing.name} is not installed; pip install '.[peers]')")
    for package in ("scipy", "starsim"):
        try:
            line(package, version(package))
        except PackageNotFoundError:
            continue
    works = {days: workload.make(days=days) for days in (DAYS, MESA_DAYS)}
    hudna = tools["Hudna"][0]
    ours = {days: timed(hudna, work) for days, work in works.items()}  # compiles, too
    n_left = int(np.count_nonzero(ours[DAYS].answer.left))
    heading("Agreement", f"65,000 residents, 10 ties each, {DAYS} days; {n_left} leave")
    rounds: dict[str, list[Timed]] = {name: [] for name in tools}
    for name, (tool, days) in tools.items():
        agreement(name, timed(tool, works[days]).answer, ours[days].answer)
    for _ in range(ROUNDS):
        for name, (tool, days) in tools.items():
            rounds[name].append(timed(tool, works[days]))
    heading("Time", f"median of {ROUNDS} rounds; the ratio to Hudna round by round")
    a_day = [run.days / DAYS for run in rounds["Hudna"]]
    for name, runs in rounds.items():
        days = tools[name][1]
        middle = statistics.median(run.days for run in runs)
        ratio = statistics.median(run.days / days / own for run, own in zip(runs, a_day, strict=True))
        setup = statistics.median(run.setup for run in runs)
        note = f"{1e6 * middle / days:.0f} us a day, {ratio:.2f} times Hudna; set-up {seconds(setup)}"
        line(f"{name}, {days} days", seconds(middle), note)
        if runs[0].products:
            part = statistics.median(run.products for run in runs)
            ratio = statistics.median(run.products / DAYS / own for run, own in zip(runs, a_day, strict=True))
            line("  the sparse products alone", seconds(part), f"{ratio:.2f} times Hudna")


if __name__ == "__main__":
    sys.exit(main())
