"""How much of the variance between histories is luck: E[V(y | parameters)] / V(y), of single histories."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
BAND = (2.5, 97.5)  # percentiles of the interval


def luck_share(y: NDArray[np.float64], pairs: NDArray[np.int64]) -> tuple[float, float, float]:
    """The share and its 95 % interval, by bootstrap over blocks; nan where nothing differs.

    `y` (float64[blocks, points, runs]) is the outcome of each history. The histories of a point differ by
    luck alone. Where a point has a single one, so do the two points of each block that `pairs`
    (int64[blocks, 2]) names: only their seeds differ.
    """
    n, _, runs = y.shape
    means = y.mean(axis=2)
    within = y.var(axis=2, ddof=1).mean(axis=1) if runs > 1 else _halve(means, pairs)
    sums = np.stack([within, means.mean(axis=1), (means**2).mean(axis=1)])
    drawn = np.random.default_rng(0).integers(n, size=(RESAMPLES, n))
    found = _share(sums.mean(axis=1), runs)
    again = _share(sums[:, drawn].mean(axis=2), runs)
    if np.isnan(again).all():
        return float(found), float("nan"), float("nan")
    low, high = np.nanpercentile(again, BAND)
    return float(found), float(low), float(high)


def _halve(y: NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Half the squared difference of the two points of each block: what it is in the mean is a variance."""
    one, other = np.take_along_axis(y, pairs, axis=1).T
    half: NDArray[np.float64] = 0.5 * (one - other) ** 2
    return half


def _share(sums: NDArray[np.float64], runs: int) -> NDArray[np.float64]:
    within, mean, square = sums
    spread = square - mean**2  # of the points' means: luck is left in them
    total = within + np.maximum(0.0, spread - within / runs) if runs > 1 else np.maximum(spread, within)
    share = np.full(np.shape(total), np.nan)
    np.divide(within, total, out=share, where=total > 0)
    return share
