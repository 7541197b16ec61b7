"""Morris screening: how far each parameter moves each pattern over the whole width of its prior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibrate.problem import Problem, Target
from sim.calibrate.summaries import ONCE, scaled

LEVELS = 4


def _salib_problem(keys: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(keys), "names": list(keys), "bounds": [[0.0, 1.0]] * len(keys)}


def trajectories(problem: Problem) -> NDArray[np.float64]:
    """The points of the screening in the unit cube, float64[trajectories x (priors + 1), priors]."""
    from SALib.sample import morris

    unit: NDArray[np.float64] = morris.sample(
        _salib_problem(list(problem.priors)), problem.trajectories, num_levels=LEVELS, seed=problem.seed
    )
    return np.clip(unit, 1e-9, 1 - 1e-9)


def screened(problem: Problem, unit: NDArray[np.float64], table: pd.DataFrame) -> pd.DataFrame:
    """mu_star of every parameter (index) on every target, in units of the target's width; and `kept`.

    mu_star is the mean absolute elementary effect (Campolongo et al. 2007) of a step over the whole prior.
    Trajectories in which a pattern has no value are left out for it.
    """
    from SALib.analyze import morris

    keys = list(problem.priors)
    found = {}
    n = len(keys) + 1
    for name, target in problem.targets.items():
        column = f"{name}_mean" if name in ONCE else name
        values = table[column].to_numpy(float)
        whole = np.isfinite(values).reshape(-1, n).all(axis=1).repeat(n)
        if whole.sum() < 2 * n:  # two trajectories at least
            found[name] = np.full(len(keys), np.nan)
            continue
        answer = morris.analyze(
            _salib_problem(keys), unit[whole], values[whole], num_levels=LEVELS, seed=problem.seed
        )
        spread = float(table[f"{name}_sd"].median()) * 4 if name in ONCE else 0.0
        found[name] = np.asarray(answer["mu_star"], float) / (spread or width(name, target))
    effects = pd.DataFrame(found, index=keys)
    effects["most"] = effects.max(axis=1)
    effects["kept"] = ~(effects["most"] < problem.negligible)
    return effects.sort_values("most", ascending=False)


def width(name: str, target: Target) -> float:
    """Width of a range on the scale on which the pattern is emulated."""
    assert target.low is not None
    assert target.high is not None
    low = max(target.low, 1e-6) if target.low == 0 else target.low
    return scaled(name, target.high) - scaled(name, low)
