"""The response to one factor of numbers: how the probability of a break moves with it."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from sim.report.figures.fit import Unfit, keep_filled
from sim.report.figures.points import factors_of, is_numeric
from sim.report.figures.sheet import Sheet, fitting_top, histories, percent_axis
from sim.report.names import axis_words, key_words, value_words
from sim.report.style import BLACK, FAINT, INK, SIZE_SMALL, house_style, is_for_phone

_LEFT, _WIDTH, _BODY = 0.85, 8.6, 3.4


def response(points: pd.DataFrame) -> Figure:
    """Draw the probability of a break against the one factor, with Wilson's interval at each value.

    `points`: the points table of a study. Raises Unfit unless it has one factor of numbers, with two values
    or more.
    """
    good = keep_filled(points, "response")
    factors = factors_of(points)
    if len(factors) != 1 or not is_numeric(points[factors[0]]) or len(good) < 2:
        told = ", ".join(factors) if factors else "nothing"
        raise Unfit(
            f"response: needs one factor of numbers with two values or more; this study varies {told}"
        )
    key = factors[0]
    table = good.sort_values(key)
    x = table[key].astype(float)
    with house_style():
        sheet = Sheet(
            f"How the probability of a break moves with the {key_words(key)}",
            f"{histories(good)}. Band and bars: 95 % intervals (Wilson), value by value.",
            _BODY + 0.65,
            "Straight lines join the values that were run; nothing is smoothed between them.",
        )
        left, width = (0.75, sheet.width - 1.2) if is_for_phone() else (_LEFT, _WIDTH)
        axes = sheet.panel(left, 0.1, width, _BODY)
        is_wide = x.min() > 0 and x.max() / x.min() >= 20
        if is_wide:
            axes.set_xscale("log")
        axes.fill_between(
            x, table["p_break_low"], table["p_break_high"], color="#CFCFCF", linewidth=0, label="interval"
        )
        axes.vlines(x, table["p_break_low"], table["p_break_high"], color=FAINT, linewidth=1.2)
        axes.plot(x, table["p_break"], "o-", color=BLACK, linewidth=1.6, markersize=5, label="broke")
        percent_axis(axes, top=fitting_top(table["p_break_high"]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: value_words(float(value))))
        axes.xaxis.set_minor_formatter(NullFormatter())
        few = len(x) <= (5 if is_for_phone() else 12)
        if few:
            axes.xaxis.set_major_locator(FixedLocator(x.tolist()))
            axes.xaxis.set_minor_locator(NullLocator())
            for at, share in zip(x, table["p_break"], strict=True):
                axes.annotate(
                    f"{100 * share:.0f} %", (at, share), xytext=(6, -4 if share > 0.9 else 5),
                    textcoords="offset points", va="top" if share > 0.9 else "bottom",
                    fontsize=SIZE_SMALL, color=INK,
                )  # fmt: skip
        axes.set_xlabel(f"{axis_words(key)}{', log scale' if is_wide else ''}")
        axes.set_ylabel("truce broke within the run")
        axes.margins(x=0.04)
    return sheet.figure
