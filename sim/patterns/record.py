"""Figures of a record of fatal events by day, and of a history in the same way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.patterns.traces import Trace

Floats = NDArray[np.float64]
NAMES = ("record_events", "record_deaths", "record_empty", "record_gap", "record_dispersion")


def measure_record(fatal: NDArray[np.int64], deaths: Floats) -> dict[str, float]:
    """Figures of a window of days (arrays with an entry per day): its whole weeks, the rest is dropped.

    Total fatal events and deaths, weeks without a fatal event, median days between days with one (the
    window's length if there are fewer than two), variance-to-mean ratio of weekly events (nan without
    events).
    """
    weeks = fatal.size // 7
    by_week = fatal[: 7 * weeks].reshape(weeks, 7).sum(axis=1)
    struck = np.flatnonzero(fatal[: 7 * weeks])
    return {
        "record_events": float(by_week.sum()),
        "record_deaths": float(deaths[: 7 * weeks].sum()),
        "record_empty": float((by_week == 0).sum()),
        "record_gap": float(np.median(np.diff(struck))) if struck.size > 1 else float(7 * weeks),
        "record_dispersion": float(by_week.var(ddof=1) / by_week.mean())
        if weeks > 1 and by_week.any()
        else float("nan"),
    }


def measure_histories(traces: Sequence[Trace]) -> tuple[str, dict[str, Floats]]:
    """The figures of `measure_record` of every history, from day 1 to its last, whether it broke or not.

    Returns the sample in words, then by name a value for each history.
    """
    rows = [measure_record(each.fatal[1:], each.deaths[1:]) for each in traces]
    found = {name: np.array([row[name] for row in rows], np.float64) for name in NAMES}
    return f"{len(rows)} histories", found
