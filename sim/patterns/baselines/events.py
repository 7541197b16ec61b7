"""Fatal events in a number of weeks: a Poisson and a Hawkes process, and the number of deaths in an event."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.stats.hawkes import Fit, simulate


class Weeks(NamedTuple):
    """Many draws of some weeks, one entry per draw."""

    events: NDArray[np.int64]
    deaths: NDArray[np.int64]
    empty: NDArray[np.int64]  # weeks without an event


def weeks_of(process: Fit, deaths_an_event: float, weeks: int, draws: int, seed: int = 0) -> Weeks:
    """Draw weeks of a process that has run for long; an event kills 1, 2, ... by a geometric distribution.

    A Poisson process is one whose branching is 0. `deaths_an_event` is the mean, above 1; `draws`: how many
    times so many weeks are drawn.
    """
    rng = np.random.default_rng(seed)
    before = int(np.ceil(10 * process.memory_days)) if process.branching > 0 else 0
    counts = simulate(process, before + 7 * weeks, draws, rng)[:, before:]
    events = counts.sum(axis=1)
    extra = rng.negative_binomial(np.maximum(events, 1), 1 / deaths_an_event)
    empty = (counts.reshape(draws, weeks, 7).sum(axis=2) == 0).sum(axis=1)
    return Weeks(events, np.where(events > 0, events + extra, 0), empty)
