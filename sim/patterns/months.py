"""What P8 counts: the first 13 weeks of the histories that are unbroken for so long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.patterns.targets import WEEKS
from sim.patterns.traces import Trace


class Months(NamedTuple):
    """Arrays with an entry a history that lasted."""

    fatal_events: NDArray[np.float64]
    deaths: NDArray[np.float64]  # of residents and soldiers
    empty_weeks: NDArray[np.float64]  # weeks without a fatal event


def first_months(traces: Sequence[Trace]) -> Months:
    """The first 13 weeks of each history without a break in them."""
    days = 7 * WEEKS
    unbroken = [each for each in traces if each.n_unbroken >= days]
    fatal = np.array([each.fatal[1 : days + 1] for each in unbroken], np.float64).reshape(-1, WEEKS, 7)
    weeks = fatal.sum(axis=2)
    deaths = np.array([each.deaths[1 : days + 1].sum() for each in unbroken], np.float64)
    return Months(weeks.sum(axis=1), deaths, (weeks == 0).sum(axis=1).astype(np.float64))
