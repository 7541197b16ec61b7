"""The timeline: one history on one page. Did the truce break, when, by which ending, and what led to it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report.bands import draw_band_key, draw_break_lines, draw_break_notes, draw_posture, draw_truce
from sim.report.curves import draw_departed, draw_feelings, draw_loss
from sim.report.dates import label_shared_days
from sim.report.files import save_figure
from sim.report.history import Break, breaking_chain, breaks_of
from sim.report.judged import draw_feud, draw_passage, rules_of
from sim.report.marks import draw_events
from sim.report.placing import placed_marks, rows_of
from sim.report.style import (
    FAINT,
    INK,
    SIZE_SMALL,
    SIZE_TEXT,
    SIZE_TITLE,
    WIDTH_INCHES,
    house_style,
    is_for_phone,
)
from sim.report.timeline_narrow import narrow_figure
from sim.report.timeline_words import (
    describe,
    evidence_of,
    feud_heading,
    held_words,
    passage_heading,
    title_of,
)

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

    With its `scenario` (or its plain values), the thresholds that the truce is judged by are drawn too.

    The panels share the days: the truce and the army's posture as bands, events as marks, fear and anger,
    departures, losses. A thin line through all panels marks each break. Nothing is smoothed.
    """
    if is_for_phone():
        return narrow_figure(daily, events, run, rules_of(scenario))
    with house_style():
        days = int(daily["day"].iloc[-1])
        breaks = breaks_of(daily, run)
        marks = placed_marks(events, daily)
        rules = rules_of(scenario)
        told = textwrap.wrap(describe(breaks, daily, events, rules), _CHARACTERS)
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
                feud_heading(rules),
            ),
            (
                0.40,
                0.75,
                lambda axes, _: draw_passage(axes, daily, rules),
                passage_heading(rules),
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
        draw_break_lines(figure.axes, breaks)
        label_shared_days(figure.axes, daily, 13)
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


def _write_head(
    figure: Figure, title: str, told: list[str], breaks: list[Break], days: int, run: Mapping[str, Any]
) -> None:
    """Title, kind of evidence, what led to it; and how long the truce held, by the band."""
    width, height = figure.get_size_inches()
    lines = [
        (0.34, title, SIZE_TITLE, INK, "bold"),
        (0.56, evidence_of(run, days), SIZE_TEXT, FAINT, "normal"),
        *((0.76 + _LINE * i, words, SIZE_TEXT, INK, "normal") for i, words in enumerate(told)),
    ]
    for down, words, size, colour, weight in lines:
        figure.text(0.22 / width, 1 - down / height, words, fontsize=size, color=colour, fontweight=weight)
    band = figure.axes[0]
    band.text(
        1.018, 0.5, held_words(breaks, days), transform=band.transAxes, va="center", fontsize=SIZE_SMALL,
        linespacing=1.1,
    )  # fmt: skip
