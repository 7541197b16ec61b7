"""Bands over the days: the state of the truce, its breaks by name, and the posture of the army."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.actors.postures import Posture
from sim.report.history import Break, Stretch, stretches
from sim.report.labels import left_edge, spread, width_inches
from sim.report.style import FAINT, INK, POSTURES, SIZE_SMALL, SIZE_TEXT, TRUCE, Look, is_for_phone, lightness
from sim.truce import TruceState

PHONE_KEYS = 3  # entries of the key on a line
_POSTURE_WORDS = {Posture.HOLDING: "holding the city"}  # a truce may be holding as well

State = tuple[int, str, Look]  # value in the table, name, how it is drawn
Unnamed = list[tuple[str, Look]]  # states that had no stretch wide enough for their name


def draw_truce(axes: Axes, daily: pd.DataFrame) -> Unnamed:
    """The truce as a band: each day in the colour of its state, stretches that are wide enough named.

    Returns the states that have no name on the band, for `draw_band_key`.
    """
    axes.set_yticks([0.5], ["truce"])
    states = [(state.value, state.name.lower(), TRUCE[state.name.lower()]) for state in TruceState]
    return _draw_band(axes, stretches(daily, "truce"), states)


def draw_posture(axes: Axes, daily: pd.DataFrame) -> Unnamed:
    """The posture of the army as a band: the harsher, the darker. Returns what `draw_truce` does."""
    axes.set_yticks([0.5], ["army"])
    states = [(p.value, _POSTURE_WORDS.get(p, p.name.lower()), POSTURES[p.name.lower()]) for p in Posture]
    return _draw_band(axes, stretches(daily, "posture"), states)


def _draw_band(axes: Axes, found: Sequence[Stretch], states: Sequence[State]) -> Unnamed:
    """One bar a stretch; day d reaches from d - 0.5 to d + 0.5, which centres the bar on its tick."""
    unnamed: Unnamed = []
    for value, name, look in states:
        mine = [s for s in found if s.value == value]
        if not mine:
            continue
        spans = [(s.first - 0.5, s.n_days) for s in mine]
        bars = axes.broken_barh(
            spans, (0, 1), facecolor=look.colour, hatch=look.hatch, edgecolor=_lines_on(look), linewidth=0
        )
        bars.set_label(name)
        named = [_name(axes, stretch, name, look) for stretch in mine]
        if not any(named):
            unnamed.append((name, look))
    axes.set_ylim(0, 1)
    axes.tick_params(left=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    return unnamed


def _name(axes: Axes, stretch: Stretch, name: str, look: Look) -> bool:
    """Name a stretch inside its bar; False if the name does not fit there."""
    middle = stretch.first - 0.5 + stretch.n_days / 2
    ink = "white" if _is_dark(look) else INK
    text = axes.text(middle, 0.46, name, ha="center", va="center", fontsize=SIZE_SMALL, color=ink, zorder=4)
    text.set_bbox({"facecolor": look.colour, "linewidth": 0, "pad": 0.4})  # so that no line runs through it
    fits = width_inches(text) + 0.08 <= stretch.n_days * _inches_a_day(axes)
    if not fits:
        text.remove()
    return fits


def _is_dark(look: Look) -> bool:
    return lightness(look.colour) < 56


def _lines_on(look: Look) -> str:
    """Colour of hatching and edges that show on this one."""
    return "white" if _is_dark(look) else FAINT


def draw_band_key(axes: Axes, unnamed: Unnamed) -> None:
    """A key under the bands for the states too short to be named inside; on a phone, in lines."""
    if unnamed:
        is_narrow = is_for_phone()
        squares = [
            Patch(facecolor=look.colour, edgecolor=_lines_on(look), linewidth=0.4, hatch=look.hatch)
            for _, look in unnamed
        ]
        axes.legend(
            squares,
            [name for name, _ in unnamed],
            loc="upper left" if is_narrow else "upper right",
            bbox_to_anchor=(left_edge(axes) if is_narrow else 1.0, 0.0),
            ncols=PHONE_KEYS if is_narrow else len(unnamed),
            handlelength=0.9,
            handleheight=0.9,
        )


def draw_break_lines(panels: Sequence[Axes], breaks: Sequence[Break]) -> None:
    """A thin line at each break through all panels."""
    weight = 0.8 if len(breaks) <= 6 else 0.4
    for axes in panels:
        for broken in breaks:
            axes.axvline(broken.day, color=INK, linewidth=weight, zorder=3, label="break")


def _inches_a_day(axes: Axes) -> float:
    figure = axes.get_figure(root=True)
    assert figure is not None
    first, last = axes.get_xlim()
    return axes.get_position().width * figure.get_figwidth() / (last - first)


def draw_break_notes(axes: Axes, breaks: Sequence[Break]) -> None:
    """Name every break above the band, and every re-forming if there is room, in ever fewer words.

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
        axes.plot(
            [day, day, at], [1.0, 1.18, 1.56], color=colour, linewidth=0.7, clip_on=False, label="leader"
        )


Note = tuple[int, str, bool]  # day, words, whether it is a break


def _wordings(breaks: Sequence[Break]) -> list[list[Note]]:
    """The notes in ever fewer words, the fullest first; the last one fits any axes."""

    def of_breaks(before: str, with_ending: bool = True) -> list[Note]:
        return [
            (b.day, f"{before}{b.day}" + (f" ({b.ending})" if b.ending and with_ending else ""), True)
            for b in breaks
        ]

    def of_forming(before: str) -> list[Note]:
        return [(b.reformed, f"{before}{b.reformed}", False) for b in breaks if b.reformed is not None]

    def together(*notes: list[Note]) -> list[Note]:
        return sorted(itertools.chain(*notes))

    few = [
        (day, words + " ..." * (i == 3), True) for i, (day, words, _) in enumerate(of_breaks("", False)[:4])
    ]
    return [
        together(of_breaks("broke on day "), of_forming("formed again on day ")),
        together(of_breaks("day "), of_forming("re-formed ")),
        together(of_breaks(""), of_forming("re-formed ")),
        of_breaks("day "),
        of_breaks(""),
        of_breaks("", with_ending=False),
        few,
    ]
