"""From the unit interval to the values of a sweep."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.config.sweeps import Sweep
from sim.errors import InputError


def scale_unit(u: NDArray[np.float64], sweep: Sweep) -> NDArray[Any]:
    """Numbers in the unit interval, stretched over the sweep's interval.

    int64 if it is an interval of whole numbers, otherwise float64. Raises InputError if no whole number lies
    in the interval.
    """
    assert sweep.interval is not None
    low, high = sweep.interval
    if sweep.is_whole:
        first, last = int(np.ceil(low)), int(np.floor(high))
        if last < first:
            raise InputError(f"{sweep.key}: no whole number lies in the interval {low:g} to {high:g}")
        if sweep.is_log:
            return np.clip(np.round(np.exp(_between(u, np.log(low), np.log(high)))), first, last).astype(
                np.int64
            )
        return first + np.minimum((u * (last - first + 1)).astype(np.int64), last - first)
    if sweep.is_log:
        inside = np.clip(np.exp(_between(u, np.log(low), np.log(high))), low, high)
        return np.where(u == 0, low, np.where(u == 1, high, inside))  # exact at the ends
    return _between(u, low, high)


def _between(u: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return low + u * (high - low)


def n_values(sweep: Sweep) -> float:
    """How many values a factor can take; infinitely many in an interval of floats."""
    if sweep.interval is None:
        return len(sweep.values)
    low, high = sweep.interval
    return np.floor(high) - np.ceil(low) + 1 if sweep.is_whole else np.inf
