"""The workload: fear spreads over fixed ties, and who passes a threshold leaves, for good.

    K_i  = (fear_i + sum of fear_j over tied j who are present) / (1 + their number)
    fear_i += relax * (rest_i - fear_i) + contagion * (K_i - fear_i)      for i present, all from yesterday
    i leaves when fear_i > threshold_i                                    and nobody is drawn to i any more

No luck is in it after the start, so every tool has to give the same answer up to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RELAX, CONTAGION = 0.05, 0.2


@dataclass(frozen=True)
class Workload:
    """Residents [n], undirected ties [m], days."""

    fear: NDArray[np.float32]
    rest: NDArray[np.float32]
    threshold: NDArray[np.float32]
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    days: int

    @property
    def n(self) -> int:
        """Number of residents."""
        return self.fear.size


@dataclass(frozen=True)
class Answer:
    """Who left (bool[n]), and the mean fear of those who stayed."""

    left: NDArray[np.bool_]
    mean_fear: float


def make(n: int = 65_000, ties: int = 10, days: int = 365) -> Workload:
    """Residents on a random graph with `ties` ties each on average; a fiftieth starts in terror."""
    rng = np.random.default_rng(2012)
    pairs = rng.integers(0, n, (n * ties // 2, 2))
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0).astype(np.int32)
    rest = (0.2 * rng.random(n)).astype(np.float32)
    fear = rest.copy()
    fear[rng.random(n) < 0.02] = 1.0
    threshold = rng.normal(0.35, 0.1, n).astype(np.float32)
    return Workload(fear, rest, threshold, pairs[:, 0].copy(), pairs[:, 1].copy(), days)
