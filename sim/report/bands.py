"""Bands over the days: the state of the truce, its breaks by name, and the posture of the army."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes

from sim.actors.army import Posture
from sim.report.history import Break, Stretch, stretches
from sim.report.labels import spread, width_inches
from sim.report.style import FAINT, INK, POSTURES, SIZE_SMALL, SIZE_TEXT, TRUCE, lightness
from sim.truce import TruceState


def draw_truce(axes: Axes, daily: pd.DataFrame) -> None:
    """The truce as a band: each day in the colour of its state, long stretches named."""
    _draw_band(
        axes,
        stretches(daily, "truce"),
        [(s.value, s.name.lower(), TRUCE[s.name.lower()].colour) for s in TruceState],
    )
    axes.set_yticks([0.5], ["truce"])


def draw_posture(axes: Axes, daily: pd.DataFrame) -> None:
    """The posture of the army as a band: the harder, the darker."""
    middle = POSTURES["besieging"]
    states = [(p.value, p.name.lower(), POSTURES.get(p.name.lower(), middle)) for p in Posture]
    _draw_band(axes, stretches(daily, "posture"), states)
    axes.set_yticks([0.5], ["army"])


def _draw_band(axes: Axes, found: Sequence[Stretch], states: Sequence[tuple[int, str, str]]) -> None:
    """One bar a stretch; day d reaches from d - 0.5 to d + 0.5, so that its bar is centred on its tick."""
    for value, name, colour in states:
        mine = [s for s in found if s.value == value]
        if not mine:
            continue
        bars = axes.broken_barh(
            [(s.first - 0.5, s.n_days) for s in mine], (0, 1), facecolor=colour, linewidth=0
        )
        bars.set_gid(name)
        ink = "white" if lightness(colour) < 56 else INK
        for stretch in mine:
            _name(axes, stretch, name, ink)
    axes.set_ylim(0, 1)
    axes.tick_params(left=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _name(axes: Axes, stretch: Stretch, name: str, ink: str) -> None:
    """Name a stretch inside its bar, if the name fits there."""
    middle = stretch.first - 0.5 + stretch.n_days / 2
    text = axes.text(middle, 0.46, name, ha="center", va="center", fontsize=SIZE_SMALL, color=ink)
    if width_inches(text) + 0.08 > stretch.n_days * _inches_a_day(axes):
        text.remove()


def _inches_a_day(axes: Axes) -> float:
    figure = axes.get_figure(root=True)
    assert figure is not None
    first, last = axes.get_xlim()
    return axes.get_position().width * figure.get_figwidth() / (last - first)


def draw_break_notes(axes: Axes, breaks: Sequence[Break]) -> None:
    """Name every break above the band, and every forming again while there is room; then ever shorter.

    The axes are those of the band. A note that had to give way keeps a leader to its day.
    """
    if not breaks:
        return
    room = _inches_a_day(axes) * (axes.get_xlim()[1] - axes.get_xlim()[0])
    for notes in _wordings(breaks):
        texts = [
            axes.text(
                day, 0, words, ha="center", va="bottom", fontsize=SIZE_TEXT, clip_on=False,
                color=INK if is_break else FAINT, fontweight="bold" if is_break else "normal",
            )
            for day, words, is_break in notes
        ]  # fmt: skip
        widths = [width_inches(text) + 0.14 for text in texts]
        if sum(widths) <= room:
            break
        for text in texts:
            text.remove()
    else:
        return
    scale = _inches_a_day(axes)
    low, high = axes.get_xlim()
    placed = spread([day for day, _, _ in notes], [width / scale for width in widths], low, high)
    for (day, _, is_break), text, at in zip(notes, texts, placed, strict=True):
        text.set_position((at, 1.62))
        colour = INK if is_break else FAINT
        axes.plot([day, day, at], [1.0, 1.18, 1.56], color=colour, linewidth=0.7, clip_on=False, gid="leader")


Note = tuple[int, str, bool]  # day, words, whether it is a break


def _wordings(breaks: Sequence[Break]) -> list[list[Note]]:
    """The notes in ever fewer words, the most telling first; the last is the breaks that are sure to fit."""

    def by(b: Break) -> str:
        return f" ({b.ending})" if b.ending else ""

    full: list[Note] = []
    for b in breaks:
        full.append((b.day, f"broke on day {b.day}{by(b)}", True))
        if b.reformed is not None:
            full.append((b.reformed, f"formed again on day {b.reformed}", False))
    medium = [
        (day, words.replace(" on day", "").replace("formed again", "again"), is_break)
        for day, words, is_break in full
    ]
    short = [(b.day, f"{b.day}{by(b)}", True) for b in breaks]
    days = [(b.day, str(b.day), True) for b in breaks]
    first = [(b.day, f"{b.day}{by(b)}" + (" ..." if i == 4 else ""), True) for i, b in enumerate(breaks[:5])]
    ordered = [full, medium, short, days, first, first[:1]]
    return [wording for wording, _ in groupby(ordered)]
