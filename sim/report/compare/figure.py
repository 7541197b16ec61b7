"""One figure of two results: two histories over the days, or the differences between two studies."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter

from sim.report.compare.histories import parting
from sim.report.compare.studies import differences_between
from sim.report.figures.harms import harms
from sim.report.figures.sheet import Sheet
from sim.report.history import breaks_of
from sim.report.judged import bars_of, rules_of
from sim.report.labels import day_ticks, end_labels
from sim.report.source import Source
from sim.report.style import BLUE, FAINT, INK, PALE, SIZE_SMALL, VERMILLION, house_style, ink_of
from sim.report.words import number_words, percent

_ROWS = (
    ("feud", "Feud: weighted breaches", "weight"),
    ("passage", "Free passage", "share"),
    ("departed_loyalist", "Loyalists who have left", "residents"),
    ("dead", "Dead residents since day 0", "residents"),
)
_LEFT, _WIDTH, _BODY, _STEP = 0.85, 7.4, 0.95, 1.5
_LOOKS = ((BLUE, "-"), (VERMILLION, (0, (4, 1.5))))


def compare_figure(one: Source, other: Source) -> Figure:
    """Draw two runs, or two studies, side by side. InputError for studies without a common point."""
    if one.what == "study":
        points = other.tables["points"]
        table = differences_between(one, other)
        both = points[points["point"].isin(set(table["point"]))].copy()
        both.attrs = points.attrs
        return harms(both, table.assign(base=int(both["point"].iloc[0])), f"{one.folder.name}")
    return _histories(one, other)


def _histories(one: Source, other: Source) -> Figure:
    part = parting(one.tables["events"], other.tables["events"])
    names = [source.folder.name for source in (one, other)]
    names = names if names[0] != names[1] else ["first", "second"]
    said = f"The logs part on day {part.day}." if part else "The logs are the same."
    with house_style():
        sheet = Sheet(
            "Two histories side by side",
            f"{names[0]} (solid) and {names[1]} (dashed). {said} Possible histories, not forecasts.",
            _STEP * len(_ROWS) + 0.3,
            "Grey line: the first event that differs. Vertical coloured lines: the truce broke. "
            "Horizontal dashed grey lines: what the truce is judged by.",
        )
        last = max(int(source.tables["daily"]["day"].iloc[-1]) for source in (one, other))
        for k, (column, heading, unit) in enumerate(_ROWS):
            axes = sheet.panel(_LEFT, 0.25 + k * _STEP, _WIDTH, _BODY, heading)
            axes.set_xlim(0, max(1, last))
            axes.set_xticks(day_ticks(max(1, last), 12))
            axes.set_ylabel(unit)
            rules = [rules_of(source.tables.get("scenario")) for source in (one, other)]
            bars = list(dict.fromkeys(bar for each in rules for bar in bars_of(column, each)))
            _draw(axes, [source.tables["daily"] for source in (one, other)], column, names, bars)
            for source, (colour, _) in zip((one, other), _LOOKS, strict=True):
                for broken in breaks_of(source.tables["daily"], source.tables["row"]):
                    axes.axvline(broken.day, color=colour, linewidth=0.8, label="break")
            if part:
                axes.axvline(part.day, color=FAINT, linewidth=1.2, linestyle=(0, (1, 1.5)), label="parting")
        axes.set_xlabel("day (0 is the start)")
    return sheet.figure


def _draw(
    axes: Axes, tables: list[pd.DataFrame], column: str, names: list[str], bars: list[tuple[float, str]]
) -> None:
    """A column of both, named at its end with its last value, and the thresholds by which it is judged."""
    ends, top = [], max((bar for bar, _ in bars), default=0.0)
    words = percent if column == "passage" else number_words
    for daily, name, (colour, line) in zip(tables, names, _LOOKS, strict=True):
        axes.plot(daily["day"], daily[column], color=colour, linestyle=line, linewidth=1.4, label=column)
        top = max(top, float(daily[column].max()))
        last = float(daily[column].iloc[-1])
        ends.append((float(daily["day"].iloc[-1]), last, f"{name[:18]} {words(last)}", ink_of(colour)))
    for bar, says in bars:
        axes.axhline(bar, color=FAINT, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.8, label="bar")
        ends.append((axes.get_xlim()[1], bar, says, FAINT))
    axes.set_ylim(0, 1.08 * top or 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.yaxis.set_major_formatter(
        PercentFormatter(1.0, decimals=0, symbol=" %")
        if column == "passage"
        else StrMethodFormatter("{x:,g}")
    )
    axes.grid(True, axis="y", color=PALE, linewidth=0.6)
    axes.tick_params(colors=INK)
    end_labels(axes, ends, SIZE_SMALL)
