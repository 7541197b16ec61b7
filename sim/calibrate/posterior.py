"""The posterior as tables: each parameter beside its prior, and the pairs that trade off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibrate.fit import Floats, quantile
from sim.calibrate.problem import Problem

SD_OF_PRIOR = (1 / 12) ** 0.5  # in the unit cube


def unit_of(problem: Problem, defaults: Mapping[str, float]) -> Floats:
    """Where the defaults (key -> value) lie in the unit cube; float64[priors]."""
    return np.array(
        [
            (prior.widened if key in problem.whole else prior).share(defaults[key])
            for key, prior in problem.priors.items()
        ]
    )


def parameters_of(
    problem: Problem,
    kept: list[int],
    asked: Floats,
    weight: Floats,
    defaults: Mapping[str, float],
    screening: pd.DataFrame,
) -> pd.DataFrame:
    """A row for each parameter: prior, effect in the screening, posterior, how much narrower that is.

    `kept`: places of the fitted priors, the columns of `asked` (float64[candidates, kept]); `weight` sums to
    1; `screening`: as of `screen_parameters`. `narrower` is 1 - the posterior's standard deviation / the
    prior's, in the unit cube. Posterior columns are nan for a parameter that was left at its default.
    """
    rows = []
    for k, (key, prior) in enumerate(problem.priors.items()):
        row: dict[str, Any] = {
            "parameter": key,
            "low": prior.low,
            "high": prior.high,
            "is_log": prior.is_log,
            "default": defaults[key],
            "effect": float(screening["most"][key]),
        }
        if k in kept:
            column = asked[:, kept.index(k)]
            row |= {
                name: (prior.whole_at if key in problem.whole else prior.at)(quantile(column, weight, share))
                for name, share in (("median", 0.5), ("q025", 0.025), ("q975", 0.975))
            }
            mean = float(weight @ column)
            row["narrower"] = 1.0 - float(np.sqrt(weight @ (column - mean) ** 2)) / SD_OF_PRIOR
        rows.append(row)
    return pd.DataFrame(rows)


def measure_narrowing(
    problem: Problem, kept: list[int], asked: Floats, before: Floats, after: Floats
) -> Floats:
    """The share of its standard deviation by which each parameter is narrower under the later weights.

    `kept` and `asked` as for `parameters_of`; the weights sum to 1. float64[priors]; nan for a parameter that
    was left at its default.
    """

    def sd(weight: Floats) -> Floats:
        return np.sqrt(weight @ (asked - weight @ asked) ** 2)

    found = np.full(len(problem.priors), np.nan)
    found[kept] = 1.0 - sd(after) / sd(before)
    return found


def central(asked: Floats, weight: Floats, agreement: Floats, n: int) -> NDArray[np.int64]:
    """Rows of the n points closest to the posterior's mean, among the best-agreeing tenth of the posterior.

    Closest in standard deviations of the posterior, root mean square over parameters. The point of all
    medians is not used: where parameters trade off, it may agree less than any of its neighbours.
    """
    mean = weight @ asked
    variance = weight @ (asked - mean) ** 2
    away = ((asked - mean) ** 2 / variance).mean(axis=1)
    away[agreement < quantile(agreement, weight, 0.9)] = np.inf
    return np.argsort(away, kind="stable")[:n]


def pairs_of(names: list[str], asked: Floats, weight: Floats) -> pd.DataFrame:
    """Correlation of every pair of fitted parameters in the posterior, the strongest first.

    `names`: of the columns of `asked`. Columns one, other, correlation.
    """
    covariance = np.cov(asked.T, aweights=weight)
    sd = np.sqrt(np.diag(covariance))
    rows = [
        (one, names[j], float(covariance[i, j] / (sd[i] * sd[j])))
        for i, one in enumerate(names)
        for j in range(i + 1, len(names))
    ]
    table = pd.DataFrame(rows, columns=["one", "other", "correlation"])
    return table.sort_values("correlation", key=abs, ascending=False, ignore_index=True)
