"""The timeline: one history on one page. Did the truce break, when, by which ending, and what led to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from sim.report.bands import draw_break_notes, draw_posture, draw_truce
from sim.report.causes import causes_of
from sim.report.curves import draw_departed, draw_feelings, draw_losses
from sim.report.files import save_figure
from sim.report.history import Break, breaks_of
from sim.report.marks import draw_events, event_rows
from sim.report.style import FAINT, INK, SIZE_TEXT, SIZE_TITLE, WIDTH_INCHES, house_style
from sim.report.words import counted, ending_by, percent

__all__ = ["save_figure", "timeline_figure"]

_LEFT, _RIGHT = 1.35, 1.65  # inches: names of kinds; labels at the ends of lines
_HEAD, _FOOT = 1.32, 0.52
_ROW = 0.19
_TICK_STEPS = (1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730)


def timeline_figure(daily: pd.DataFrame, events: pd.DataFrame, run: Mapping[str, Any]) -> Figure:
    """Draw one history from its daily table, event log and run row (sim/records.py).

    Panels share the days: the truce and the army's posture as bands, events as marks, fear and anger, who
    left, who was lost. A thin line through all of them marks each break. Nothing is smoothed.
    """
    with house_style():
        panels: list[
            tuple[float, float, Callable[[Axes], None], str]
        ] = [  # gap above, height, drawing, heading
            (0.0, 0.30, lambda axes: draw_truce(axes, daily), ""),
            (0.05, 0.17, lambda axes: draw_posture(axes, daily), ""),
            (0.42, _ROW * max(2, len(event_rows(events))), lambda axes: draw_events(axes, events), "Events"),
            (
                0.50,
                1.50,
                lambda axes: draw_feelings(axes, daily),
                "Fear (solid) and anger (dashed) of those present",
            ),
            (0.42, 1.25, lambda axes: draw_departed(axes, daily), "Residents who have left, by camp"),
            (0.42, 0.80, lambda axes: draw_losses(axes, daily), "Captives, and dead since day 0"),
        ]
        height = _HEAD + sum(gap + inches for gap, inches, _, _ in panels) + _FOOT
        figure = Figure(figsize=(WIDTH_INCHES, height))
        FigureCanvasAgg(figure)
        breaks = breaks_of(daily, run)
        top = height - _HEAD
        for gap, inches, draw, heading in panels:
            top -= gap + inches
            axes = _axes(figure, top, inches, daily, heading)
            draw(axes)
            for broken in breaks:
                axes.axvline(broken.day, color=INK, linewidth=0.8, zorder=3, gid="break")
        draw_break_notes(figure.axes[0], breaks)
        _label_days(figure.axes, int(daily["day"].iloc[-1]))
        _write_head(figure, breaks, daily, events, run)
    return figure


def _axes(figure: Figure, bottom: float, inches: float, daily: pd.DataFrame, heading: str) -> Axes:
    """Axes at a height in inches, with the days as x."""
    width, height = figure.get_size_inches()
    box = (_LEFT / width, bottom / height, (width - _LEFT - _RIGHT) / width, inches / height)
    axes = figure.add_axes(box)
    axes.set_xlim(-0.5, float(daily["day"].iloc[-1]) + 0.5)
    axes.set_title(heading)
    return axes


def _label_days(panels: list[Axes], last: int) -> None:
    """Days under the last panel only; the others carry the same ticks without numbers."""
    step = next((step for step in _TICK_STEPS if last / step <= 13), last // 10)
    for axes in panels[:-1]:
        axes.tick_params(labelbottom=False)
    for axes in panels[:2]:
        axes.tick_params(bottom=False)
    for axes in panels:
        axes.xaxis.set_major_locator(FixedLocator(range(0, last + 1, step)))
    panels[-1].set_xlabel("day (0 is the start)")


def title_of(breaks: list[Break], days: int, name: str) -> str:
    """What is shown and how it came out, in one line."""
    if days == 0:
        return f"{name}: the start; no day was simulated"
    if not breaks:
        return f"{name}: the truce held for {counted(days, 'day')}"
    first = breaks[0]
    title = f"{name}: the truce broke on day {first.day} {ending_by(first.ending)}".rstrip()
    if len(breaks) > 1:
        return f"{title}, the first of {len(breaks)} breaks"
    return title if first.reformed is None else f"{title}, and formed again"


def _write_head(
    figure: Figure, breaks: list[Break], daily: pd.DataFrame, events: pd.DataFrame, run: Mapping[str, Any]
) -> None:
    """Title, what kind of evidence this is, and what led to the first break."""
    width, height = figure.get_size_inches()
    days = int(daily["day"].iloc[-1])
    lines = [
        (0.34, title_of(breaks, days, str(run["scenario"])), SIZE_TITLE, INK),
        (
            0.56,
            f"One history (seed {run['seed']}) of {int(run['residents']):,} residents over {counted(days, 'day')}: "
            "one possible history, not a forecast.",
            SIZE_TEXT,
            FAINT,
        ),
        (0.76, next(iter(causes_of(breaks[0], daily, events) if breaks else []), ""), SIZE_TEXT, INK),
    ]
    for down, words, size, colour in lines:
        figure.text(0.22 / width, 1 - down / height, words, fontsize=size, color=colour, va="baseline")
    if days > 0:
        share = f"{percent(float(run['truce_share']))} of days\nunder truce"
        figure.axes[0].text(
            1.018,
            0.5,
            share,
            transform=figure.axes[0].transAxes,
            va="center",
            fontsize=SIZE_TEXT - 1,
            linespacing=1.1,
        )
