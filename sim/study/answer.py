"""What a study says on the screen: first what it will cost, in the end how often the truce broke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]

from sim.engines.config import Engine
from sim.engines.cores import cores
from sim.study.plan import Plan, estimated_seconds
from sim.study.progress import spoken
from sim.study.store import Store

BYTES_A_RUN = 400  # of a run row, compressed; measured
BYTES_A_DAY = 160  # of a daily row, compressed; measured
BYTES_A_BAND_DAY = 550  # of the bands of a point and day, compressed; measured
BYTES_A_RUN_OF_EVENTS = 12_000  # of an event log, compressed; measured
MOST_POINTS_SHOWN = 40


def forecast(plan: Plan, engine: Engine) -> list[str]:
    """What a study will cost, as lines: points x runs, time and disk, about."""
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
    lines.append(f"time: about {spoken(n * seconds / workers)} {where} ({seconds:.2g} s a run on one core)")
    lines.append(
        "  as measured on an idle machine, with few events; many events, or others at work, take longer"
    )
    size, on_the_way = (_size(_bytes(plan, n, days, way)) for way in (False, True))
    lines.append(f"disk: about {size} in the end, {on_the_way} on the way")
    return lines


def _spread(n: int) -> list[int]:
    """Some points from first to last."""
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


def answer(store: Store) -> list[str]:
    """The answer of a finished study, as lines: every point, and what moves it away from its base."""
    plan = store.plan
    points = pq.read_table(store.folder / "points.parquet").to_pylist()
    differences = {
        row["point"]: row
        for row in pq.read_table(store.folder / "differences.parquet").to_pylist()
        if row["outcome"] == "broke"
    }
    lines = [plan.study.question] if plan.study.question else []
    if plan.study.is_sensitivity:
        return [*lines, *_sensitivity(store), *_failed(points)]
    labels = [plan.points.label(point) for point in range(min(plan.n_points, MOST_POINTS_SHOWN))]
    width = min(70, max(map(len, labels)))
    for point, label in enumerate(labels):
        row = points[point]
        lines.append(f"{label:<{width}}  {_sentence(row)}{_difference(differences.get(point))}")
    if plan.n_points > MOST_POINTS_SHOWN:
        lines.append(f"and {plan.n_points - MOST_POINTS_SHOWN:,} more points, in points.csv")
    return [*lines, *_failed(points)]


def _sensitivity(store: Store) -> list[str]:
    """Which factors decide whether the truce breaks."""
    import pandas as pd

    from sim.study.sensitivity.words import lines

    path = store.folder / "sensitivity.parquet"
    if not path.exists():
        return ["too few runs went well to say which factors decide"]
    return [
        *lines(pd.read_parquet(path)),
        "`hudna sensitivity DIR --outcome NAME` asks about another outcome",
    ]


def _failed(points: Sequence[dict[str, Any]]) -> list[str]:
    n = sum(row["failed"] for row in points)
    return [f"{n:,} runs failed; runs.parquet says why (columns status, error)"] if n else []


def _sentence(row: dict[str, Any]) -> str:
    if not row["n"]:
        return f"no run went well, {row['failed']} failed"
    low, high = 100 * row["p_break_low"], 100 * row["p_break_high"]
    often = f"broke in {row['broke']:,} of {row['n']:,} runs"
    text = f"{often}, {100 * row['p_break']:.1f} % ({low:.1f}-{high:.1f} %)"
    median = row["median_break_days"]
    return f"{text}, half by day {median:.0f}" if median == median else text


def _difference(row: dict[str, Any] | None) -> str:
    if row is None or row["difference"] is None:
        return ""
    points, low, high = (100 * row[name] for name in ("difference", "low", "high"))
    return f"; {points:+.1f} points against point {row['base']} ({low:+.1f} to {high:+.1f})"
