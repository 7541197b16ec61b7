"""Quantiles of weighted values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def weighted_quantiles(
    values: NDArray[np.float64], weights: NDArray[np.float64], shares: Sequence[float]
) -> list[float]:
    """The values up to which these shares (0 to 1) of the weight lie; at least one value.

    `weights`: of the shape of `values`, not negative, of any sum.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, np.array(shares) * reached[-1]).clip(max=values.size - 1)
    return [float(x) for x in values[order][places]]
