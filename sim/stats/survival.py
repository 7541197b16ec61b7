"""Ages of truces at their break: a constant hazard and a Weibull, fitted to histories or to shares broken.

Days are whole: a break on day d came after day d - 1, and a history without one is censored at its horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import CensoredData, weibull_min


class Weibull(NamedTuple):
    """P(broken by day t) = 1 - exp(-(t / scale_days)^shape); shape 1 is a constant hazard, 1 / scale_days."""

    shape: float
    scale_days: float

    def broken_by(self, day: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability that the truce has broken by a day (0 or later), of the shape of `day`."""
        return np.asarray(-np.expm1(-((np.asarray(day) / self.scale_days) ** self.shape)))


def fit_constant(days: NDArray[np.int64], broke: NDArray[np.bool_]) -> Weibull:
    """The constant hazard of most likelihood: breaks a day at risk, from days of 24 hours.

    `days` (int64[histories]) are the day of the break, or the horizon where `broke` is False. Raises
    ValueError if none broke.
    """
    if not broke.any():
        raise ValueError("no history broke: there is no hazard to fit")
    p_day = broke.sum() / days.sum()
    return Weibull(1.0, float(-1 / np.log1p(-p_day)))


def fit_weibull(days: NDArray[np.int64], broke: NDArray[np.bool_]) -> Weibull:
    """The Weibull of most likelihood, by scipy, for breaks that are known to the day and censored histories.

    Arguments as for `fit_constant`. Raises ValueError for fewer than two days on which histories broke.
    """
    if len(np.unique(days[broke])) < 2:
        raise ValueError("histories broke on fewer than two days: there is no shape to fit")
    intervals = np.column_stack([days[broke] - 1, days[broke]])
    seen = CensoredData(right=days[~broke], interval=intervals)
    start = fit_constant(days, broke).scale_days
    shape, _, scale = weibull_min.fit(seen, 1.0, floc=0, scale=start)
    return Weibull(float(shape), float(scale))


def nearest(shares: Sequence[tuple[float, float]], *, is_constant: bool) -> Weibull:
    """The Weibull, or constant hazard, that comes nearest to shares broken, given as (day, share).

    Nearest by least squares of the shares; one pair is enough for a constant hazard, two for a Weibull.
    """
    day, share = np.array(shares).T

    def misses(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        off: NDArray[np.float64] = _of(logs).broken_by(day) - share
        return off

    def _of(logs: NDArray[np.float64]) -> Weibull:
        scale, *shape = np.exp(logs)
        return Weibull(float(shape[0]) if shape else 1.0, float(scale))

    start = np.log([float(day.mean())] if is_constant else [float(day.mean()), 0.7])
    return _of(least_squares(misses, start).x)


def greatest_distance(fitted: Weibull, days: NDArray[np.int64], broke: NDArray[np.bool_]) -> float:
    """Greatest distance on any day between a fitted share broken and that of the histories, 0 to 1.

    `days` and `broke` as for `fit_constant`. All histories have one horizon, so their share broken is a plain
    proportion.
    """
    on = np.arange(1, int(days.max()) + 1)
    share = np.searchsorted(np.sort(days[broke]), on, side="right") / len(days)
    return float(np.abs(fitted.broken_by(on.astype(float)) - share).max())
