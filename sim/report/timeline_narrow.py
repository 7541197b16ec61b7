"""The timeline for a phone: the same panels on a narrow sheet, with side notes put above them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.bands import (
    PHONE_KEYS,
    draw_band_key,
    draw_break_lines,
    draw_break_notes,
    draw_posture,
    draw_truce,
)
from sim.report.curves import draw_departed, draw_feelings, draw_loss
from sim.report.dates import label_shared_days
from sim.report.figures.sheet import LINE, PHONE_SIGNS, Sheet
from sim.report.history import breaking_chain, breaks_of
from sim.report.judged import draw_feud, draw_passage
from sim.report.labels import left_edge
from sim.report.marks import draw_events, key_lines
from sim.report.placing import placed_marks, rows_of
from sim.report.style import INK, PHONE_INCHES, SIZE_SMALL, house_style
from sim.report.timeline_words import (
    describe,
    evidence_of,
    feud_heading,
    held_words,
    passage_heading,
    title_of,
)
from sim.truce import TruceConfig

_LEFT, _RIGHT = 0.52, 0.98  # inches: numbers at the axes; labels at the ends of lines
_WIDTH = PHONE_INCHES - _LEFT - _RIGHT
_NOTES, _TRUCE_BAND, _BAND_GAP, _ARMY_BAND = 0.34, 0.30, 0.05, 0.17
_ROW, _GAP, _HEADING, _HEADING_SIGNS, _FOOT = 0.38, 0.16, 0.17, 42, 0.42
_DATES = 0.15


class _Panel(NamedTuple):
    """A panel: its heading, its height in inches, what draws it, and inches for a key under the heading."""

    heading: str
    inches: float
    draw: Callable[[Axes], object]
    key: float = 0.0


def narrow_figure(
    daily: pd.DataFrame, events: pd.DataFrame, run: Mapping[str, Any], rules: TruceConfig | None
) -> Figure:
    """Draw a history on a sheet for a phone; panels are those of `timeline_figure`, feelings one by one."""
    with house_style():
        days = int(daily["day"].iloc[-1])
        breaks = breaks_of(daily, run)
        marks = placed_marks(events, daily)
        chain = breaking_chain(breaks, daily, events)
        told = textwrap.wrap(describe(breaks, daily, events, rules), PHONE_SIGNS)
        panels = [
            _Panel(
                "Events",
                _ROW * (max(1, len(rows_of(marks))) + 0.35),
                lambda axes: draw_events(axes, marks, chain),
                LINE * key_lines(marks, bool(chain)),
            ),
            _Panel(feud_heading(rules), 0.8, lambda axes: draw_feud(axes, daily, rules)),
            _Panel(passage_heading(rules), 1.0, lambda axes: draw_passage(axes, daily, rules)),
            _Panel(
                "Mean fear of those present, 0 to 1", 1.0, lambda axes: draw_feelings(axes, daily, ("fear",))
            ),
            _Panel(
                "Mean anger of those present, 0 to 1",
                1.0,
                lambda axes: draw_feelings(axes, daily, ("anger",)),
            ),
            _Panel("Residents who have left, by camp", 1.25, lambda axes: draw_departed(axes, daily)),
            _Panel("Captives", 0.55, lambda axes: draw_loss(axes, daily, "captive")),
            _Panel("Dead residents since day 0", 0.55, lambda axes: draw_loss(axes, daily, "dead")),
        ]
        headings = [textwrap.wrap(panel.heading, _HEADING_SIGNS) for panel in panels]
        bands = (
            LINE * max(0, len(told) - 1) + (_NOTES if breaks else 0.08) + _TRUCE_BAND + _BAND_GAP + _ARMY_BAND
        )
        keys = LINE * _n_key_lines(daily)
        body = bands + keys + _FOOT + (_DATES if "date" in daily else 0.0)
        body += sum(
            _GAP + _HEADING * len(lines) + panel.key + panel.inches
            for panel, lines in zip(panels, headings, strict=True)
        )
        sheet = Sheet(title_of(breaks, days, str(run["scenario"])), evidence_of(run, days), body, "")
        for k, line in enumerate(told):
            sheet.write(sheet.head - 0.2 + LINE * k, line, SIZE_SMALL, INK)
        top = bands - _ARMY_BAND - _BAND_GAP - _TRUCE_BAND
        truce = _axes(sheet, top, _TRUCE_BAND, daily)
        army = _axes(sheet, top + _TRUCE_BAND + _BAND_GAP, _ARMY_BAND, daily)
        draw_band_key(army, draw_truce(truce, daily) + draw_posture(army, daily))
        draw_break_notes(truce, breaks)
        truce.text(
            1.03, 1.0, held_words(breaks, days).replace(" first\n", "\nfirst ").replace(" of ", " of\n"),
            transform=truce.transAxes, va="top", fontsize=SIZE_SMALL, linespacing=1.05,
        )  # fmt: skip
        top = bands + keys
        for panel, lines in zip(panels, headings, strict=True):
            top += _GAP + _HEADING * len(lines) + panel.key
            axes = _axes(sheet, top, panel.inches, daily)
            axes.set_title("\n".join(lines), x=left_edge(axes), pad=4 + 72 * panel.key, linespacing=1.1)
            panel.draw(axes)
            axes.set_ylabel("")  # the heading says it
            top += panel.inches
        draw_break_lines(sheet.figure.axes, breaks)
        label_shared_days(sheet.figure.axes, daily, 4)
    return sheet.figure


def _axes(sheet: Sheet, top: float, inches: float, daily: pd.DataFrame) -> Axes:
    """Axes at so many inches below the head, with the days as x."""
    axes = sheet.panel(_LEFT, top, _WIDTH, inches)
    axes.set_xlim(-0.5, float(daily["day"].iloc[-1]) + 0.5)
    return axes


def _n_key_lines(daily: pd.DataFrame) -> int:
    """Lines of the key under the bands: drawn once aside, where it is seen which names fit."""
    truce, army = (_axes(Sheet("", "", 1.0, ""), 0.0, 0.3, daily) for _ in range(2))
    return -(-len(draw_truce(truce, daily) + draw_posture(army, daily)) // PHONE_KEYS)
