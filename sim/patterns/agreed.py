"""What P16 counts: a town before a truce is agreed there, and while it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.actors.postures import SHUT
from sim.patterns.phases import Floats
from sim.patterns.traces import Trace

BEFORE_DAYS = 182  # 26 weeks
FIRST_WEEK = 7  # days


class Agreed(NamedTuple):
    """Arrays with an entry per history in which a truce was agreed."""

    ratio: (
        Floats  # fatal events per week in the truce relative to the weeks before; nan if there were none then
    )
    first_day: Floats  # days from the agreement to the first fatal event; the whole length if there is none
    dispersion: (
        Floats  # variance-to-mean ratio of weekly counts in the truce; nan without two weeks and an event
    )


def select_agreed(traces: Sequence[Trace]) -> Agreed:
    """The truces that were agreed, on day 2 or later.

    Each lasts until the army lays siege or storms, or to the end: most of the coded ones ended
    with an offensive. A truce that neither residents nor army keep still counts.
    """
    rows = [row for each in traces if (row := _row(each)) is not None]
    return Agreed(*np.array(rows, np.float64).reshape(-1, 3).T)


def _row(trace: Trace) -> tuple[float, float, float] | None:
    day = trace.agreed
    if day is None or day < 2:
        return None
    shut = np.flatnonzero(np.isin(trace.posture[day:], list(SHUT)))
    during = trace.fatal[day : day + shut[0] if shut.size else None]
    before = trace.fatal[max(1, day - BEFORE_DAYS) : day]
    if not during.size:
        return None
    weeks = during[: during.size // 7 * 7].reshape(-1, 7).sum(axis=1)
    struck = np.flatnonzero(during)
    return (
        float(during.mean() / before.mean()) if before.any() else np.nan,
        float(struck[0]) if struck.size else float(during.size),
        float(weeks.var(ddof=1) / weeks.mean()) if weeks.size > 1 and weeks.any() else np.nan,
    )
