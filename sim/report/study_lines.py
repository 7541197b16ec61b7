"""A finished study on the screen: its question, what each variant does, the numbers of each point."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.disk.tables import read_table
from sim.report.figures.points import labels_of, name_variants
from sim.report.findings import costs, headline, often
from sim.report.words import count
from sim.study.dates import day_zero_of
from sim.study.paired_queue import is_settled, more_pairs
from sim.study.pairs import base_points
from sim.study.plan import Plan
from sim.study.store import Store
from sim.towns.dates import with_dates

MOST_POINTS_SHOWN = 40


def study_lines(store: Store) -> list[str]:
    """The answer of the finished study in a store, as lines: the paired differences first, then every point.

    Days have their dates beside them where day 0 has one.
    """
    return with_dates(_lines(store), day_zero_of(store.plan))


def _lines(store: Store) -> list[str]:
    plan = store.plan
    points = name_variants(read_table(store.folder / "points.parquet").to_pandas(), plan)
    lines = [plan.study.question] if plan.study.question else []
    if plan.study.is_sensitivity:
        return [*lines, *_sensitivity(store), *_describe_failures(points)]
    differences = read_table(store.folder / "differences.parquet").to_pandas()
    columns = ["point", "run", "status", "broke"]
    runs = read_table(store.folder / "runs.parquet", columns).to_pandas()
    lines.append(headline(points, differences, runs))
    lines += open_lines(plan, runs, labels_of(points))
    if len(points) > 1:
        labels = labels_of(points.head(MOST_POINTS_SHOWN))
        width = max(map(len, labels.values()))
        for row in points.head(MOST_POINTS_SHOWN).to_dict("records"):
            cost = f"; {costs(row)}" if row["n"] else ""
            lines.append(f"{labels[row['point']]:<{width}}  {often(row)}{cost}")
    if len(points) > MOST_POINTS_SHOWN:
        lines.append(f"and {len(points) - MOST_POINTS_SHOWN:,} more points, in points.csv")
    if int(points["n"].sum()):
        lines.append("In brackets: 95 % intervals. Deaths and departures are means per history.")
    return [*lines, *_describe_failures(points)]


def open_lines(plan: Plan, runs: pd.DataFrame, labels: Mapping[int, str]) -> list[str]:
    """Which comparisons a study with precision_of=difference leaves open, and how many runs they take.

    `runs`: point, run, status and broke of each run; `labels`: point -> label. Empty for any other study.
    """
    precision = plan.study.precision
    if precision is None or plan.study.precision_of != "difference":
        return []
    broke = runs[runs["status"] == "ok"].pivot(index="run", columns="point", values="broke")
    left = []
    for point, base in enumerate(base_points(plan).tolist()):
        if point == base or point not in broke or base not in broke:
            continue
        pairs = broke[[point, base]].dropna().astype(bool)
        up = int((pairs[point] & ~pairs[base]).sum())
        down = int((~pairs[point] & pairs[base]).sum())
        if not is_settled(up, down, len(pairs), precision):
            left.append(f"{labels[point]} about {more_pairs(up, down, len(pairs), precision):,}")
    if not left:
        return [f"Every comparison is clear of 0, or known to within {100 * precision:g} points either way."]
    told = "; ".join(left[:MOST_POINTS_SHOWN])
    return [
        f"Still open; more runs needed to settle within {100 * precision:g} points: {told} (raise max_runs)."
    ]


def _sensitivity(store: Store) -> list[str]:
    """Which factors decide whether the truce breaks."""
    from sim.study.sensitivity.words import lines

    path = store.folder / "sensitivity.parquet"
    if not path.exists():
        return ["too few runs succeeded to say which factors decide"]
    return [
        *lines(read_table(path).to_pandas()),
        "`hudna sensitivity DIR --outcome NAME` asks about another outcome",
    ]


def _describe_failures(points: pd.DataFrame) -> list[str]:
    n = int(points["failed"].sum())
    return [f"{count(n, 'run')} failed; runs.parquet says why (columns status, error)"] if n else []
