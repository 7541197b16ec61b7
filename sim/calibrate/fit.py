"""From emulators to a posterior: how well each point of the prior agrees with all targets together.

Agreement with a range is the probability that the pattern's mean lies in it; with a single observation, its
density under the predictive distribution (normal, with emulated means and standard deviations, and the
correlation of patterns over histories, since all of it was observed in one). Otherwise targets are taken as
independent of one another.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_ndtr
from scipy.stats import qmc

from sim.calibrate.emulator import Emulators
from sim.calibrate.problem import Target
from sim.calibrate.summaries import LEAST_SD, SHARES, scale

Floats = NDArray[np.float64]
DRAWS = 200  # of samples, for a balanced one
FAR = 1e6  # an open end
FARTHEST = 3.0  # standard deviations from a target past which a point is ruled out (Vernon et al. 2010)


def candidates(n: int, dimensions: int, seed: int) -> Floats:
    """Points spread evenly over the unit cube, float64[n, dimensions]."""
    sampler = qmc.LatinHypercube(dimensions, rng=np.random.default_rng([seed, 77]))
    return np.asarray(sampler.random(n), np.float64)


def log_agreement(
    unit: Floats, made: Emulators, targets: Mapping[str, Target], *, noisy: bool = False
) -> Floats:
    """Logarithm of the agreement of points (float64[points, dimensions]) with all targets, float64[points].

    `noisy`: the target itself is a summary of as few histories as a point has, not a mean.
    """
    once, ranges = _split_targets(targets)
    means, sds = np.empty((2, len(once), len(unit)))
    for k, name in enumerate(once):
        means[k], sds[k] = predictive(unit, made, name, noisy=noisy)
    total = _log_seen(once, means, sds, made, targets)
    for name, target in ranges.items():
        low, high = ends(name, target)
        mean, error = made[name].at(unit)
        if noisy:
            error = np.hypot(error, made[name].noise)
        total += log_inside(mean, error, low, high)
    return total


def _split_targets(targets: Mapping[str, Target]) -> tuple[list[str], dict[str, Target]]:
    """Names of single observations, and the ranges."""
    ranges = {name: target for name, target in targets.items() if target.observed is None}
    return [name for name in targets if name not in ranges], ranges


def predictive(unit: Floats, made: Emulators, name: str, *, noisy: bool = False) -> tuple[Floats, Floats]:
    """Mean and standard deviation of what one history would show of a pattern, float64[points] each.

    On the scale of its emulator; `noisy` as for `log_agreement`.
    """
    mean, error = made[f"{name}_mean"].at(unit)
    spread, _ = made[f"{name}_sd"].at(unit)
    if noisy:
        error = np.hypot(error, made[f"{name}_mean"].noise)
    return mean, np.hypot(np.maximum(spread, LEAST_SD), error)


def _log_seen(
    names: list[str], means: Floats, sds: Floats, made: Emulators, targets: Mapping[str, Target]
) -> Floats:
    """Joint log density of the single observations, all in one history; arrays float64[names, points]."""
    if not names:
        return np.zeros(means.shape[1])
    seen = np.array([scale(name, targets[name].observed or 0.0) for name in names])
    away = (seen[:, None] - means) / sds
    together = made.correlation(names)
    _, log_determinant = np.linalg.slogdet(together)
    squares = (away * np.linalg.solve(together, away)).sum(axis=0)
    constant = len(names) * np.log(2 * np.pi) + log_determinant
    return np.asarray(-0.5 * (squares + constant) - np.log(sds).sum(axis=0), np.float64)


def log_inside(mean: Floats, error: Floats | float, low: float, high: float) -> Floats:
    """Log probability that a normal variable (mean, error) lies between two ends; accurate in the tails."""
    flip = (low + high) / 2 < mean
    a = np.where(flip, mean - high, low - mean) / error
    b = np.where(flip, mean - low, high - mean) / error
    upper, lower = log_ndtr(-a), log_ndtr(-b)
    return np.asarray(upper + np.log1p(-np.exp(np.minimum(lower - upper, -1e-12))), np.float64)


def ends(name: str, target: Target) -> tuple[float, float]:
    """Ends of a range on the scale of its emulator; a share's range from 0 is open below, to 1 open above."""
    low, high = span(name, target)
    if name in SHARES:  # an emulator knows no bounds
        low, high = (-FAR if low <= 0 else low), (FAR if high >= 1 else high)
    return low, high


