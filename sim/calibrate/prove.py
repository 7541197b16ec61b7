"""The method tried on synthetic truth: does it find parameters that it was not told?

Points of the last waves are taken for the truth one after another. Their emulators are made without them,
their own summaries become the targets (of the widths of the real ones; what is observed once is one of their
histories' worth of luck), and the 95 % interval of each parameter is asked whether it holds the truth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibrate.emulator import Emulator, emulators
from sim.calibrate.fit import Floats, candidates, columns_of, ends, log_agreement, quantile, weights_of
from sim.calibrate.problem import Problem, Target
from sim.calibrate.summaries import LOGS, ONCE

CANDIDATES = 8_000


def proved(
    problem: Problem,
    kept: list[int],
    unit: Floats,
    table: pd.DataFrame,
    may_be_true: NDArray[np.bool_],
    made: Mapping[str, Emulator],
) -> pd.DataFrame:
    """A row for each truth and kept parameter: truth, interval (in the unit cube), whether it is inside."""
    columns = columns_of(problem.targets)
    whole = np.flatnonzero(np.isfinite(table[columns].to_numpy(float)).all(axis=1) & may_be_true)
    luck = np.random.default_rng([problem.seed, 79])
    truths = luck.permutation(whole)[: problem.truths]
    asked = candidates(CANDIDATES, len(kept), problem.seed + 1)
    hyper = {name: each.hyper for name, each in made.items()}
    keys = list(problem.priors)
    rows = []
    for truth in truths.tolist():
        rest = np.arange(len(unit)) != truth
        without = emulators(unit[rest], table[rest], columns, hyper)
        targets = {
            name: _target(name, each, table.loc[truth], luck) for name, each in problem.targets.items()
        }
        weight = weights_of(log_agreement(asked, without, targets, noisy=True))
        for k, column in enumerate(kept):
            low, high = (quantile(asked[:, k], weight, share) for share in (0.025, 0.975))
            value = float(unit[truth, k])
            rows.append((truth, keys[column], value, low, high, low <= value <= high))
    return pd.DataFrame(rows, columns=["truth", "parameter", "value", "low", "high", "inside"])


def _target(name: str, real: Target, truth: pd.Series, luck: np.random.Generator) -> Target:
    """A target that says of the truth what the real one says of the world."""
    if name in ONCE:
        seen = luck.normal(truth[f"{name}_mean"], truth[f"{name}_sd"])
        value = float(np.expm1(seen)) if name == "deaths" else float(seen)
        return Target(observed=max(0.0, value))
    low, high = ends(name, real)
    half = (high - low) / 2 if low > -1e5 else abs(high) / 2
    middle = float(truth[name]) + half * luck.uniform(-1, 1)  # the truth lies anywhere in its range
    first, last = middle - half, middle + half
    if name in LOGS:
        return Target(low=float(np.exp(first)), high=float(np.exp(last)))
    return Target(low=first if first != 0 else 1e-9, high=last)
