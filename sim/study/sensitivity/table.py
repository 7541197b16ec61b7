"""The table of sensitivity: a row for each outcome and factor, the seed among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.columns import Column
from sim.errors import InputError
from sim.study.plan import Plan
from sim.study.sensitivity.indices import morris, sobol
from sim.study.sensitivity.luck import luck_share
from sim.study.sensitivity.outcomes import STANDARD, outcome
from sim.study.sensitivity.sample import block_size, luck_pairs

SEED_KEY = "seed"  # the factor that is luck

_KEYS = (
    Column("outcome", "string", "name", "outcome that is analysed: " + ", ".join(STANDARD)),
    Column(
        "factor", "string", "key", "what is varied; seed: luck, the mean of `runs` histories of new seeds"
    ),
    Column(
        "blocks", "int32", "blocks", "complete trajectories or base samples; everything is based on these"
    ),
    Column("runs", "int32", "runs", "histories of a point, whose mean outcome is analysed"),
)
_LUCK = (
    Column(
        "luck_share",
        "float64",
        "share",
        "in the row of the seed: share of the variance of the outcome of single histories that luck makes, "
        "alone or with the factors",
    ),
    Column("luck_share_low", "float64", "share", "lower end of its 95 % interval, by bootstrap over blocks"),
    Column("luck_share_high", "float64", "share", "upper end"),
)
MORRIS_COLUMNS = (
    *_KEYS,
    Column(
        "mu",
        "float64",
        "",
        "mean elementary effect: over the whole range of the factor, if the response were a straight line",
    ),
    Column("mu_star", "float64", "", "mean of their absolute values"),
    Column("mu_star_low", "float64", "", "lower end of its 95 % interval, by bootstrap"),
    Column("mu_star_high", "float64", "", "upper end"),
    Column(
        "sigma", "float64", "", "standard deviation of the elementary effects: non-linearity and interactions"
    ),
    *_LUCK,
)
SOBOL_COLUMNS = (
    *_KEYS,
    Column("s1", "float64", "share", "first-order index: share of the variance that the factor makes alone"),
    Column("s1_low", "float64", "share", "lower end of its 95 % interval, by bootstrap"),
    Column("s1_high", "float64", "share", "upper end"),
    Column("st", "float64", "share", "total index: alone and in all interactions"),
    Column("st_low", "float64", "share", "lower end of its 95 % interval, by bootstrap"),
    Column("st_high", "float64", "share", "upper end"),
    *_LUCK,
)


def columns_of(design: str) -> tuple[Column, ...]:
    """The columns of the table that a design leaves."""
    return MORRIS_COLUMNS if design == "morris" else SOBOL_COLUMNS


def sensitivity_table(
    plan: Plan, runs: pd.DataFrame, outcomes: Sequence[str] = tuple(STANDARD)
) -> pd.DataFrame:
    """Rows (outcome, factor) from all run rows that are there; factors in the order of the plan, seed last.

    `outcomes`: names as in `outcome`. Blocks in which a history is missing or failed are left out. Raises
    InputError for a study of another design, an outcome that is none, or fewer than two whole blocks.
    """
    study = plan.study
    if not study.is_sensitivity:
        raise InputError(
            f"sensitivity: this study has design={study.design}; it takes one with design=morris or saltelli"
        )
    names = _factors(plan)
    codes, whole, good = _whole_blocks(plan, runs)
    if len(whole) < 2:
        raise InputError(f"sensitivity: {len(whole)} blocks are whole; it takes two, with no run missing")
    pairs = luck_pairs(study.design, codes[whole][:, :, -1])
    rows: list[dict[str, Any]] = []
    for name in outcomes:
        y = np.full((plan.n_points, study.runs), np.nan)
        y[good["point"], good["run"]] = outcome(good, name)
        y = y.reshape(len(codes), -1, study.runs)[whole]
        mean = y.mean(axis=2).reshape(-1)
        if study.design == "morris":
            found = morris(codes[whole].reshape(-1, len(names)).astype(np.float64), mean)
        else:
            found = sobol(mean, len(names))
        shares = dict(
            zip(("luck_share", "luck_share_low", "luck_share_high"), luck_share(y, pairs), strict=True)
        )
        for k, factor in enumerate(names):
            keys = {"outcome": name, "factor": factor, "blocks": len(whole), "runs": study.runs}
            measures = {measure: float(values[k]) for measure, values in found.items()}
            rows.append(keys | measures | (shares if factor == SEED_KEY else dict.fromkeys(shares, np.nan)))
    return make_table(rows, study.design)


def make_table(rows: list[dict[str, Any]], design: str) -> pd.DataFrame:
    """Rows as a table in the columns of their design."""
    columns = columns_of(design)
    table = pd.DataFrame(rows, columns=[column.name for column in columns])
    return table.astype({column.name: column.dtype for column in columns if column.dtype != "string"})


def _factors(plan: Plan) -> list[str]:
    """Keys of the factors, the seed last; a city seed that moves along with it is not a separate factor."""
    keys = [factor.key for factor in plan.points.factors]
    return keys[: keys.index(SEED_KEY) + 1]


def _whole_blocks(
    plan: Plan, runs: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], pd.DataFrame]:
    """Codes by block (int64[blocks, points, factors]), numbers of whole blocks, runs that succeeded."""
    n = len(_factors(plan))
    codes = plan.points.codes[:, :n].astype(np.int64).reshape(-1, block_size(plan.study.design, n - 1), n)
    good = runs[runs["status"] == "ok"]
    done = np.bincount(good["point"], minlength=plan.n_points).reshape(codes.shape[:2])
    return codes, np.flatnonzero((done == plan.study.runs).all(axis=1)), good