def span(name: str, target: Target) -> tuple[float, float]:
    """Ends of a range as they are written, on the scale of its emulator."""
    assert target.low is not None
    assert target.high is not None
    return scale(name, target.low), scale(name, target.high)


def agreement_of_runs(
    table: pd.DataFrame, made: Emulators, targets: Mapping[str, Target], times: int = 1
) -> Floats:
    """Logarithm of the agreement of points that were run, from their own summaries; float64[points].

    `table`: a row per point, as of `summaries_of`. The points have `times` as many histories as those of the
    emulators, and correspondingly less noise; -inf where a summary is nan.
    """
    once, ranges = _split_targets(targets)
    means, sds = (
        np.array([table[f"{name}_{moment}"] for name in once], np.float64).reshape(len(once), len(table))
        for moment in ("mean", "sd")
    )
    total = np.nan_to_num(_log_seen(once, means, sds, made, targets), nan=-np.inf)
    for name, target in ranges.items():
        low, high = ends(name, target)
        inside = log_inside(table[name].to_numpy(float), made[name].noise / times**0.5, low, high)
        total += np.nan_to_num(inside, nan=-np.inf)
    return total


def implausibility(unit: Floats, made: Emulators, targets: Mapping[str, Target]) -> Floats:
    """How many standard deviations the worst target is away (Vernon et al. 2010), float64[points].

    `unit`: float64[points, dimensions].
    """
    worst = np.zeros(len(unit))
    for name, target in targets.items():
        if target.observed is not None:
            mean, sd = predictive(unit, made, name)
            away = np.abs(scale(name, target.observed) - mean)
        else:
            low, high = ends(name, target)
            mean, sd = made[name].at(unit)
            away = np.maximum(np.maximum(low - mean, mean - high), 0.0)
        worst = np.maximum(worst, away / sd)
    return worst


def weights_of(log_weight: Floats) -> Floats:
    """Weights that sum to 1, of their logarithms up to a constant."""
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum(), np.float64)


def effective(weight: Floats) -> float:
    """Effective sample size of weights that sum to 1: 1 over the sum of their squares."""
    return float(1.0 / np.sum(weight**2))


def draw_rows(weight: Floats, n: int, seed: int) -> NDArray[np.int64]:
    """Draw n rows by their weights, which sum to 1 (systematic resampling), in their order."""
    start = np.random.default_rng([seed, 78]).random()
    return np.searchsorted(np.cumsum(weight), (np.arange(n) + start) / n).clip(0, weight.size - 1)


def draw_balanced(asked: Floats, weight: Floats, n: int, seed: int) -> NDArray[np.int64]:
    """Of many draws of n rows by weight, the one whose columns are closest to the weighted candidates.

    `asked`: float64[candidates, dimensions]; `weight` sums to 1. Closest in the largest Kolmogorov-Smirnov
    distance of a column, so that few rows represent the posterior as well as possible.
    """
    below = np.empty_like(asked)  # the weighted share of candidates up to each
    for k in range(asked.shape[1]):
        order = np.argsort(asked[:, k])
        below[order, k] = np.cumsum(weight[order])
    steps = np.arange(1, n + 1)[:, None] / n

    def distance(rows: NDArray[np.int64]) -> float:
        return float(np.abs(np.sort(below[rows], axis=0) - steps).max())

    draws = (draw_rows(weight, n, seed + number) for number in range(DRAWS))
    return min(draws, key=distance)


def quantile(values: Floats, weight: Floats, share: float) -> float:
    """The value up to which at least this share (0 to 1) of the weight lies; weights sum to 1."""
    order = np.argsort(values)
    at = int(np.searchsorted(np.cumsum(weight[order]), share))
    return float(values[order][min(at, values.size - 1)])
