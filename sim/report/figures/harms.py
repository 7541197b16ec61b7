"""What holds a truce and what it costs: probability of a break beside deaths, departures and sieges."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.report.figures.fit import filled
from sim.report.figures.points import labels_of, some_of, spaced
from sim.report.figures.rows import MOST_ROWS, Dots, draw_dots, guides, height, row_panels
from sim.report.figures.sheet import Sheet, histories, percent_axis
from sim.report.style import BLACK, BLUE, SKY, Look, house_style
from sim.stats.intervals import mean_half_width

HARMS = (
    ("deaths", "Residents who died", Look(BLACK, "x")),
    ("departed", "Residents who left", Look(BLUE, "D")),
    ("sieges", "Sieges", Look(SKY, "s")),
)


def mean_interval(points: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of an outcome at each point, and its 95 % t interval, from mean, standard deviation and number."""
    middle = points[f"{name}_mean"].to_numpy(float)
    half = mean_half_width(points[f"{name}_sd"].to_numpy(float), points["n"].to_numpy(float))
    return middle, middle - half, middle + half


def harms(points: pd.DataFrame) -> Figure:
    """Draw a row a point, at most forty, from the table of points."""
    good = filled(points, "harms")
    there = [int(point) for point in good["point"]]
    shown = spaced(there, MOST_ROWS)
    table = good.set_index("point").loc[shown]
    labels = labels_of(points)
    with house_style():
        sheet = Sheet(
            "How often the truce breaks, and what each point costs those inside",
            f"{histories(good)}. Means a history; lines: 95 % intervals (Wilson for the share, t for means).",
            height(len(shown)),
            "A measure that holds the truce and costs more lives is not one to want: read each row across."
            + some_of(shown, there),
        )
        headings = ["Truce broke", *(heading for _, heading, _ in HARMS)]
        broke, *others = row_panels(sheet, [labels[p] for p in shown], headings)
        percent_axis(broke, "x")
        shares = [f"{100 * share:.0f} %" for share in table["p_break"]]
        columns = ["p_break", "p_break_low", "p_break_high"]
        draw_dots(broke, Dots.of(table[columns], shares), Look(BLACK), "broke")
        for axes, (name, _, look) in zip(others, HARMS, strict=True):
            middle, low, high = mean_interval(table, name)
            top = float(np.nanmax(np.concatenate([middle, high]), initial=0.0))
            axes.set_xlim(0, 1.15 * top or 1.0)
            axes.xaxis.set_major_locator(MaxNLocator(3))
            axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
            axes.set_xlabel("mean a history")
            guides(axes)
            words = [f"{value:,.0f}" if value >= 10 else f"{value:.2g}" for value in middle]
            draw_dots(axes, Dots(middle, np.maximum(low, 0), high, words), look, name)
    return sheet.figure
