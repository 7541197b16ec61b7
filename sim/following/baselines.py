"""The simplest processes on the same counts, one day ahead, each with its parameters learned.

All give the log evidence of a sequence of daily counts. gamma-Poisson and Hawkes see only the days before;
`poisson_fitted` is fitted on the very days it is judged by, and is here as a bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

SHAPE, RATE = 0.5, 1 / 0.3  # of the gamma prior on the mean per day: worth half an event, mean 0.15


def poisson_fitted(counts: Sequence[int]) -> float:
    """Log likelihood of daily counts under a constant rate that was fitted on the same days."""
    x = np.asarray(counts)
    return float(stats.poisson.logpmf(x, x.mean()).sum())


def gamma_poisson(counts: Sequence[int], shape: float = SHAPE, rate: float = RATE) -> NDArray[np.float64]:
    """Log probability of each day's count under a constant unknown rate with a gamma prior; float64[days].

    One day ahead the count is negative binomial; its sum is the log evidence.
    """
    x = np.asarray(counts)
    seen = np.concatenate([[0], np.cumsum(x)[:-1]])
    a, b = shape + seen, rate + np.arange(x.size)
    return np.asarray(stats.nbinom.logpmf(x, a, b / (b + 1)))


@dataclass(frozen=True)
class HawkesGrid:
    """A grid of parameters of a Hawkes process, evenly spaced under the prior: log-uniform background and
    memory, uniform branching ratio.
    """

    background: tuple[float, float, int] = (
        0.001,
        2.0,
        32,
    )  # events per day: least, greatest, number of values
    branching: tuple[float, float, int] = (0.0, 0.95, 20)
    memory_days: tuple[float, float, int] = (0.5, 60.0, 14)

    def points(self) -> NDArray[np.float64]:
        """Background, branching ratio and 1 / memory of each point; float64[3, points]."""
        mu = np.geomspace(*self.background)
        ratio = np.linspace(*self.branching)
        omega = 1.0 / np.geomspace(*self.memory_days)
        return np.stack([x.ravel() for x in np.meshgrid(mu, ratio, omega, indexing="ij")])


def hawkes_log_likelihoods(counts: Sequence[int], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log probability of each day's count at each point, one day ahead; float64[days, points].

    The mean of a day is mu + n * sum over earlier events of exp(-omega (t - 1)) - exp(-omega t), t days
    ago: the share of an exponential delay that falls on the day, as in the model's grievances.
    """
    mu, ratio, omega = points
    decay = np.exp(-omega)
    weight = np.zeros(mu.size)
    out = np.empty((len(counts), mu.size))
    for day, n in enumerate(counts):
        mean = mu + ratio * (1.0 - decay) * weight
        out[day] = stats.poisson.logpmf(n, mean)
        weight = weight * decay + n
    return out


def hawkes(counts: Sequence[int], grid: HawkesGrid | None = None) -> NDArray[np.float64]:
    """Log probability of each day's count, parameters learned from the days before; float64[days]."""
    by_point = hawkes_log_likelihoods(counts, (grid or HawkesGrid()).points())
    total = np.logaddexp.reduce(np.cumsum(by_point, axis=0), axis=1) - np.log(by_point.shape[1])
    return np.diff(total, prepend=0.0)
