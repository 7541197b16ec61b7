"""How close a constant hazard and a Weibull come to the model's own breaks: would two numbers do?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.patterns.pattern import BAND
from sim.patterns.targets import BROKEN_BY
from sim.patterns.traces import Trace
from sim.stats.intervals import wilson
from sim.stats.survival import Weibull, fit_constant, fit_weibull, greatest_distance
from sim.text_table import Table

REFITS = 100
HEADS = ("what", "model (95 % interval)", "constant hazard", "Weibull")

Days = NDArray[np.int64]
Broke = NDArray[np.bool_]


def ages(traces: Sequence[Trace]) -> tuple[Days, Broke]:
    """Day of the first break, or the horizon, and whether it broke, of each history."""
    horizon = np.array([len(each.fatal) - 1 for each in traces])
    unbroken = np.array([each.n_unbroken for each in traces])
    broke = unbroken < horizon
    return np.where(broke, unbroken + 1, horizon), broke


def histories_table(traces: Sequence[Trace]) -> Table:
    """Shares broken in the model and in both curves fitted to it, with shapes and distances."""
    days, broke = ages(traces)
    constant, weibull = _try_fit(fit_constant, days, broke), _try_fit(fit_weibull, days, broke)
    rows = []
    for day in (day for day in BROKEN_BY if day <= days.max()):
        k = int((broke & (days <= day)).sum())
        low, high = wilson(k, len(days))
        share = f"{k / len(days):.3f} ({low:.3f} to {high:.3f})"
        rows.append((f"broken by day {day}", share, *(_share(each, day) for each in (constant, weibull))))
    rows.append(("shape", "", "" if constant is None else "1", _shape(weibull, days, broke)))
    off = [
        "" if each is None else f"{greatest_distance(each, days, broke):.3f}" for each in (constant, weibull)
    ]
    rows.append(("greatest distance from the model's share", "", *off))
    title = f"Curves fitted to the first breaks of {len(days)} histories, {int(broke.sum())} of which broke"
    return Table(title, HEADS, rows)


def _try_fit(fit: Callable[[Days, Broke], Weibull], days: Days, broke: Broke) -> Weibull | None:
    """A fit, or None where too few broke for one."""
    try:
        return fit(days, broke)
    except ValueError:
        return None


def _share(fitted: Weibull | None, day: int) -> str:
    return "" if fitted is None else f"{float(fitted.broken_by(day)):.3f}"


def _shape(fitted: Weibull | None, days: Days, broke: Broke) -> str:
    """The shape with its 95 % interval, a bootstrap over histories."""
    if fitted is None:
        return ""
    luck = np.random.default_rng(0)
    drawn = (luck.integers(len(days), size=len(days)) for _ in range(REFITS))
    again = [_try_fit(fit_weibull, days[rows], broke[rows]) for rows in drawn]
    low, high = np.percentile([each.shape for each in again if each is not None], BAND)
    return f"{fitted.shape:.2f} ({low:.2f} to {high:.2f})"
