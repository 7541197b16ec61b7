"""The quarters of one city as small multiples: fear, anger and departures over time. A scheme, no map."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.report.figures.fit import Unfit
from sim.report.figures.points import spaced
from sim.report.figures.sheet import Sheet
from sim.report.labels import day_ticks, end_labels
from sim.report.style import BLACK, BLUE, FAINT, PALE, SIZE_SMALL, VERMILLION, house_style, ink_of
from sim.report.words import counted

MOST_PANELS, COLUMNS = 24, 4
_LEFT, _FEEL, _LEAVE, _ABOVE, _BELOW = 0.78, 0.95, 0.42, 0.3, 0.42


def departures_by_week(events: pd.DataFrame, quarter: int) -> pd.Series:
    """People who left a quarter, by the first day of each week of the run."""
    mine = events[
        (events["kind"] == "departure") & (events["quarter"] == quarter) & (events["cause"] != "lapsed")
    ]
    return mine["people"].groupby(mine["day"] // 7 * 7).sum()


def quarters(quarters: pd.DataFrame, events: pd.DataFrame) -> Figure:
    """Draw a small panel a quarter, in the order of numbers, from the weekly table and the event log."""
    if quarters.empty:
        raise Unfit("quarters: needs feelings by quarter; run with records that keep them")
    there = sorted(int(q) for q in quarters["quarter"].unique())
    shown = spaced(there, MOST_PANELS)
    last = int(quarters["day"].max())
    left = {q: departures_by_week(events, q) for q in shown}
    most = max([1, *(int(weeks.max()) for weeks in left.values() if len(weeks))])
    top = max(0.2, 1.08 * float(quarters[["fear", "anger"]].max().max()))
    with house_style():
        rows = -(-len(shown) // COLUMNS)
        block = _ABOVE + _FEEL + 0.1 + _LEAVE + _BELOW
        some = f" {len(shown)} of {len(there)} quarters are shown." if len(shown) < len(there) else ""
        sheet = Sheet(
            "The quarters: fear, anger and departures",
            f"One history of {counted(last, 'day')}, {counted(len(there), 'quarter')}; once a week. "
            "One possible history, not a forecast; no interval.",
            rows * block,
            "A scheme: quarters are numbered, and their places here stand for no geography. Lines: mean of "
            "those present whose home is there. Bars: residents who left, week by week; one scale "
            "for all panels." + some,
        )
        step = (sheet.width - 0.85) / COLUMNS
        for k, quarter in enumerate(shown):
            row, column = divmod(k, COLUMNS)
            x, y, width = _LEFT + column * step, row * block + _ABOVE, step - 0.5
            table = quarters[quarters["quarter"] == quarter].sort_values("day")
            feel = sheet.panel(x, y, width, _FEEL, f"quarter {quarter}")
            leave = sheet.panel(x, y + _FEEL + 0.1, width, _LEAVE)
            _feelings(feel, table, top, named=column == COLUMNS - 1 or k == len(shown) - 1)
            leave.bar(
                left[quarter].index + 3.5, left[quarter], width=6, color=BLACK, linewidth=0, label="left"
            )
            leave.set_ylim(0, most * 1.3)
            total = int(left[quarter].sum())
            leave.text(
                0.01, 0.98, f"{total:,} left", transform=leave.transAxes, va="top", fontsize=SIZE_SMALL - 1
            )
            for axes in (feel, leave):
                axes.set_xlim(0, max(1, last))
                axes.set_xticks(day_ticks(max(1, last), 3))
                axes.yaxis.set_major_locator(MaxNLocator(2))
                axes.grid(True, axis="y", color=PALE, linewidth=0.6)
                axes.set_axisbelow(True)
                if column:
                    axes.tick_params(labelleft=False)
            feel.tick_params(labelbottom=False)
            if column == 0:
                feel.set_ylabel("mean, 0 to 1", fontsize=SIZE_SMALL)
                leave.set_ylabel("a week", fontsize=SIZE_SMALL)
            if k + COLUMNS >= len(shown):
                leave.set_xlabel("day", labelpad=1)
    return sheet.figure


def _feelings(axes: Axes, table: pd.DataFrame, top: float, named: bool) -> None:
    ends = []
    for name, colour, line in (("fear", BLUE, "-"), ("anger", VERMILLION, (0, (3, 1.5)))):
        axes.plot(table["day"], table[name], color=colour, linestyle=line, linewidth=1.5, label=name)
        known = table.dropna(subset=[name])
        if len(known):
            ends.append((float(known["day"].iloc[-1]), float(known[name].iloc[-1]), name, ink_of(colour)))
    axes.set_ylim(0, top)
    axes.axhline(0, color=FAINT, linewidth=0.4)
    if named:
        end_labels(axes, ends, SIZE_SMALL)
