"""A Hawkes process in whole days, refitted to times of events by maximum likelihood (P3), and simulated.

    rate(t) = mu + n sum over lags of g(lag) N(t - lag),    g(lag) = exp(-omega (lag - 1)) - exp(-omega lag)

N(t), the number on a day, is Poisson given the past. mu, n and omega are the same in all histories.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

START = (0.3, 0.3, 20.0)  # mu, n, memory in days
BOUNDS = ((-12.0, 3.0), (-8.0, 0.7), (-0.7, 6.0))  # logarithms of mu, n and memory


class Fit(NamedTuple):
    """A fitted process."""

    mu: float  # events a day that nothing has excited
    branching: float  # mean number of events that one excites
    memory_days: float  # 1 / omega


def fit(
    counts: NDArray[np.int64],
    is_seen: NDArray[np.bool_],
    weight: NDArray[np.float64] | None = None,
    start: Fit | None = None,
) -> Fit:
    """Fit to counts[history, day]; days where `is_seen` (of the same shape) is False are left out.

    `weight`: float64[histories], how much each counts; `start`: where the search begins. What is fitted to
    days without any event means nothing.
    """
    weight = np.ones(len(counts)) if weight is None else weight
    first = np.log(START if start is None else start)
    found = minimize(_loss, first, (counts, is_seen, weight), method="L-BFGS-B", bounds=BOUNDS)
    return Fit(*np.exp(found.x).tolist())


def simulate(process: Fit, days: int, histories: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Counts of the process (int64[histories, days]); nothing has happened before the first day.

    Luck comes from `rng` alone.
    """
    keep = np.exp(-1.0 / process.memory_days)
    excited = np.zeros(histories)
    counts = np.zeros((histories, days), np.int64)
    for day in range(days):
        counts[:, day] = rng.poisson(process.mu + process.branching * (1.0 - keep) * excited)
        excited = keep * excited + counts[:, day]
    return counts


def _loss(
    logs: NDArray[np.float64],
    counts: NDArray[np.int64],
    is_seen: NDArray[np.bool_],
    weight: NDArray[np.float64],
) -> float:
    """Negative mean log-likelihood a day, without the factorials."""
    mu, branching, memory = np.exp(logs)
    keep = np.exp(-1.0 / memory)
    excited = np.zeros(len(counts))
    rates = np.empty(counts.shape)
    for day in range(counts.shape[1]):
        rates[:, day] = mu + branching * (1.0 - keep) * excited
        excited = keep * excited + counts[:, day]
    terms = np.where(is_seen, counts * np.log(rates) - rates, 0.0)
    return -float(weight @ terms.sum(axis=1)) / float(weight @ is_seen.sum(axis=1))
