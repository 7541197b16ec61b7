"""Sobol' indices: the share of the variance that each factor makes alone, and with all its interactions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.figures.deciding import LUCK, names_of, outcome_words, rows_of
from sim.report.figures.fit import Unfit
from sim.report.figures.rows import height, row_panels, zero_line
from sim.report.figures.sheet import Sheet, percent_axis
from sim.report.style import FAINT, INK, SIZE_SMALL, house_style, is_for_phone
from sim.study.sensitivity.table import SEED_KEY
from sim.study.sensitivity.words import evidence, luck_words

_THICK, _PHONE_THICK = 0.34, 0.26  # of a bar, in rows
_PHONE_TALL = 1.3  # of a row with two bars under its name
_CAPTION = (
    "Shares of the variance of the mean outcome of a point. Dark: S1, the factor alone; pale: ST, with all "
    "its interactions, including those with luck, so that ST add up to more than 100 %. S1 is an estimate "
    "and may fall below 0."
)


def sobol(sensitivity: pd.DataFrame, outcome: str | None = None) -> Figure:
    """Draw two bars per factor with their intervals: S1, alone, and ST, with all interactions.

    `sensitivity`: the table of it; `outcome` as in `deciding.rows_of`. Raises Unfit as there, and for an
    outcome that is the same in all histories.
    """
    rows = rows_of(sensitivity, "sobol", "saltelli", outcome)
    if rows["st"].isna().any():
        raise Unfit(f"sobol: needs an outcome that varies; {outcome_words(rows)} does not")
    is_luck = (rows["factor"] == SEED_KEY).to_numpy()
    with house_style():
        sheet = Sheet(
            f"Which factors decide {outcome_words(rows)}",
            f"{evidence(rows)}. Lines: 95 % intervals (bootstrap over base samples).",
            height(len(rows), tall=_PHONE_TALL),
            f"{_CAPTION} {luck_words(rows)}",
        )
        (axes,) = row_panels(sheet, names_of(rows), ["Share of the variance"], tall=_PHONE_TALL)
        high = rows[["s1_high", "st_high"]].to_numpy(float)
        low = rows["s1_low"].to_numpy(float)
        percent_axis(axes, "x")
        room = 1.36 if is_for_phone() else 1.12  # for the numbers at the ends of the bars
        axes.set_xlim(min(0.0, 1.05 * low.min()), max(0.1, room * high.max()))
        zero_line(axes)
        thick = _PHONE_THICK if is_for_phone() else _THICK
        _bars(axes, rows, "st", -thick / 2, is_luck, 0.35)
        _bars(axes, rows, "s1", thick / 2, is_luck, 1.0)
    return sheet.figure


def _bars(axes: Axes, rows: pd.DataFrame, name: str, shift: float, is_luck: np.ndarray, alpha: float) -> None:
    """One bar per factor, with its interval and its number."""
    y = np.arange(len(rows)) + shift
    middle, low, high = (rows[f"{name}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
    for colour, mine, whose in ((FAINT, ~is_luck, ""), (LUCK.colour, is_luck, " of luck")):
        axes.barh(
            y[mine],
            middle[mine],
            abs(2 * shift),
            color=colour,
            alpha=alpha,
            linewidth=0,
            label=f"{name}{whose}",
        )
    axes.hlines(y, low, high, color=INK, linewidth=1.0, label=f"{name} interval")
    for at, share, end in zip(y, middle, high, strict=True):
        axes.annotate(
            f"{name.upper()} {100 * share:.0f} %", (max(end, 0.0), at), xytext=(4, 0), va="center",
            textcoords="offset points", fontsize=SIZE_SMALL, color=INK, annotation_clip=False,
        )  # fmt: skip
