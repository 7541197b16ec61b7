"""What a study will cost, in lines: points, runs, time, disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.engines.config import Engine
from sim.engines.cores import cores
from sim.study.plan import Plan, estimated_seconds
from sim.study.progress import spoken
from sim.study.trial import try_extremes

BYTES_A_RUN = 400  # of a run row, compressed; measured
BYTES_A_DAY = 160  # of a daily row, compressed; measured
BYTES_A_BAND_DAY = 550  # of the bands of a point and day, compressed; measured
BYTES_A_RUN_OF_EVENTS = 12_000  # of an event log, compressed; measured


def forecast(plan: Plan, engine: Engine) -> list[str]:
    """What a study will roughly cost, as lines: points x runs, time and disk.

    For this, one run of each extreme point is tried, for at most ten seconds (`try_extremes`).
    """
    study = plan.study
    some = [plan.scenario(point) for point in _spread(plan.n_points)]
    seconds = sum(map(estimated_seconds, some)) / len(some)
    days = sum(scenario.days + 1 for scenario in some) / len(some)
    n = plan.n_points * study.runs
    workers = 1 if engine.name == "serial" else engine.workers or cores()
    lines = [f"question: {study.question}"] if study.question else []
    lines.append(f"design: {study.design}, {plan.n_points:,} points")
    lines += [f"  {each.key}: {_values(each.values)}" for each in plan.points.factors]
    if study.precision is None:
        lines.append(f"runs: {plan.n_points:,} points x {study.runs:,} runs = {n:,} runs")
    else:
        lines += [
            f"runs: from {study.runs:,} to {study.max_runs:,} a point, in batches of {study.batch}, until",
            f"  the half-width is {study.precision:g}; at least {n:,} runs, at most {plan.most_runs:,}",
        ]
    where = f"on {engine.scheduler}" if engine.scheduler else f"with {workers} worker{'s' * (workers > 1)}"
    trials = try_extremes(plan)
    for trial in trials:
        what = f"given up: {trial.given_up}" if trial.given_up else f"{trial.seconds:.2g} s"
        lines.append(f"tried: a run of point {trial.point} ({plan.points.label(trial.point)}): {what}")
    tried = sum(trial.seconds for trial in trials) / len(trials)
    lines.append(
        f"time: about {spoken(n * tried / workers)} {where}, by the trials just made; "
        f"{spoken(n * seconds / workers)} by the size of city and days ({seconds:.2g} s a run on one core)"
    )
    size, on_the_way = (_size(_bytes(plan, n, days, way)) for way in (False, True))
    lines.append(f"disk: about {size} in the end, {on_the_way} on the way")
    return lines


def _spread(n: int) -> list[int]:
    """Some points, evenly spaced from first to last."""
    return sorted({round(k * (n - 1) / 9) for k in range(10)})


def _values(values: Sequence[Any]) -> str:
    from sim.config.sweeps import canonical

    told = [value if isinstance(value, str) else canonical(value) for value in values[:6]]
    return ", ".join(told) + (f", ... ({len(values):,} values)" if len(values) > 6 else "")


def _bytes(plan: Plan, n: int, days: float, on_the_way: bool = False) -> float:
    keep = plan.study.keep
    size = float(n * BYTES_A_RUN)
    if keep in ("daily", "all") or (on_the_way and keep != "rows"):
        size += n * days * BYTES_A_DAY
    if keep in ("events", "all"):
        size += n * BYTES_A_RUN_OF_EVENTS
    if keep != "rows":
        size += plan.n_points * days * BYTES_A_BAND_DAY
    return 2 * size if on_the_way and keep in ("daily", "events", "all") else size


def _size(n: float) -> str:
    power = 1 if n < 1e6 else 2 if n < 1e9 else 3
    n /= 1000**power
    unit = ("kB", "MB", "GB")[power - 1]
    return f"{n:.0f} {unit}" if n >= 10 else f"{n:.1f} {unit}"
