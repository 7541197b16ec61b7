"""Spells of truce: how many a history has, how long they last, and how much of the time is under truce."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.report.figures.fit import good_runs
from sim.report.figures.points import labels_of, some_of, space_evenly
from sim.report.figures.rows import MOST_ROWS, Dots, draw_dots, guides, height, row_panels
from sim.report.figures.sheet import Sheet, histories, percent_axis
from sim.report.style import BLACK, BLUE, INK, SIZE_SMALL, Look, house_style, is_for_phone, lightness

LEAST_NAMED = 0.25  # share of a bar from which its number fits into it
GREYS = ("#E6E6E6", "#B8B8B8", "#7D7D7D", "#333333")  # 1, 2, 3, 4 or more


def shares_of_spells(runs: pd.DataFrame) -> list[float]:
    """Share of histories (run rows) with 1, 2, 3, and 4 or more spells."""
    n = runs["spells"].clip(1, len(GREYS))
    return [float((n == k + 1).mean()) for k in range(len(GREYS))]


def spells(runs: pd.DataFrame, points: pd.DataFrame) -> Figure:
    """Draw a row per point, at most forty, from the run rows and the table of points.

    Raises Unfit if no run succeeded.
    """
    good = good_runs(runs, "spells")
    filled = points[points["n"] > 0]
    there = [int(point) for point in filled["point"]]
    shown = space_evenly(there, MOST_ROWS)
    labels = labels_of(points)
    by_point = [good[good["point"] == point] for point in shown]
    with house_style():
        sheet = Sheet(
            "Spells of truce: how many, how long, how much of the time",
            f"{histories(filled)}. Dots: median history; lines: the middle half of histories.",
            height(len(shown), 3),
            "A spell is a truce from its start, or from its forming again, to its break. The last one is cut "
            "by the horizon, so real lengths are longer. Lines are spreads between histories, not intervals "
            "of an estimate." + some_of(shown, there),
        )
        headings = ["How many spells", "Mean spell of a history", "Time under truce"]
        count, length, share = row_panels(sheet, [labels[p] for p in shown], headings)
        _stack(count, by_point)
        count.set_xlabel("share of histories; darker: more spells")
        percent_axis(share, "x")
        days = _spread(by_point, "mean_spell_days", "{:.0f} days")
        length.set_xlim(0, float(good["days"].max()) * 1.02 or 1.0)
        length.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        length.set_xlabel("days")
        guides(length)
        draw_dots(length, days, Look(BLUE), "spell")
        draw_dots(share, _spread(by_point, "truce_share", "{:.0%}"), Look(BLACK, "s"), "under truce")
    return sheet.figure


def _stack(axes: Axes, by_point: list[pd.DataFrame]) -> None:
    percent_axis(axes, "x")
    for row, runs in enumerate(by_point):
        left = 0.0
        for k, (share, grey) in enumerate(zip(shares_of_spells(runs), GREYS, strict=True)):
            axes.barh(
                row,
                share,
                left=left,
                height=0.42 if is_for_phone() else 0.62,
                color=grey,
                linewidth=0,
                label=f"{k + 1} spells",
            )
            if share >= LEAST_NAMED:
                ink = "white" if lightness(grey) < 56 else INK
                number = f"{k + 1}{'+' if k == len(GREYS) - 1 else ''}"
                axes.text(
                    left + share / 2, row, f"{number}: {100 * share:.0f} %", ha="center", va="center",
                    fontsize=SIZE_SMALL, color=ink,
                )  # fmt: skip
            left += share


def _spread(by_point: list[pd.DataFrame], column: str, words: str) -> Dots:
    """Median and quartiles over the histories of each point."""
    found = [np.nanquantile(runs[column].to_numpy(float), (0.5, 0.25, 0.75)) for runs in by_point]
    table = np.array(found)
    return Dots.of(table, [words.format(value).replace("%", " %") for value in table[:, 0]])
