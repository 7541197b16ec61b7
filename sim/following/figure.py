"""The record and the model on one time axis, and where histories go from the last day followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.following.forecasts import GAMMA_POISSON, HAWKES
from sim.following.truces import date_of
from sim.report.figures.sheet import Sheet
from sim.report.style import BLACK, BLUE, FAINT, GREEN, ORANGE, PALE, SIZE_SMALL, SKY, house_style
from sim.report.words import count

if TYPE_CHECKING:
    from sim.following.followed import Followed

WEEK = 7
LEFT, WIDTH = 0.75, 8.6


def followed_figure(found: Followed) -> Figure:
    """Draw the recorded events by week beside those expected, then their sum and how it goes on."""
    record = found.record
    n_ahead = 0 if found.prospects is None else int(found.prospects.fan.week.max())
    with house_style():
        sheet = Sheet(
            f"{record.name}: what was recorded, and what the model made of it",
            f"{count(len(record.rows), 'recorded event')} from {date_of(record, 1)} to "
            f"{date_of(record, record.days)}; {count(len(found.particles), 'particle')}",
            4.6,
            "Expected: mean number, one day ahead, given all that was recorded before. After the dashed line "
            "no record is used: bands hold 50 and 90 % of the model's histories, whiskers 90 % of what the "
            "simplest processes say. They are no forecast for the town."
            + (f" Recorded events: {record.attribution}." if record.attribution else ""),
        )
        upper = sheet.panel(LEFT, 0.25, WIDTH, 1.75, "Recorded kind of events by week")
        lower = sheet.panel(LEFT, 2.5, WIDTH, 1.75, "Their sum since the first day")
        _by_week(upper, found)
        _sums(lower, found)
        last = record.days / WEEK + n_ahead
        for axes in (upper, lower):
            axes.set_xlim(0, last)
            axes.axvline(record.days / WEEK, color=FAINT, linewidth=0.9, linestyle="--")
            axes.set_ylim(bottom=0)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        lower.set_xlabel(f"weeks since {date_of(record, 1)}")
    return sheet.figure


def _by_week(axes: Axes, found: Followed) -> None:
    weeks = found.weeks
    middle = weeks.week.to_numpy() - 0.5
    axes.bar(middle, weeks.events, width=0.85, color=PALE, edgecolor=FAINT, linewidth=0.5, label="recorded")
    whole = slice(0, found.record.days // WEEK)  # an incomplete week would seem to expect less
    axes.plot(middle[whole], weeks.expected[whole], color=BLUE, linewidth=1.6, label="expected by the model")
    axes.legend(loc="upper right", ncols=2)


def _sums(axes: Axes, found: Followed) -> None:
    record = found.record
    total = np.concatenate([[0], np.cumsum(record.counts())])
    axes.plot(np.arange(total.size) / WEEK, total, color=BLACK, linewidth=1.4, drawstyle="steps-post")
    handles: list[Line2D | Patch] = [Line2D([], [], color=BLACK, label="recorded")]
    if found.prospects is not None:
        handles += _fan(axes, found, int(total[-1]))
        handles += _later(axes, found, int(total[-1]))
    axes.legend(handles=handles, loc="upper left", ncols=2, fontsize=SIZE_SMALL)


def _later(axes: Axes, found: Followed, total: int) -> list[Line2D | Patch]:
    """What was recorded after the last day followed, as far as the histories run."""
    assert found.prospects is not None
    first, later = found.record.days, found.later
    last = min(first + WEEK * int(found.prospects.fan.week.max()), later.days if later is not None else 0)
    if later is None or last <= first:
        return []
    after = total + np.concatenate([[0], np.cumsum(later.counts()[first:last])])
    days = np.arange(first, last + 1) / WEEK
    axes.plot(days, after, color=BLACK, linewidth=1.2, linestyle=":", drawstyle="steps-post")
    return [Line2D([], [], color=BLACK, linestyle=":", label="recorded later, not used")]


def _fan(axes: Axes, found: Followed, total: int) -> list[Line2D | Patch]:
    assert found.prospects is not None
    fan = found.prospects.fan
    start = found.record.days / WEEK
    model = fan[(fan.what == "events") & (fan.method == "model")]
    weeks = np.concatenate([[start], start + model.week.to_numpy()])

    def line(name: str) -> np.ndarray:
        return np.concatenate([[total], total + model[name].to_numpy()])

    axes.fill_between(weeks, line("q05"), line("q95"), color=SKY, alpha=0.35, linewidth=0)
    axes.fill_between(weeks, line("q25"), line("q75"), color=SKY, alpha=0.7, linewidth=0)
    axes.plot(weeks, line("q50"), color=BLUE, linewidth=1.6)
    handles: list[Line2D | Patch] = [Patch(color=SKY, label="model, 50 and 90 %")]
    for shift, method, colour, marker in ((-0.15, GAMMA_POISSON, ORANGE, "s"), (0.15, HAWKES, GREEN, "^")):
        here = fan[(fan.what == "events") & (fan.method == method)]
        middle = total + here.q50.to_numpy()
        spread = np.abs(np.stack([total + here.q05.to_numpy(), total + here.q95.to_numpy()]) - middle)
        at = start + here.week.to_numpy() + shift
        axes.errorbar(at, middle, spread, fmt=marker, color=colour, markersize=4, linewidth=1.2, capsize=2)
        handles.append(Line2D([], [], color=colour, marker=marker, markersize=4, label=f"{method}, 90 %"))
    return handles
