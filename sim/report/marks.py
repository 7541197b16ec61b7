"""Events as marks: a row per kind, a mark per event, a thin line from a blow to the one it answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from sim.report.labels import left_edge
from sim.report.placing import joins, rows_of
from sim.report.style import ENDINGS, FAINT, GREY, INK, LAYERS, PALE, SIZE_SMALL, is_for_phone

_SCHEDULED_MARKER = "v"
_AREA, _AREA_A_DEATH, _AREA_MOST = 15.0, 14.0, 190.0  # points squared; the area grows with the root of deaths


def draw_events(axes: Axes, marks: pd.DataFrame, chain: Sequence[int] = ()) -> None:
    """Draw the events of `placed_marks`; the axes have one unit of height a row.

    `chain`: ids of the events of the chain that broke the truce, which are ringed and joined in its colour.
    """
    rows = rows_of(marks)
    axes.set_ylim(max(1, len(rows)) - 0.5, -0.85 if is_for_phone() else -0.5)  # names stand above their rows
    axes.tick_params(left=False)
    axes.spines["left"].set_visible(False)
    if not rows:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no event", transform=axes.transAxes, ha="center", va="center", color=FAINT)
        return
    _name_rows(axes, [row for _, row in rows])
    axes.hlines(range(len(rows)), *axes.get_xlim(), color=PALE, linewidth=0.6, zorder=0.5)
    _join(axes, marks)
    _ring(axes, marks, chain)
    _scatter(axes, marks)
    _divide_layers(axes, rows)
    for y, (_, row) in enumerate(rows):
        axes.text(
            1.018,
            y,
            _total(marks[marks["row"] == row]),
            transform=axes.get_yaxis_transform(),
            va="center_baseline",
            fontsize=SIZE_SMALL,
            color=INK,
        )
    _key(axes, marks, bool(chain))


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Names at the left; on a phone above their rows, from the left edge of the sheet."""
    if not is_for_phone():
        axes.set_yticks(range(len(names)), names)
        return
    axes.set_yticks([])
    for y, name in enumerate(names):
        axes.text(
            left_edge(axes), y - 0.3, name, transform=axes.get_yaxis_transform(), va="bottom",
            fontsize=SIZE_SMALL, zorder=3.1, bbox={"facecolor": "white", "linewidth": 0, "pad": 0.3},
        )  # fmt: skip


def _join(axes: Axes, marks: pd.DataFrame) -> None:
    """Draw the joins: straight between rows, and as an arc within a row, clear of the marks between."""
    lines = []
    for (x0, y0), (x1, y1) in joins(marks):
        t = np.linspace(0, 1, 13)
        lift = 1.6 * t * (1 - t) if abs(y1 - y0) < 0.6 else 0 * t
        lines.append(np.column_stack([x0 + t * (x1 - x0), y0 + t * (y1 - y0) - lift]))
    axes.add_collection(
        LineCollection(lines, colors=FAINT, linewidths=0.7, zorder=1.5, label="answers"), autolim=False
    )


def _ring(axes: Axes, marks: pd.DataFrame, chain: Sequence[int]) -> None:
    """Rings around the events of the chain that broke the truce, joined one to the next."""
    mine = marks[marks["event"].isin(list(chain))].sort_values("day", kind="stable")
    if mine.empty:
        return
    colour = ENDINGS["feud"].colour
    axes.plot(mine["day"], mine["y"], color=colour, linewidth=1.6, alpha=0.7, zorder=1.6, label="chain")
    axes.scatter(
        mine["day"], mine["y"], s=90 if is_for_phone() else 150, facecolors="none", edgecolors=colour,
        linewidths=1.5, zorder=2.6, clip_on=False, label="chain rings",
    )  # fmt: skip


def _scatter(axes: Axes, marks: pd.DataFrame) -> None:
    """One collection a layer and cause; hollow where nobody died, larger the more died."""
    is_scheduled = marks["cause"] == "scheduled"
    for layer, look in LAYERS.items():
        for scheduled in (False, True):
            mine = marks[(marks["layer"] == layer) & (is_scheduled == scheduled)]
            if mine.empty:
                continue
            area = np.minimum(_AREA + _AREA_A_DEATH * np.sqrt(mine["killed"]), _AREA_MOST)
            axes.scatter(
                mine["day"],
                mine["y"],
                s=(0.6 if is_for_phone() else 1.0) * look.area * area + 14 * scheduled,
                marker=_SCHEDULED_MARKER if scheduled else look.marker,
                facecolors=["white" if killed == 0 else look.colour for killed in mine["killed"]],
                edgecolors=look.colour,
                linewidths=1.1,
                zorder=2.5,
                clip_on=False,
                label=f"{layer}{'_scheduled' if scheduled else ''}",
            )


def _divide_layers(axes: Axes, rows: Sequence[tuple[str, str]]) -> None:
    """A line between the social rows and those of the standoff."""
    n_social = sum(layer == "social" for layer, _ in rows)
    if 0 < n_social < len(rows):
        axes.axhline(n_social - 0.5, color=GREY, linewidth=0.6, linestyle=(0, (1, 2)), zorder=0.6)


def _total(mine: pd.DataFrame) -> str:
    """How many events of a row, and how many were killed in them."""
    killed = round(float(mine["killed"].sum()))
    return f"{len(mine):,}" + (f", {killed:,} killed" if killed else "")


def key_lines(marks: pd.DataFrame, has_chain: bool) -> int:
    """Lines that the key of `draw_events` takes on a phone."""
    return -(-len(_key_items(marks, has_chain)) // 2) + bool((marks["killed"] > 0).any())


def _key_items(marks: pd.DataFrame, has_chain: bool) -> list[tuple[str, Line2D]]:
    """What the marks mean; only what is there."""
    items: list[tuple[str, Line2D]] = []

    def mark(words: str, marker: str, edge: str, fill: str) -> None:
        line = Line2D(
            [], [], linestyle="", marker=marker, markersize=4.6, markeredgecolor=edge, markerfacecolor=fill
        )
        items.append((words, line))

    for layer, look in LAYERS.items():
        if (marks["layer"] == layer).any():
            mark(layer, look.marker, look.colour, "white")
    if (marks["killed"] > 0).any():
        soldiers = " (soldiers too)" if (marks["soldiers"] > 0).any() else ""
        mark(f"killed{soldiers},{chr(10) if is_for_phone() else ' '}larger: more", "o", INK, INK)
    if (marks["cause"] == "scheduled").any():
        mark("scheduled", _SCHEDULED_MARKER, INK, "white")
    if joins(marks):
        items.append(("answers or follows", Line2D([], [], color=FAINT, linewidth=0.9)))
    if has_chain:
        ring = Line2D([], [], linestyle="", marker="o", markersize=7, markerfacecolor="none")
        ring.set_markeredgecolor(ENDINGS["feud"].colour)
        items.append(("chain that broke it", ring))
    return items


def _key(axes: Axes, marks: pd.DataFrame, has_chain: bool = False) -> None:
    """The key above the panel, where no data are; on a phone in two columns."""
    items, is_narrow = _key_items(marks, has_chain), is_for_phone()
    axes.legend(
        [line for _, line in items],
        [words for words, _ in items],
        loc="lower left" if is_narrow else "lower right",
        bbox_to_anchor=(left_edge(axes) if is_narrow else 1.0, 1.0),
        ncols=2 if is_narrow else len(items),
    )
