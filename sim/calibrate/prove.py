"""Coverage check on synthetic data: does the method recover known parameters?

Points of the first wave, which are spread over the prior, serve as the truth, one after another. Emulators
are fitted without the point. Its own summaries, from histories with their own luck, become the targets, as
wide as the real ones (a single observation carries the luck of one history). Then it is counted how often the
95 % interval of a parameter contains the truth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.calibrate.emulator import Emulators, emulators
from sim.calibrate.fit import Floats, candidates, log_agreement, quantile, span, weights_of
from sim.calibrate.problem import Problem, Target
from sim.calibrate.summaries import LOGS, SHARES, columns_of
from sim.patterns.figures import ONCE

CANDIDATES = 8_000


def check_coverage(
    problem: Problem,
    kept: list[int],
    unit: Floats,
    table: pd.DataFrame,
    made: Emulators,
) -> pd.DataFrame:
    """A row for each truth and kept parameter: truth, interval (in the unit cube), whether it is inside.

    `kept`: places of the fitted priors; `unit` (float64[points, kept]) and `table`: all points of the waves,
    those of the first one first. A record whose likelihood is a target is left out: synthetic truths have
    none.
    """
    columns = columns_of(problem.all_targets)
    luck = np.random.default_rng([problem.seed, 79])
    truths = luck.permutation(problem.points)[: problem.truths if columns else 0]
    asked = candidates(CANDIDATES, len(kept), problem.seed + 1)
    hyper = {name: each.hyper for name, each in made.made.items()}
    keys = list(problem.priors)
    rows = []
    for truth in truths.tolist():
        rest = np.arange(len(unit)) != truth
        without = emulators(unit[rest], table[rest], columns, hyper)
        targets = _targets(problem.all_targets, table.loc[truth], made, luck)
        weight = weights_of(log_agreement(asked, without, targets, noisy=True))
        for k, column in enumerate(kept):
            low, high = (quantile(asked[:, k], weight, share) for share in (0.025, 0.975))
            value = float(unit[truth, k])
            rows.append((truth, keys[column], value, low, high, low <= value <= high))
    return pd.DataFrame(rows, columns=["truth", "parameter", "value", "low", "high", "inside"])


def _targets(
    real: Mapping[str, Target], truth: pd.Series, made: Emulators, luck: np.random.Generator
) -> dict[str, Target]:
    """Targets that describe the truth as the real ones describe the world; none where it has no value."""
    once = [name for name in real if name in ONCE and np.isfinite(truth[f"{name}_mean"])]
    noise = luck.multivariate_normal(np.zeros(len(once)), made.correlation(once)) if once else ()
    found = {}
    for name, away in zip(once, noise, strict=True):  # one history, in which all of them are observed
        value = truth[f"{name}_mean"] + away * truth[f"{name}_sd"]
        found[name] = Target(observed=ONCE[name].from_scale(float(value)))
    ranges = [name for name in real if name not in ONCE and np.isfinite(truth[name])]
    return found | {name: _range(name, real[name], truth, luck) for name in ranges}


def _range(name: str, real: Target, truth: pd.Series, luck: np.random.Generator) -> Target:
    low, high = span(name, real)
    first = float(truth[name]) - luck.random() * (high - low)  # the truth lies anywhere in its range
    last = first + high - low
    if name in LOGS:
        return Target(low=float(np.exp(first)), high=float(np.exp(last)))
    # open there, like the real ones
    return Target(low=max(0.0, first), high=min(1.0, last) if name in SHARES else last)
