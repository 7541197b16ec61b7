"""The difference of each point from its base, in each outcome, with 95 % intervals.

Under common luck run k of a point and run k of its base met the same luck, and are compared as a pair: that
is what makes differences sharp. Under independent luck the two are compared as independent samples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from sim.city.columns import Column
from sim.stats.intervals import paired_mean, paired_share, unpaired_mean, unpaired_share
from sim.study.pairs import base_points
from sim.study.parts import schema
from sim.study.plan import Plan
from sim.study.tables import OUTCOMES, break_days, by_point, outcome_values

DIFFERENCE_COLUMNS = (
    Column("base", "int32", "number", "point that it is compared with"),
    Column(
        "outcome",
        "string",
        "name",
        "broke (0 or 1), break_days (cut at the horizon), or an outcome of the points",
    ),
    Column("n", "int32", "runs", "pairs of runs under common luck; otherwise runs of the point"),
    Column("base_mean", "float64", "", "mean at the base"),
    Column("mean", "float64", "", "mean at the point"),
    Column("difference", "float64", "", "mean at the point - mean at the base"),
    Column("low", "float64", "", "lower end of the 95 % interval of the difference"),
    Column("high", "float64", "", "upper end"),
    Column("method", "string", "name", "where the interval comes from"),
)


def differences_table(plan: Plan, runs: pa.Table) -> pa.Table:
    """Rows (point, outcome), in DIFFERENCE_COLUMNS, for every point that is not its own base.

    `runs`: the run rows, sorted by point and run.
    """
    bases = base_points(plan)
    wanted = set(bases.tolist())
    held = {point: good for point, (good, _) in enumerate(by_point(plan, runs)) if point in wanted}
    points, rows = [], []
    for point, (good, _) in enumerate(by_point(plan, runs)):
        base = int(bases[point])
        if base == point:
            continue
        points += [point] * (len(OUTCOMES) + 2)
        rows += _rows(base, held[base], good, plan.study.luck == "common")
    keys = pa.table({"point": pa.array(points, pa.int32())})
    table = pa.Table.from_pylist(rows, schema=schema(DIFFERENCE_COLUMNS))
    for name in table.column_names:
        keys = keys.append_column(table.schema.field(name), table.column(name))
    return keys


def _rows(number: int, base: dict[str, Any], point: dict[str, Any], is_paired: bool) -> list[dict[str, Any]]:
    if is_paired:
        _, ours, theirs = np.intersect1d(point["run"], base["run"], assume_unique=True, return_indices=True)
        point = {name: column[ours] for name, column in point.items()}
        base = {name: column[theirs] for name, column in base.items()}
    rows = []
    outcomes = {"broke": _broke, "break_days": break_days}
    for name in (*outcomes, *(name for name, _, _ in OUTCOMES)):
        if name in outcomes:
            one, other = outcomes[name](point), outcomes[name](base)
        else:
            one, other = outcome_values(point, name), outcome_values(base, name)
        row: dict[str, Any] = {"base": number, "outcome": name, "n": len(one), "method": "none: no runs"}
        if len(one) and len(other):
            share = name == "broke"
            interval = (
                (paired_share if share else paired_mean)
                if is_paired
                else (unpaired_share if share else unpaired_mean)
            )
            low, high, method = interval(one, other)
            row |= {"base_mean": float(other.mean()), "mean": float(one.mean()), "low": low, "high": high}
            row |= {"difference": row["mean"] - row["base_mean"], "method": method}
        rows.append(row)
    return rows


def _broke(runs: dict[str, Any]) -> Any:
    return np.asarray(runs["broke"], np.float64)
