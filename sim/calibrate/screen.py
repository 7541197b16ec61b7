"""Morris screening: how far each parameter moves each pattern over the whole width of its prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibrate.fit import span
from sim.calibrate.problem import Problem
from sim.patterns.figures import ONCE

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


def screen_parameters(
    problem: Problem, unit: NDArray[np.float64], table: pd.DataFrame, also: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """mu_star of every parameter (index) on every target, in units of the target's width; and `kept`.

    `unit`: the points of `trajectories`; `table`: their summaries, a row per point; `also`: further columns
    of it, with their widths. mu_star is the mean absolute elementary effect (Campolongo et al. 2007) of a
    step over the whole prior. SALib's analysis takes only whole trajectories; here a step counts if both its
    ends have a value. A parameter without any such step for some target is kept.
    """
    keys = list(problem.priors)
    found = {}
    for name, target in problem.all_targets.items():
        values = table[f"{name}_mean" if name in ONCE else name].to_numpy(float)
        spread = float(table[f"{name}_sd"].median()) * 4 if name in ONCE else np.ptp(span(name, target))
        found[name] = _mu_star(unit, values) / spread
    for name, width in (also or {}).items():
        found[name] = _mu_star(unit, table[name].to_numpy(float)) / width
    effects = pd.DataFrame(found, index=keys)
    effects["most"] = effects.max(axis=1)
    unknown = effects[list(found)].isna().any(axis=1)
    effects["kept"] = unknown | (effects["most"] >= problem.negligible)
    return effects.sort_values("most", ascending=False)


def _mu_star(unit: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean absolute effect of each parameter over the steps whose ends have a value; nan without one."""
    n = unit.shape[1]
    steps, changes = np.diff(unit, axis=0), np.diff(values)
    inside = np.arange(1, len(unit)) % (n + 1) != 0  # not from one trajectory to the next
    which = np.abs(steps).argmax(axis=1)
    effect = np.abs(changes / steps[np.arange(len(steps)), which])
    answer = np.full(n, np.nan)
    for k in range(n):
        mine = effect[inside & (which == k) & np.isfinite(effect)]
        if mine.size:
            answer[k] = mine.mean()
    return answer
