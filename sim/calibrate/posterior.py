"""The posterior as tables: each parameter beside its prior, and the pairs that trade off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.calibrate.fit import Floats, quantile
from sim.calibrate.problem import Problem
from sim.compose import compose_scenario

SD_OF_PRIOR = (1 / 12) ** 0.5  # in the unit cube


def values_at(overrides: Sequence[str], keys: Sequence[str]) -> dict[str, float]:
    """Numbers at dotted keys of a composed scenario."""
    values = compose_scenario(overrides).model_dump(mode="json")
    found = {}
    for key in keys:
        at: Any = values
        for part in key.split("."):
            at = at[part]
        found[key] = float(at)
    return found


def default_unit(problem: Problem) -> Floats:
    """Where the defaults lie in the unit cube, held at its ends; float64[priors]."""
    values = values_at(problem.base, list(problem.priors))
    return np.array(
        [prior.place(min(max(values[key], prior.low), prior.high)) for key, prior in problem.priors.items()]
    )


def parameters_of(
    problem: Problem,
    kept: list[int],
    asked: Floats,
    weight: Floats,
    default: Floats,
    screening: pd.DataFrame,
) -> pd.DataFrame:
    """A row for each parameter: prior, effect in the screening, posterior, how much narrower that is.

    `narrower` is 1 less the posterior's standard deviation over the prior's, on the scale of the prior.
    Posterior columns are nan for a parameter that was left at its default.
    """
    rows = []
    for k, (key, prior) in enumerate(problem.priors.items()):
        row: dict[str, Any] = {
            "parameter": key,
            "low": prior.low,
            "high": prior.high,
            "is_log": prior.is_log,
            "default": prior.at(float(default[k])),
            "effect": float(screening["most"][key]),
        }
        if k in kept:
            column = asked[:, kept.index(k)]
            row |= {
                name: prior.at(quantile(column, weight, share))
                for name, share in (("median", 0.5), ("q025", 0.025), ("q975", 0.975))
            }
            mean = float(weight @ column)
            row["narrower"] = 1.0 - float(np.sqrt(weight @ (column - mean) ** 2)) / SD_OF_PRIOR
        rows.append(row)
    return pd.DataFrame(rows)


def pairs_of(names: list[str], asked: Floats, weight: Floats) -> pd.DataFrame:
    """Correlation of every pair of fitted parameters in the posterior, the strongest first."""
    covariance = np.cov(asked.T, aweights=weight)
    sd = np.sqrt(np.diag(covariance))
    rows = [
        (one, names[j], float(covariance[i, j] / (sd[i] * sd[j])))
        for i, one in enumerate(names)
        for j in range(i + 1, len(names))
    ]
    table = pd.DataFrame(rows, columns=["one", "other", "correlation"])
    return table.sort_values("correlation", key=abs, ascending=False, ignore_index=True)
