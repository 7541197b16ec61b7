"""Probability that the truce has broken by each day, stacked by the ending of the first break.

All histories of a point run to one horizon, so nothing is censored before it and the share of histories that
have broken is the Kaplan-Meier estimate; its interval by day is Wilson's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.report.figures.fit import Unfit, good_runs
from sim.report.figures.points import labels_of, spaced
from sim.report.figures.sheet import Sheet, histories, percent_axis
from sim.report.labels import end_labels
from sim.report.style import ENDINGS, FAINT, INK, SIZE_SMALL, house_style, ink_of, lightness
from sim.report.words import percent
from sim.study.intervals import wilson
from sim.truce import ENDINGS as NAMES

MOST_PANELS = 12
_LEFT, _RIGHT, _GAP, _BODY, _BELOW, _ABOVE = 0.72, 1.25, 0.45, 1.9, 0.72, 0.3
Numbers = NDArray[np.float64]


def broken_by_day(runs: pd.DataFrame) -> tuple[pd.DataFrame, Numbers, Numbers]:
    """Share of these histories that have broken by each day from 0 on, by ending; low and high of the total.

    Wilson's 95 % interval on each day. Unfit if the histories do not share one horizon.
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
    """Draw a panel a point, at most twelve, from the run rows and the table of points."""
    good = good_runs(runs, "break_curve")
    labels = labels_of(points)
    there = [int(point) for point in points.loc[points["n"] > 0, "point"]]
    shown = spaced(there, MOST_PANELS)
    with house_style():
        columns = 1 if len(shown) == 1 else 2 if len(shown) <= 4 else 3
        rows = -(-len(shown) // columns)
        body = 2.9 if columns == 1 else _BODY
        some = (
            f" {len(shown)} of {len(there)} points are shown, evenly spaced."
            if len(shown) < len(there)
            else ""
        )
        sheet = Sheet(
            "How likely the truce has broken, by day and by what ended it",
            f"{histories(points[points['n'] > 0])}. Line: share that has broken; "
            "lines around it: 95 % interval (Wilson), day by day.",
            rows * (_ABOVE + body + _BELOW),
            "Areas are stacked by the ending of the first break. Numbers under the days: histories still unbroken."
            + some,
        )
        width = (sheet.width - _LEFT - _RIGHT - (columns - 1) * (_GAP + _LEFT / 2)) / columns
        for k, point in enumerate(shown):
            row, column = divmod(k, columns)
            left = _LEFT + column * (width + _GAP + _LEFT / 2)
            top = _ABOVE + row * (_ABOVE + body + _BELOW)
            axes = sheet.panel(
                left, top, width, body, labels[point] if labels[point] != "all histories" else ""
            )
            is_last = k == len(shown) - 1 or column == columns - 1
            _draw(axes, good[good["point"] == point], named=is_last)
            if column == 0:
                axes.set_ylabel("has broken")
            axes.set_xlabel("day", labelpad=1)
    return sheet.figure


def _draw(axes: Axes, runs: pd.DataFrame, named: bool) -> None:
    shares, low, high = broken_by_day(runs)
    days = shares.index.to_numpy()
    below = np.zeros(len(days))
    ends = []
    for ending in NAMES:
        look, above = ENDINGS[ending], below + shares[ending].to_numpy()
        if above[-1] > below[-1]:
            dark = lightness(look.colour) < 56
            axes.fill_between(
                days, below, above, step="post", facecolor=look.colour, hatch=look.hatch,
                edgecolor="white" if dark else FAINT, linewidth=0, label=ending,
            )  # fmt: skip
            share = percent(float(above[-1] - below[-1]))
            ends.append(
                (float(days[-1]), (below[-1] + above[-1]) / 2, f"{ending} {share}", ink_of(look.colour))
            )
        below = above
    axes.step(days, below, where="post", color=INK, linewidth=1.4, label="broken")
    for bound, name in ((low, "low"), (high, "high")):
        axes.step(days, bound, where="post", color=INK, linewidth=0.8, linestyle=(0, (3, 2)), label=name)
    axes.set_xlim(0, max(1, int(days[-1])))
    percent_axis(axes)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 3, 5, 6, 10]))
    _count_unbroken(axes, below, len(runs))
    if named or len(ends) > 1:
        end_labels(axes, ends, SIZE_SMALL)


def _count_unbroken(axes: Axes, broken: Numbers, n: int) -> None:
    """Under each labelled day, the number of histories still unbroken."""
    last = len(broken) - 1
    for day in axes.get_xticks():
        if 0 <= day <= last:
            axes.annotate(
                f"{round(n * (1 - broken[int(day)])):,}", (day, 0), xytext=(0, -35), textcoords="offset points",
                xycoords=axes.get_xaxis_transform(), ha="center", fontsize=SIZE_SMALL - 1, color=FAINT,
                annotation_clip=False, label="unbroken",
            )  # fmt: skip
