"""A fan: how one daily column spreads over the histories of a point, day by day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.errors import InputError, closest
from sim.records.columns import DAILY_COLUMNS
from sim.report.dates import DATES, DAY_ZERO, label_days
from sim.report.figures.points import labels_of, some_of, space_evenly
from sim.report.figures.sheet import Sheet, histories
from sim.report.judged import bars_of, rules_of
from sim.report.labels import day_ticks, end_labels, fit_width, left_edge
from sim.report.style import BLUE, INK, PALE, SIZE_SMALL, house_style, ink_of, is_for_phone

MOST_PANELS = 12
COLUMNS = {column.name: column for column in DAILY_COLUMNS if column.name != "day"}
_LEFT, _RIGHT, _BODY, _BELOW, _ABOVE = 0.78, 1.5, 1.7, 0.55, 0.3


def fan(bands: pd.DataFrame, points: pd.DataFrame, *, column: str = "fear_loyalist") -> Figure:
    """Draw a panel per point, at most twelve, from the bands by day and the table of points.

    `column`: one of the daily table; InputError for an unknown one. Where the points are marked with the
    rules of the truce, the bar is drawn by which a column is judged.
    """
    if column not in COLUMNS:
        raise InputError(f"fan: no daily column is named {column!r}; {closest(column, COLUMNS)}")
    there = [int(point) for point in bands["point"].unique()]
    shown = space_evenly(there, MOST_PANELS)
    labels = labels_of(points)
    unit, meaning = COLUMNS[column].unit, COLUMNS[column].meaning
    held = bands[bands["point"].isin(shown)]
    known = held.loc[held["statistic"] != "mean", column].to_numpy(float)
    bars = bars_of(column, rules_of(points.attrs))
    top = float(np.nanmax(known, initial=max([0.0, *(bar for bar, _ in bars)]))) * 1.06 or 1.0
    with house_style():
        columns = 1 if len(shown) == 1 or is_for_phone() else 2
        left, right = (0.62, 0.92) if is_for_phone() else (_LEFT, _RIGHT)
        rows = -(-len(shown) // columns)
        zero = points.attrs.get(DAY_ZERO)
        below = _BELOW + (DATES if zero else 0.0)
        body = _BODY if columns > 1 or is_for_phone() else 2.9
        sheet = Sheet(
            f"{_upper(meaning.partition('; nan if')[0])}: spread over histories",
            f"{histories(points[points['n'] > 0])}. Line: median; dark: middle 50 %, "
            "pale: middle 95 % of histories.",
            rows * (_ABOVE + body + below),
            "Each day by itself: no single history runs along a line. "
            "The areas are spreads between histories, not intervals of an estimate." + some_of(shown, there),
        )
        step = (sheet.width - 0.1) / columns
        for k, point in enumerate(shown):
            row, place = divmod(k, columns)
            axes = sheet.panel(
                left + place * step, _ABOVE + row * (_ABOVE + body + below), step - left - right, body,
            )  # fmt: skip
            begin = left_edge(axes) if is_for_phone() else 0.0  # a phone has room for names from its edge
            room = step - (0.1 if is_for_phone() else left) - 0.05
            fit_width(axes.set_title(labels[point], x=begin), room, SIZE_SMALL)
            axes.set_ylim(0, top)
            axes.set_ylabel({"0..1": "share", "0/1/2": "state"}.get(unit, unit))
            mine = held[held["point"] == point]
            _draw(axes, mine.pivot(index="day", columns="statistic", values=column), bars)
            label_days(
                axes, day_ticks(max(1, int(mine["day"].max())), 3 if is_for_phone() else 6), zero, pad=1
            )
    return sheet.figure


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _draw(axes: Axes, table: pd.DataFrame, bars: Sequence[tuple[float, str]]) -> None:
    days = table.index.to_numpy()
    axes.fill_between(days, table["q025"], table["q975"], color="#CFE3F1", linewidth=0, label="95 %")
    axes.fill_between(days, table["q25"], table["q75"], color="#7DB4DA", linewidth=0, label="50 %")
    axes.plot(days, table["q50"], color=BLUE, linewidth=1.8, label="median")
    axes.set_xlim(0, max(1, int(days[-1])))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.grid(True, axis="y", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
    last = table.iloc[-1]
    upper, lower = ("97.5 %:", "2.5 %:") if is_for_phone() else ("97.5th percentile:", "2.5th percentile:")
    wanted = {"q975": upper, "q50": "median:", "q025": lower}
    ends = [
        (float(days[-1]), float(last[q]), f"{words} {_number(float(last[q]))}", ink_of(BLUE))
        for q, words in wanted.items()
        if last[q] == last[q]
    ]
    for bar, words in bars:
        axes.axhline(bar, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), label=words)
        ends.append((float(days[-1]), bar, words, INK))
    end_labels(axes, ends, SIZE_SMALL)


def _number(value: float) -> str:
    return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
