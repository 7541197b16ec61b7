"""Intervals of a probability and of differences, all from scipy."""

from __future__ import annotations

import warnings
from functools import lru_cache
from math import nan, sqrt
from typing import Any

CONFIDENCE = 0.95


@lru_cache(maxsize=100_000)
def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a probability; (nan, nan) for n = 0."""
    if n == 0:
        return nan, nan
    from scipy.stats import binomtest

    found = binomtest(successes, n).proportion_ci(CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)


Interval = tuple[float, float, str]  # low, high, method


def paired_share(point: Any, base: Any) -> Interval:
    """Difference of two shares from pairs of 0 and 1: Bonett and Price (2012), sound when few pairs differ.

    `point` and `base`: arrays or Series of one length, pair by pair; share of `point` less that of `base`.
    Wald's interval after one pair of each discordant sort has been added: pairs that all agree still leave
    an interval that is not empty.
    """
    from scipy.stats import norm

    n = len(point)
    up = (int(((point == 1) & (base == 0)).sum()) + 1) / (n + 2)
    down = (int(((point == 0) & (base == 1)).sum()) + 1) / (n + 2)
    half = float(norm.ppf(0.5 + CONFIDENCE / 2)) * sqrt((up + down - (up - down) ** 2) / (n + 2))
    return max(-1.0, up - down - half), min(1.0, up - down + half), "paired, Bonett-Price"


def unpaired_share(point: Any, base: Any) -> Interval:
    """Difference of two shares from separate runs: Newcombe's interval, made of two Wilson intervals.

    `point` and `base`: arrays of 0 and 1, at least one each; the share of `point` less that of `base`.
    """
    ours, theirs = float(point.mean()), float(base.mean())
    (low, high), (base_low, base_high) = (wilson(int(each.sum()), len(each)) for each in (point, base))
    down = sqrt((ours - low) ** 2 + (base_high - theirs) ** 2)
    up = sqrt((high - ours) ** 2 + (theirs - base_low) ** 2)
    return ours - theirs - down, ours - theirs + up, "unpaired, Newcombe"


def paired_mean(point: Any, base: Any) -> Interval:
    """Mean of `point` - `base`, pair by pair, by Student's t; nan for fewer than two pairs."""
    return _student(point, base, is_paired=True)


def unpaired_mean(point: Any, base: Any) -> Interval:
    """Mean of `point` less that of `base`, from separate runs, by Welch's t.

    nan for fewer than two runs of either.
    """
    return _student(point, base, is_paired=False)


def _student(point: Any, base: Any, *, is_paired: bool) -> Interval:
    from scipy.stats import ttest_ind, ttest_rel

    method = "paired, t" if is_paired else "unpaired, Welch"
    if len(point) < 2 or len(base) < 2:
        return nan, nan, method
    moved = [point - base] if is_paired else [point, base]
    if all(
        (each == each[0]).all() for each in moved
    ):  # t is not defined: the interval is the difference itself
        still = float(point.mean() - base.mean())
        return still, still, method
    with warnings.catch_warnings():  # values that differ by rounding alone: the interval is as narrow as they
        warnings.filterwarnings("ignore", "Precision loss", RuntimeWarning)
        test = ttest_rel(point, base) if is_paired else ttest_ind(point, base, equal_var=False)
    found = test.confidence_interval(CONFIDENCE)
    return float(found.low), float(found.high), method


def mean_half_width(sd: Any, n: Any) -> Any:
    """Half of the 95 % Student interval of a mean, from standard deviation (ddof 1) and number of values.

    Numbers or arrays of one shape, float64; nan where `sd` is, as it is for fewer than two values.
    """
    import numpy as np
    from scipy.stats import t

    return t.ppf(0.5 + CONFIDENCE / 2, np.maximum(n - 1, 1)) * sd / np.sqrt(n)


def mean_share(differences: Any, replicates: int) -> Interval:
    """Mean of differences between shares, one for each history: float64[histories], from -1 to 1.

    paired_share for histories that are averages of so many replicates: Student's t over histories, after two
    histories have been added in which one replicate each goes up and down. So histories that all agree leave
    an interval that is not empty.
    """
    from scipy.stats import t

    n = len(differences) + 2
    mean = float(differences.sum()) / n
    square = (float((differences**2).sum()) + 2 / replicates**2) / n
    half = float(t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * sqrt((square - mean**2) / n)
    return max(-1.0, mean - half), min(1.0, mean + half), "over histories, t"
