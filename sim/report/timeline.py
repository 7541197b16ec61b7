"""The timeline: one history on one page. Did the truce break, when, by which ending, and what led to it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator

from sim.report.bands import draw_band_key, draw_break_notes, draw_posture, draw_truce
from sim.report.causes import causes_of, nearest_to_a_break
from sim.report.curves import draw_departed, draw_feelings, draw_loss
from sim.report.dates import axis_words, day_label
from sim.report.files import save_figure
from sim.report.history import Break, breaking_chain, breaks_of
from sim.report.judged import draw_feud, draw_passage, rules_of
from sim.report.labels import day_ticks
from sim.report.marks import draw_events
from sim.report.placing import placed_marks, rows_of
from sim.report.style import FAINT, INK, SIZE_SMALL, SIZE_TEXT, SIZE_TITLE, WIDTH_INCHES, house_style
from sim.report.words import count, ending_by
from sim.truce import TruceConfig

__all__ = ["save_figure", "timeline_figure"]

_LEFT, _RIGHT = 1.35, 1.65  # inches: names of kinds; labels at the ends of lines
_HEAD, _NOTES, _FOOT = 1.0, 0.34, 0.52  # notes: the names of the breaks above the band
_LINE, _CHARACTERS = 0.18, 138  # a line of text under the title: height in inches, most characters
_TRUCE_BAND, _BAND_GAP, _ARMY_BAND = 0.30, 0.05, 0.17
_ROW, _ROW_OF_MANY, _MANY_ROWS = 0.19, 0.165, 14
_DATES = 0.2  # height in inches of a line of dates


def timeline_figure(
    daily: pd.DataFrame, events: pd.DataFrame, run: Mapping[str, Any], scenario: Any = None
) -> Figure:
    """Draw one history from its daily table, event log and run row (sim/records/columns.py).

    With its `scenario` (or the plain values of it) the bars are drawn that the truce is judged by.

    Panels share the days: the truce and the army's posture as bands, events as marks, fear and anger, who
    left, who was lost. A thin line through all of them marks each break. Nothing is smoothed.
    """
    with house_style():
        days = int(daily["day"].iloc[-1])
        breaks = breaks_of(daily, run)
        marks = placed_marks(events, daily)
        rules = rules_of(scenario)
        told = _describe(breaks, daily, events, rules)
        chain = breaking_chain(breaks, daily, events)
        head = _HEAD + _LINE * max(0, len(told) - 1) + (_NOTES if breaks else 0.0)
        panels: list[tuple[float, float, Callable[[Axes, pd.DataFrame], object], str]] = [
            (
                0.50,
                _rows_height(len(rows_of(marks))),
                lambda axes, _: draw_events(axes, marks, chain),
                "Events",
            ),
            (
                0.46,
                0.75,
                lambda axes, _: draw_feud(axes, daily, rules),
                "Feud: weighted breaches among residents"
                + (f", over {count(rules.feud.window_days, 'day')}" if rules is not None else ""),
            ),
            (
                0.40,
                0.75,
                lambda axes, _: draw_passage(axes, daily, rules),
                "Free passage in and out"
                + (f"; the truce breaks after {count(rules.passage.days, 'day')} without" if rules else ""),
            ),
            (0.46, 1.50, draw_feelings, "Fear (solid) and anger (dashed) of those present"),
            (0.46, 1.25, draw_departed, "Residents who have left, by camp"),
            (0.46, 0.55, lambda axes, _: draw_loss(axes, daily, "captive"), "Captives"),
            (0.40, 0.55, lambda axes, _: draw_loss(axes, daily, "dead"), "Dead residents since day 0"),
        ]  # gap above and height in inches, what draws it, heading
        bands = _TRUCE_BAND + _BAND_GAP + _ARMY_BAND
        height = head + bands + sum(gap + inches for gap, inches, _, _ in panels) + _FOOT
        height += _DATES if "date" in daily else 0.0
        figure = Figure(figsize=(WIDTH_INCHES, height))
        FigureCanvasAgg(figure)
        truce = _axes(figure, height - head - _TRUCE_BAND, _TRUCE_BAND, daily, "")
        army = _axes(figure, height - head - bands, _ARMY_BAND, daily, "")
        draw_band_key(army, draw_truce(truce, daily) + draw_posture(army, daily))
        draw_break_notes(truce, breaks)
        top = height - head - bands
        for gap, inches, draw, heading in panels:
            top -= gap + inches
            draw(_axes(figure, top, inches, daily, heading), daily)
        weight = 0.8 if len(breaks) <= 6 else 0.4
        for axes in figure.axes:
            for broken in breaks:
                axes.axvline(broken.day, color=INK, linewidth=weight, zorder=3, label="break")
        _label_days(figure.axes, days, daily)
        _write_head(figure, title_of(breaks, days, str(run["scenario"])), told, breaks, days, run)
    return figure


def _rows_height(n: int) -> float:
    """Height in inches of the panel of events, for its number of rows."""
    return max(2, n) * (_ROW if n <= _MANY_ROWS else _ROW_OF_MANY)


def _axes(figure: Figure, bottom: float, inches: float, daily: pd.DataFrame, heading: str) -> Axes:
    """Axes at a height in inches, with the days as x."""
    width, height = figure.get_size_inches()
    box = (_LEFT / width, bottom / height, (width - _LEFT - _RIGHT) / width, inches / height)
    axes = figure.add_axes(box)
    axes.set_xlim(-0.5, float(daily["day"].iloc[-1]) + 0.5)
    axes.set_title(heading)
    return axes


def _label_days(panels: list[Axes], last: int, daily: pd.DataFrame) -> None:
    """Days under the last panel only, with dates if there are any; the others carry the same ticks."""
    for axes in panels[:-1]:
        axes.tick_params(labelbottom=False)
    for axes in panels[:2]:
        axes.tick_params(bottom=False)
    for axes in panels:
        axes.xaxis.set_major_locator(FixedLocator(day_ticks(last, 13)))
    panels[-1].set_xlabel(axis_words(None))
    if "date" in daily:
        zero = str(daily["date"].iloc[0])
        labels = [day_label(day, zero) for day in map(int, day_ticks(last, 13))]
        panels[-1].xaxis.set_major_formatter(FixedFormatter(labels))
        panels[-1].set_xlabel(axis_words(zero))


def title_of(breaks: list[Break], days: int, name: str) -> str:
    """What is shown and how it came out, in one line."""
    if days == 0:
        return f"{name}: the start; no day was simulated"
    if not breaks:
        return f"{name}: the truce held for {count(days, 'day')}"
    first = breaks[0]
    title = f"{name}: the truce broke on day {first.day} {ending_by(first.ending)}".rstrip()
    if len(breaks) > 1:
        return f"{title}, the first of {len(breaks)} breaks"
    return title if first.reformed is None else f"{title}, and formed again"


def _describe(
    breaks: list[Break], daily: pd.DataFrame, events: pd.DataFrame, rules: TruceConfig | None
) -> list[str]:
    """What led to the first break, or how near it came to one, in lines that fit the figure."""
    if len(daily) <= 1:
        return []
    told = causes_of(breaks[0], daily, events, rules) if breaks else nearest_to_a_break(daily, events)
    return textwrap.wrap(" ".join(told[:1]), _CHARACTERS)


def _write_head(
    figure: Figure, title: str, told: list[str], breaks: list[Break], days: int, run: Mapping[str, Any]
) -> None:
    """Title, kind of evidence, what led to it; and how long the truce held, by the band."""
    width, height = figure.get_size_inches()
    lines = [
        (0.34, title, SIZE_TITLE, INK, "bold"),
        (0.56, _evidence(run, days), SIZE_TEXT, FAINT, "normal"),
        *((0.76 + _LINE * i, words, SIZE_TEXT, INK, "normal") for i, words in enumerate(told)),
    ]
    for down, words, size, colour, weight in lines:
        figure.text(0.22 / width, 1 - down / height, words, fontsize=size, color=colour, fontweight=weight)
    if days > 0:
        band = figure.axes[0]
        held = breaks[0].day if breaks else days
        share = (
            f"held for the first\n{held:,} of {count(days, 'day')}"
            if breaks
            else f"held for\n{count(days, 'day')}"
        )
        band.text(
            1.018, 0.5, share, transform=band.transAxes, va="center", fontsize=SIZE_SMALL, linespacing=1.1
        )


def _evidence(run: Mapping[str, Any], days: int) -> str:
    """What kind of evidence this is."""
    return (
        f"One history (seed {run['seed']}) of {count(int(run['residents']), 'resident')} "
        f"over {count(days, 'day')}: "
        "one possible history, not a forecast."
    )
