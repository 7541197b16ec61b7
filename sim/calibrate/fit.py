"""From emulators to a posterior: how well each point of the prior agrees with all targets together.

A range is agreed with by the chance that the pattern's mean lies in it; what was observed once, by its
density under the predictive distribution (normal, with emulated mean and standard deviation). Targets are
taken as independent of one another.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_ndtr
from scipy.stats import norm, qmc

from sim.calibrate.emulator import Emulator
from sim.calibrate.problem import Target
from sim.calibrate.summaries import ONCE, scaled

Floats = NDArray[np.float64]
FARTHEST = 3.0  # standard deviations from a target past which a point is ruled out (Vernon et al. 2010)


def columns_of(targets: Mapping[str, Target]) -> list[str]:
    """The summaries that these targets need."""
    needed = []
    for name in targets:
        needed += [f"{name}_mean", f"{name}_sd"] if name in ONCE else [name]
    return needed


def candidates(n: int, dimensions: int, seed: int) -> Floats:
    """Points spread evenly over the unit cube, float64[n, dimensions]."""
    sampler = qmc.LatinHypercube(dimensions, rng=np.random.default_rng([seed, 77]))
    return np.asarray(sampler.random(n), np.float64)


def log_agreement(
    unit: Floats, made: Mapping[str, Emulator], targets: Mapping[str, Target], *, noisy: bool = False
) -> Floats:
    """Logarithm of the agreement with all targets, float64[points].

    `noisy`: the target itself is a summary of so few histories as a point has, not a mean.
    """
    total = np.zeros(len(unit))
    for name, target in targets.items():
        total += _one(unit, made, name, target, noisy)
    return total


def _one(unit: Floats, made: Mapping[str, Emulator], name: str, target: Target, noisy: bool) -> Floats:
    if target.observed is not None:
        mean, error = made[f"{name}_mean"].at(unit)
        spread, _ = made[f"{name}_sd"].at(unit)
        sd = np.sqrt(np.maximum(spread, 0.05) ** 2 + error**2)
        return np.asarray(norm.logpdf(scaled(name, target.observed), mean, sd))
    low, high = ends(name, target)
    mean, error = made[name].at(unit)
    if noisy:
        error = np.hypot(error, made[name].noise)
    return _log_inside(mean, error, low, high)


def _log_inside(mean: Floats, error: Floats | float, low: float, high: float) -> Floats:
    """Log of the chance to lie between two ends, in the tail where it does not cancel."""
    flip = (low + high) / 2 < mean
    a = np.where(flip, mean - high, low - mean) / error
    b = np.where(flip, mean - low, high - mean) / error
    upper, lower = log_ndtr(-a), log_ndtr(-b)
    return np.asarray(upper + np.log1p(-np.exp(np.minimum(lower - upper, -1e-12))), np.float64)


def ends(name: str, target: Target) -> tuple[float, float]:
    """Ends of a range on the scale of its emulator; a range from 0 is open below."""
    assert target.low is not None
    assert target.high is not None
    low = -np.inf if target.low == 0 else scaled(name, target.low)
    return (low if np.isfinite(low) else -1e6), scaled(name, target.high)


def agreement_of_runs(
    table: pd.DataFrame, made: Mapping[str, Emulator], targets: Mapping[str, Target]
) -> Floats:
    """The same for points that were run, from their own summaries; their noise is that of the emulators."""
    total = np.zeros(len(table))
    for name, target in targets.items():
        if target.observed is not None:
            mean, sd = (table[f"{name}_{moment}"].to_numpy(float) for moment in ("mean", "sd"))
            told = norm.logpdf(scaled(name, target.observed), mean, sd)
        else:
            low, high = ends(name, target)
            told = _log_inside(table[name].to_numpy(float), made[name].noise, low, high)
        total += np.nan_to_num(told, nan=-np.inf)
    return total


def implausibility(unit: Floats, made: Mapping[str, Emulator], targets: Mapping[str, Target]) -> Floats:
    """How many standard deviations the worst target is away, float64[points]."""
    worst = np.zeros(len(unit))
    for name, target in targets.items():
        if target.observed is not None:
            mean, error = made[f"{name}_mean"].at(unit)
            spread, _ = made[f"{name}_sd"].at(unit)
            away = np.abs(scaled(name, target.observed) - mean)
            sd = np.sqrt(np.maximum(spread, 0.05) ** 2 + error**2)
        else:
            low, high = ends(name, target)
            mean, sd = made[name].at(unit)
            away = np.maximum(np.maximum(low - mean, mean - high), 0.0)
        worst = np.maximum(worst, away / sd)
    return worst


def weights_of(log_weight: Floats) -> Floats:
    """Weights that sum to 1."""
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum(), np.float64)


def effective(weight: Floats) -> float:
    """Effective sample size of weights that sum to 1."""
    return float(1.0 / np.sum(weight**2))


def drawn(weight: Floats, n: int, seed: int) -> NDArray[np.int64]:
    """Rows drawn by their weights (systematic resampling), in their order."""
    start = np.random.default_rng([seed, 78]).random()
    return np.searchsorted(np.cumsum(weight), (np.arange(n) + start) / n).clip(0, weight.size - 1)


def quantile(values: Floats, weight: Floats, share: float) -> float:
    """Weighted quantile."""
    order = np.argsort(values)
    at = int(np.searchsorted(np.cumsum(weight[order]), share))
    return float(values[order][min(at, values.size - 1)])
