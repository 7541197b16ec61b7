"""Points compared: how often the truce broke at each, and its difference from the base, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.figures.fit import Unfit, keep_filled
from sim.report.figures.points import labels_of, some_of, space_evenly
from sim.report.figures.rows import MOST_ROWS, Dots, draw_dots, guides, height, row_panels, zero_line
from sim.report.figures.sheet import Sheet, histories, percent_axis, share_words
from sim.report.style import BLACK, BLUE, VERMILLION, Look, house_style
from sim.report.words import with_range


def comparison(points: pd.DataFrame, differences: pd.DataFrame) -> Figure:
    """Draw a row per point, at most forty: probability of a break, and its difference to the point's base.

    From the tables of points and differences. Raises Unfit for fewer than two points with a good run, or
    without differences.
    """
    good = keep_filled(points, "comparison")
    if len(good) < 2:
        raise Unfit(
            "comparison: needs two points or more; give a sweep, e.g. events.kidnapping.base=0.01,0.02"
        )
    if differences.empty:
        raise Unfit("comparison: needs points that have a base; those of a sensitivity design have none")
    there = [int(point) for point in good["point"]]
    shown = space_evenly(there, MOST_ROWS)
    table = good.set_index("point").loc[shown]
    mine = differences[differences["outcome"] == "broke"].set_index("point").reindex(shown)
    labels = labels_of(points)
    bases = sorted({int(base) for base in mine["base"].dropna()})
    paired = mine["method"].dropna().str.startswith("paired").any()
    with house_style():
        base = labels[bases[0]] if len(bases) == 1 else "the point marked base with the same other settings"
        how = "the same luck at every point, run by run" if paired else "separate luck at every point"
        sheet = Sheet(
            "How often the truce breaks at each point, and the difference from the base",
            f"{histories(good)}. Lines: 95 % intervals (Wilson; differences: {_method(mine)}).",
            height(len(shown), 2),
            f"Differences from {base}, in percentage points, {how}. "
            "An interval that crosses the line at 0 leaves open whether the point differs from its base."
            + some_of(shown, there),
        )
        left, right = row_panels(
            sheet, [labels[p] for p in shown], ["Truce broke within the run", "Difference from the base"]
        )
        percent_axis(left, "x")
        shares = [
            share_words(*each)
            for each in zip(table["p_break"], table["p_break_low"], table["p_break_high"], strict=True)
        ]
        columns = ["p_break", "p_break_low", "p_break_high"]
        draw_dots(left, Dots.of(table[columns], shares), Look(BLACK), "broke")
        reach = 100 * float(np.nanmax(np.abs(mine[["low", "high"]].to_numpy(float)), initial=0.05)) * 1.15
        right.set_xlim(-reach, reach)
        right.xaxis.set_major_locator(MaxNLocator(5))
        right.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:+g}" if x else "0"))
        right.set_xlabel("percentage points")
        guides(right)
        zero_line(right)
        _draw_differences(right, mine)
    return sheet.figure


def _draw_differences(axes: Axes, mine: pd.DataFrame) -> None:
    """More breaks in one colour and marker, fewer in another, grey-safe by the marker."""
    values = 100 * mine[["difference", "low", "high"]].to_numpy(float)
    words = ["base" if np.isnan(d) else with_range(d, low, high) for d, low, high in values]
    for name, look, is_mine in (
        ("more breaks", Look(VERMILLION, "^"), values[:, 0] > 0),
        ("fewer breaks", Look(BLUE, "v"), values[:, 0] < 0),
        ("no difference", Look(BLACK, "o"), values[:, 0] == 0),
    ):
        if is_mine.any():
            chosen = np.where(is_mine[:, None], values, np.nan)
            draw_dots(axes, Dots.of(chosen, words), look, name)
    for y, value in enumerate(values[:, 0]):
        if np.isnan(value):
            axes.text(0, y, " base", va="center", fontsize=8)


def _method(mine: pd.DataFrame) -> str:
    found = sorted(set(mine["method"].dropna()))
    return found[0] if found else "none"
