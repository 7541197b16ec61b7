"""The points table: how often the truce breaks at each point, when, by what, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from sim.city.columns import Column
from sim.stats.intervals import mean_half_width, wilson
from sim.study.parts import schema
from sim.study.plan import Plan
from sim.truce import ENDINGS

DAYS_A_YEAR = 365.25

OUTCOMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # name, meaning, the columns of the run row whose sum it is
    ("truce_share", "share of days under truce", ("truce_share",)),
    ("breaks", "breaks", ("breaks",)),
    ("breaches_social", "weighted breaches, social layer", ("breaches_social",)),
    ("breaches_standoff", "weighted breaches, standoff layer", ("breaches_standoff",)),
    ("deaths", "residents who died", ("deaths_loyalist", "deaths_uncommitted", "deaths_opposition")),
    ("departed_loyalist", "loyalist residents departed at the end", ("departed_loyalist",)),
    (
        "departed",
        "residents departed at the end",
        ("departed_loyalist", "departed_uncommitted", "departed_opposition"),
    ),
    ("taken", "residents taken captive", ("taken",)),
    ("sieges", "sieges", ("sieges",)),
    ("assaults", "assaults", ("assaults",)),
    ("times_fallen", "times the city fell", ("times_fallen",)),
)

POINT_COLUMNS = (
    Column("n", "int32", "runs", "runs that succeeded; everything below refers to these"),
    Column("failed", "int32", "runs", "runs that failed or were set aside"),
    Column("horizon_days", "int32", "days", "days of a run"),
    Column("broke", "int32", "runs", "runs in which the truce broke"),
    Column("p_break", "float64", "probability", "share of runs in which it broke"),
    Column("p_break_low", "float64", "probability", "lower end of its 95 % Wilson interval"),
    Column("p_break_high", "float64", "probability", "upper end of its 95 % Wilson interval"),
    Column("breaks_a_year", "float64", "1/year", "breaks (all breaks of a run) per year of simulated days"),
    Column(
        "median_break_days", "float64", "days", "day by which half of the runs have broken; nan if fewer have"
    ),
    Column("restricted_mean_days", "float64", "days", "mean days to the first break, cut at the horizon"),
    Column("restricted_mean_low", "float64", "days", "lower end of its 95 % t interval"),
    Column("restricted_mean_high", "float64", "days", "upper end of its 95 % t interval"),
    *(
        Column(
            f"p_{ending}{end}",
            "float64",
            "probability",
            f"share of runs whose first break was by {ending}{says}",
        )
        for ending in ENDINGS
        for end, says in (("", ""), ("_low", ": lower end, Wilson"), ("_high", ": upper end, Wilson"))
    ),
    Column("spells_mean", "float64", "spells", "mean number of truces in a run"),
    Column("spell_days_mean", "float64", "days", "mean length of all spells of all runs"),
    *(
        Column(f"{name}_{stat}", "float64", "", f"{says}: {word}")
        for name, says, _ in OUTCOMES
        for stat, word in (("mean", "mean"), ("sd", "standard deviation over runs"))
    ),
)


def outcome_values(runs: dict[str, Any], name: str) -> Any:
    """An outcome (a name in OUTCOMES) of every run (float64[runs]) from columns of run rows."""
    parts = next(columns for each, _, columns in OUTCOMES if each == name)
    return np.sum([np.asarray(runs[column], np.float64) for column in parts], axis=0)


def factor_columns(plan: Plan) -> dict[str, pa.Array]:
    """Key -> column of each factor, an element per point: numbers and booleans as such, others as text."""
    columns = {}
    for k, factor in enumerate(plan.points.factors):
        values: list[Any] = list(factor.values)
        if not (_all(values, bool) or _all(values, int) or _all(values, (int, float)) or _all(values, str)):
            from sim.config.sweeps import canonical

            values = [value if isinstance(value, str) else canonical(value) for value in values]
        elif _all(values, (int, float)) and not _all(values, int):
            values = [float(value) for value in values]
        columns[factor.key] = pa.array(values).take(pa.array(plan.points.codes[:, k]))
    return columns


def _all(values: list[Any], kind: Any) -> bool:
    """Whether all are of one type; booleans are not numbers here."""
    return all(isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) for value in values)


def points_table(plan: Plan, runs: pa.Table) -> pa.Table:
    """One row per point (point, its factors, POINT_COLUMNS), from the run rows sorted by point and run."""
    rows = [_summary(ok, n_failed) for ok, n_failed in by_point(plan, runs)]
    numbers = pa.Table.from_pylist(rows, schema=schema(POINT_COLUMNS))
    table = pa.table({"point": pa.array(np.arange(plan.n_points, dtype=np.int32)), **factor_columns(plan)})
    for name in numbers.column_names:
        table = table.append_column(numbers.schema.field(name), numbers.column(name))
    return table


def by_point(plan: Plan, runs: pa.Table) -> Iterator[tuple[dict[str, Any], int]]:
    """For each point: columns of its successful runs (numpy arrays), and the number of the others.

    `runs`: the run rows, sorted by point. The column error is left out.
    """
    point = runs.column("point").to_numpy()
    edges = np.searchsorted(point, np.arange(plan.n_points + 1))
    is_ok = np.array(runs.column("status").to_pylist()) == "ok"
    columns = {
        name: runs.column(name).to_numpy(zero_copy_only=False)
        for name in runs.column_names
        if name != "error"
    }
    for first, stop in pairwise(edges):
        ok = is_ok[first:stop]
        yield {name: column[first:stop][ok] for name, column in columns.items()}, int((~ok).sum())


def _summary(runs: dict[str, Any], n_failed: int) -> dict[str, Any]:
    n = len(runs["run"])
    if n == 0:
        return {"n": 0, "failed": n_failed, "broke": 0}
    broke = np.asarray(runs["broke"], bool)
    days = int(runs["days"][0])
    low, high = wilson(int(broke.sum()), n)
    until = break_days(runs)
    mean, mean_low, mean_high = _mean_interval(until)
    spells = np.asarray(runs["spells"], np.float64)
    lengths = spells * np.asarray(runs["mean_spell_days"], np.float64)
    row: dict[str, Any] = {
        "n": n,
        "failed": n_failed,
        "horizon_days": days,
        "broke": int(broke.sum()),
        "p_break": float(broke.mean()),
        "p_break_low": low,
        "p_break_high": high,
        "breaks_a_year": _a_year(runs["breaks"], n * days),
        "median_break_days": _median(until, broke),
        "restricted_mean_days": mean,
        "restricted_mean_low": mean_low,
        "restricted_mean_high": mean_high,
        "spells_mean": float(spells.mean()),
        "spell_days_mean": float(lengths.sum() / spells.sum()),
    }
    for ending in ENDINGS:
        k = int((runs["ending"] == ending).sum())
        row[f"p_{ending}"] = k / n
        row[f"p_{ending}_low"], row[f"p_{ending}_high"] = wilson(k, n)
    for name, _, _ in OUTCOMES:
        values = outcome_values(runs, name)
        row[f"{name}_mean"] = float(values.mean())
        row[f"{name}_sd"] = float(values.std(ddof=1)) if n > 1 else float("nan")
    return row


def break_days(runs: dict[str, Any]) -> Any:
    """Days to the first break of every run, cut at the horizon (float64[runs])."""
    first = np.asarray(runs["first_break_day"], np.float64)
    return np.where(np.isnan(first), np.asarray(runs["days"], np.float64), first)


def _a_year(breaks: Any, days: int) -> float:
    return float(np.sum(breaks)) / days * DAYS_A_YEAR if days else float("nan")


def _median(until: Any, broke: Any) -> float:
    """The first day by which half have broken. With one horizon for all, Kaplan-Meier says the same."""
    days = np.sort(until[broke])
    needed = -(-len(until) // 2)
    return float(days[needed - 1]) if len(days) >= needed else float("nan")


def _mean_interval(values: Any) -> tuple[float, float, float]:
    n, mean = len(values), float(values.mean())
    half = float(mean_half_width(values.std(ddof=1), n)) if n > 1 else float("nan")
    return mean, mean - half, mean + half
