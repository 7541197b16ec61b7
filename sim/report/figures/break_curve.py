"""Probability that the truce has broken by each day, stacked by the ending of the first break.

All histories of a point run to one horizon, so nothing is censored before it and the share of histories that
have broken is the Kaplan-Meier estimate; its interval by day is Wilson's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.report.dates import DATES, DAY_ZERO, label_days
from sim.report.figures.fit import Unfit, good_runs
from sim.report.figures.points import labels_of, some_of, space_evenly
from sim.report.figures.sheet import Sheet, fitting_top, histories, percent_axis, share_words
from sim.report.labels import day_ticks, end_labels, fit_width, left_edge
from sim.report.style import (
    ENDINGS,
    FAINT,
    INK,
    SIZE_SMALL,
    SIZE_TEXT,
    house_style,
    ink_of,
    is_for_phone,
    lightness,
)
from sim.report.words import percent
from sim.stats.intervals import wilson
from sim.truce import ENDINGS as NAMES

MOST_PANELS = 12
_LEFT, _RIGHT, _BODY, _BELOW, _ABOVE = 0.98, 1.18, 1.9, 0.74, 0.42
Numbers = NDArray[np.float64]


def broken_by_day(runs: pd.DataFrame) -> tuple[pd.DataFrame, Numbers, Numbers]:
    """Share of these histories that have broken by each day from 0 on, by ending; low and high of the total.

    A table with a row per day and a column per ending, and two arrays (float64[days + 1]): Wilson's 95 %
    interval on each day. `runs`: rows of runs that succeeded. Unfit if the histories do not share one
    horizon.
    """
    horizons = runs["days"].unique()
    if len(horizons) != 1:
        raise Unfit("break_curve: needs histories of one length at each point")
    days, n = np.arange(int(horizons[0]) + 1), len(runs)
    counts = {}
    for ending in NAMES:
        first = np.sort(
            runs.loc[runs["broke"] & (runs["ending"] == ending), "first_break_day"].to_numpy(float)
        )
        counts[ending] = np.searchsorted(first, days, side="right")
    table = pd.DataFrame(counts, index=pd.Index(days, name="day"))
    bounds = [wilson(int(k), n) for k in table.sum(axis=1)]
    low, high = (np.array(side) for side in zip(*bounds, strict=True))
    return table / n, low, high


def break_curve(runs: pd.DataFrame, points: pd.DataFrame) -> Figure:
    """Draw a panel per point, at most twelve, from the run rows and the table of points.

    Raises Unfit if no run succeeded, or the runs of a point differ in length.
    """
    good = good_runs(runs, "break_curve")
    labels = labels_of(points)
    there = [int(point) for point in points.loc[points["n"] > 0, "point"]]
    shown = space_evenly(there, MOST_PANELS)
    at_end = points.loc[points["point"].isin(shown), "p_break_high" if "p_break_high" in points else "n"]
    highest = fitting_top(at_end) if "p_break_high" in points else 1.0
    with house_style():
        columns = 1 if len(shown) == 1 or is_for_phone() else 2
        left, right = (0.86, 0.96) if is_for_phone() else (_LEFT, _RIGHT)
        rows = -(-len(shown) // columns)
        zero = points.attrs.get(DAY_ZERO)
        below = _BELOW + (DATES if zero else 0.0)
        body = _BODY if columns > 1 or is_for_phone() else 2.9
        sheet = Sheet(
            "How likely the truce has broken, by day and by what ended it",
            f"{histories(points[points['n'] > 0])}. Line: share that has broken; "
            "dashed lines: its 95 % interval (Wilson), day by day.",
            rows * (_ABOVE + body + below),
            "Areas are stacked by the ending of the first break. Small numbers under the days: histories "
            "still unbroken." + some_of(shown, there),
        )
        step = (sheet.width - 0.1) / columns
        for k, point in enumerate(shown):
            row, column = divmod(k, columns)
            top = _ABOVE + row * (_ABOVE + body + below)
            axes = sheet.panel(left + column * step, top, step - left - right, body)
            told = _draw(axes, good[good["point"] == point], highest, zero)
            begin = left_edge(axes) if is_for_phone() else 0.0  # a phone has room for names from its edge
            up = 4 if is_for_phone() else 0  # points clear of the numbers at the axis
            axes.set_title(told, x=begin, fontweight="normal", fontsize=SIZE_SMALL, pad=5 + up)
            name = axes.annotate(
                labels[point], (begin, 1), xytext=(0, 17 + up), xycoords="axes fraction",
                textcoords="offset points", fontsize=SIZE_TEXT, fontweight="bold", annotation_clip=False,
            )  # fmt: skip
            fit_width(name, step - (0.1 if is_for_phone() else left) - 0.05, SIZE_SMALL)
            axes.set_ylabel("has broken")
    return sheet.figure


def _draw(axes: Axes, runs: pd.DataFrame, highest: float, day_zero: str | None) -> str:
    """Draw the curve of one point; the share that broke, in words."""
    shares, low, high = broken_by_day(runs)
    days = shares.index.to_numpy()
    below = np.zeros(len(days))
    ends = []
    for ending in NAMES:
        look, above = ENDINGS[ending], below + shares[ending].to_numpy()
        if above[-1] > below[-1]:
            lines = "white" if lightness(look.colour) < 56 else FAINT
            axes.fill_between(
                days, below, above, step="post", facecolor=look.colour, hatch=look.hatch, edgecolor=lines,
                linewidth=0, label=ending,
            )  # fmt: skip
            words = f"{ending} {percent(float(above[-1] - below[-1]))}"
            ends.append((float(days[-1]), (below[-1] + above[-1]) / 2, words, ink_of(look.colour)))
        below = above
    axes.step(days, below, where="post", color=INK, linewidth=1.4, label="broken")
    for bound, name in ((low, "low"), (high, "high")):
        # a white line in a dark casing shows on every area, and on none
        axes.step(days, bound, where="post", color=INK, linewidth=2.2, label=f"{name} casing")
        axes.step(days, bound, where="post", color="white", linewidth=1.1, linestyle=(0, (3, 2)), label=name)
    axes.set_xlim(0, max(1, int(days[-1])))
    percent_axis(axes, top=highest)
    label_days(axes, day_ticks(max(1, int(days[-1])), 3 if is_for_phone() else 6), day_zero, pad=1)
    _count_unbroken(axes, below, len(runs), 36 + (72 * DATES if day_zero else 0))
    end_labels(axes, ends, SIZE_SMALL)
    return f"{share_words(float(below[-1]), float(low[-1]), float(high[-1]))} broke"


def _count_unbroken(axes: Axes, broken: Numbers, n: int, down: float) -> None:
    """Under each labelled day, so many points `down`, the number of histories still unbroken."""
    told = [
        (float(day), f"{round(n * (1 - broken[int(day)])):,}", 0, "center")
        for day in axes.get_xticks()
        if 0 <= day < len(broken)
    ]
    for day, words, right, side in [*told, (0.0, "unbroken", -13, "right")]:
        axes.annotate(
            words, (day, 0), xytext=(right, -down), textcoords="offset points", ha=side,
            annotation_clip=False, xycoords=axes.get_xaxis_transform(), fontsize=SIZE_SMALL, color=FAINT,
            label="unbroken",
        )  # fmt: skip
