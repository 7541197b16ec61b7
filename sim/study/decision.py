"""Decisions under unknown parameters: protective measures over draws, their regret, where one fails.

Each draw of the parameters is a world that may be the true one. Under each the measures are compared run by
run; the regret of a measure in a draw is what it loses there against the best option, doing nothing included.
Only protective measures can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.stats.intervals import paired_mean
from sim.stats.prim import Box, find_box
from sim.study.pairs import base_points
from sim.study.plan import Plan
from sim.study.tables import outcome_values
from sim.world.measures import FACTS

OUTCOMES = ("broke", "deaths", "departed")
CAMPS = ("loyalist", "uncommitted", "opposition")
LEAST_DRAWS = 20  # with fewer, shares of draws mean nothing; assumed
MEASURES = "measures"

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """What the draws say. `table` has a row per option (a point), including the base.

    `values[outcome]` is float64[draws, options], means over the runs of a draw. `favourite` has the least
    mean loss, `least_regret` the smallest maximum regret; both are points. `box`: where the favourite fails.
    """

    outcome: str
    base: int
    options: tuple[int, ...]
    table: pd.DataFrame
    values: dict[str, Numbers]
    regret: Numbers
    favourite: int
    least_regret: int
    n_draws: int
    n_distinct: int  # draws whose parameters differ
    runs_per_draw: float
    keys: tuple[str, ...]
    fails: float  # share of draws in which the favourite does not help
    box: Box | None
    latest: tuple[
        tuple[str, float, float], ...
    ]  # measure, latest start that still helps (nan: none), last tried


def check_decision(plan: Plan, where: str) -> None:
    """Raise InputError unless a study compares protective measures over draws of the parameters.

    `where`: the study, for the complaint.
    """
    if plan.draws is None:
        raise InputError(
            f"{where}: a study without draws, so its parameters are taken as known; add uncertainty=posterior"
        )
    for factor in plan.points.factors:
        parts = factor.key.split(".")
        if parts[0] != MEASURES or (len(parts) > 1 and parts[1] not in FACTS):
            raise InputError(
                f"{where}: varies {factor.key}, which is not a protective measure; decide on measures alone"
            )
    if plan.n_points < 2:
        raise InputError(f"{where}: has one point; vary measures, e.g. measures.pact.enabled=false,true")


def decide(plan: Plan, runs: pd.DataFrame, where: str = "the study", outcome: str = "broke") -> Decision:
    """What the run rows of a study of measures over draws say of them.

    `outcome`: what loss and regret are measured in, one of OUTCOMES; less is better. Only runs that succeeded
    at every point count. Raises InputError, naming `where`, for another study (`check_decision`), for
    several bases, or for fewer than LEAST_DRAWS draws.
    """
    check_decision(plan, where)
    bases = {int(each) for each in base_points(plan)}
    if len(bases) != 1:
        raise InputError(f"{where}: has {len(bases)} bases; compare all points with one, compare_with=NUMBER")
    assert plan.draws is not None
    good = runs[runs["status"] == "ok"]
    good = good.assign(draw=good["run"] // plan.study.runs_per_draw)
    options = tuple(range(plan.n_points))
    whole = good.groupby("run")["point"].nunique() == len(options)
    good = good[good["run"].isin(whole.index[whole])]
    draws = sorted(good["draw"].unique().tolist())
    if len(draws) < LEAST_DRAWS:
        raise InputError(
            f"{where}: has {len(draws)} draws with every measure; at least {LEAST_DRAWS} are needed"
        )
    same, first = _same(plan, draws)
    merged = good.assign(draw=good["draw"].map(same))
    every = [same[draw] for draw in draws]
    values = {name: _by_draw(merged, name, every) for name in OUTCOMES}
    return decision_of(
        values,
        next(iter(bases)),
        outcome,
        camps={
            camp: {kind: _by_draw(merged, f"{kind}_{camp}", every) for kind in ("deaths", "departed")}
            for camp in CAMPS
        },
        inputs=_inputs(plan, draws),
        keys=plan.draws.keys,
        starts=_starts(plan),
        runs_per_draw=len(good) / len(options) / len(first),
        raw={name: _by_draw(good, name, draws) for name in OUTCOMES},
        distinct=[draws.index(draw) for draw in first],
    )


def decision_of(
    values: dict[str, Numbers],
    base: int,
    outcome: str,
    *,
    camps: dict[str, dict[str, Numbers]],
    inputs: Numbers,
    keys: Sequence[str],
    starts: dict[str, list[tuple[float, int]]] | None = None,
    runs_per_draw: float = 1.0,
    raw: dict[str, Numbers] | None = None,
    distinct: Sequence[int] | None = None,
) -> Decision:
    """The decision from tables by draw and option alone (float64[draws, options] each).

    In `values` (outcome -> table) draws of the same parameters have one value, the mean over the runs of all
    of them; `raw` has each by itself, for intervals. `camps`: camp -> deaths and departed -> table; `inputs`
    (float64[draws, keys]): the parameters drawn; `starts`: measure -> (first day, option) tried, sorted;
    `distinct`: rows of the draws that differ, all if it is left out.
    """
    raw, rows_apart = raw or values, list(range(len(inputs)) if distinct is None else distinct)
    loss = values[outcome]
    regret = loss - loss.min(axis=1, keepdims=True)
    n_draws, n_options = loss.shape
    favourite = int(loss.mean(axis=0).argmin())
    # among options with the same maximum regret, the one with the least mean regret
    least = min(range(n_options), key=lambda k: (regret[:, k].max(), regret[:, k].mean(), k))
    rows = []
    for k in range(n_options):
        against = {name: table[:, k] - table[:, base] for name, table in values.items()}
        row: dict[str, Any] = {
            "point": k,
            "helps": float((against[outcome] < 0).mean()),
            "harms": float((against[outcome] > 0).mean()),
            "regret_mean": float(regret[:, k].mean()),
            "regret_max": float(regret[:, k].max()),
        }
        for name, table in against.items():
            row |= {f"{name}_median": float(np.median(table)), f"{name}_worst": float(table.max())}
            row[f"{name}_mean"] = float(table.mean())
            row[f"{name}_low"], row[f"{name}_high"], _ = paired_mean(raw[name][:, k], raw[name][:, base])
        for camp, kinds in camps.items():
            for kind, table in kinds.items():
                row[f"{kind}_{camp}"] = float((table[:, k] - table[:, base]).mean())
        rows.append(row)
    fails = (loss[:, favourite] >= loss[:, base]) & (loss[:, base] > 0)
    return Decision(
        outcome,
        base,
        tuple(range(n_options)),
        pd.DataFrame(rows),
        values,
        regret,
        favourite,
        least,
        n_draws,
        len(rows_apart),
        runs_per_draw,
        tuple(keys),
        float(fails.mean()),
        find_box(inputs[rows_apart], fails[rows_apart]) if favourite != base else None,
        tuple(_latest(name, tried, pd.DataFrame(rows), outcome) for name, tried in (starts or {}).items()),
    )


def _same(plan: Plan, draws: Sequence[int]) -> tuple[dict[int, int], list[int]]:
    """Draw -> the first draw of the same parameters, and these first ones.

    A sample of a posterior holds a set of parameters in proportion to its weight.
    """
    assert plan.draws is not None
    seen: dict[str, int] = {}
    same = {}
    for draw in draws:
        text = repr(sorted(plan.draws.settings(int(draw)).items()))
        same[int(draw)] = seen.setdefault(text, int(draw))
    return same, list(seen.values())


def _inputs(plan: Plan, draws: Sequence[int]) -> Numbers:
    assert plan.draws is not None
    rows = [plan.draws.settings(int(draw)) for draw in draws]
    return np.array([[float(row[key]) for key in plan.draws.keys] for row in rows])


def _by_draw(runs: pd.DataFrame, name: str, draws: Sequence[int]) -> Numbers:
    """Means of an outcome, float64[draws, points]."""
    if name == "broke":
        values = runs["broke"].to_numpy(bool).astype(float)
    elif name in runs.columns:
        values = runs[name].to_numpy(float)
    else:
        values = outcome_values({column: runs[column].to_numpy() for column in runs.columns}, name)
    table = runs.assign(value=values).pivot_table(
        index="draw", columns="point", values="value", aggfunc="mean"
    )
    return np.asarray(table.loc[list(draws)].sort_index(axis=1).to_numpy(np.float64))


def _starts(plan: Plan) -> dict[str, list[tuple[float, int]]]:
    """Measure -> (first day, point) of the points that take it alone, where several starts were tried."""
    found: dict[str, list[tuple[float, int]]] = {}
    for point in range(plan.n_points):
        measures = plan.scenario(point).measures
        taken = [name for name in FACTS if getattr(measures, name).enabled]
        if len(taken) == 1:
            found.setdefault(taken[0], []).append((float(getattr(measures, taken[0]).start_day), point))
    return {name: sorted(tried) for name, tried in found.items() if len({day for day, _ in tried}) > 1}


def _latest(
    name: str, tried: Sequence[tuple[float, int]], table: pd.DataFrame, outcome: str
) -> tuple[str, float, float]:
    """The latest first day with which a measure still clearly helps over the draws."""
    helps = [day for day, point in tried if float(table[f"{outcome}_high"].iloc[point]) < 0]
    return name, max(helps, default=float("nan")), max(day for day, _ in tried)
