"""Events as marks: a row a kind, a mark an event, a thin line from a blow to the one it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from sim.report.history import incidents
from sim.report.style import FAINT, GREY, INK, LAYERS, PALE, SIZE_SMALL
from sim.report.words import kind_words

_SCHEDULED_MARKER = "v"
_AREA, _AREA_A_DEATH, _AREA_MOST = 15.0, 14.0, 190.0  # points squared; the area grows with the root of deaths


def event_rows(events: pd.DataFrame) -> list[tuple[str, str]]:
    """Kinds that happened, as (layer, kind), top row first: social before standoff, weightiest kind first.

    The weight is that of one event, so that the order does not change from history to history.
    """
    happened = incidents(events)
    if happened.empty:
        return []
    weight = happened.groupby(["layer", "kind"])["breach"].mean().reset_index()
    weight["order"] = weight["layer"].map({layer: i for i, layer in enumerate(LAYERS)}).fillna(len(LAYERS))
    ordered = weight.sort_values(["order", "breach", "kind"], ascending=[True, False, True])
    return list(zip(ordered["layer"], ordered["kind"], strict=True))


def draw_events(axes: Axes, events: pd.DataFrame) -> None:
    """Draw the events; the axes have one unit of height a row of `event_rows`."""
    rows = event_rows(events)
    axes.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    axes.tick_params(left=False)
    axes.spines["left"].set_visible(False)
    if not rows:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no event", transform=axes.transAxes, ha="center", va="center", color=FAINT)
        return
    axes.set_yticks(range(len(rows)), [kind_words(kind) for _, kind in rows])
    axes.hlines(range(len(rows)), *axes.get_xlim(), color=PALE, linewidth=0.6, zorder=0.5)
    marks = placed_marks(events)
    _join(axes, marks)
    _scatter(axes, marks)
    _divide_layers(axes, rows)
    for row, (_, kind) in enumerate(rows):
        axes.text(
            1.018, row, _total(marks[marks["kind"] == kind]), transform=axes.get_yaxis_transform(),
            va="center_baseline", fontsize=SIZE_SMALL, color=INK,
        )  # fmt: skip
    _key(axes, marks)


def placed_marks(events: pd.DataFrame) -> pd.DataFrame:
    """The events that are drawn, with `y`: their row, those of one kind and day side by side in it."""
    row_of = {kind: row for row, (_, kind) in enumerate(event_rows(events))}
    marks = incidents(events).copy()
    same = marks.groupby(["kind", "day"])["event"]
    rank, n = same.cumcount(), same.transform("size")
    step = np.minimum(0.2, 0.56 / np.maximum(1, n - 1))
    marks["y"] = marks["kind"].map(row_of) + (rank - (n - 1) / 2) * step
    return marks


def _join(axes: Axes, marks: pd.DataFrame) -> None:
    """A line from each blow that answers or follows another one to that one; releases are not blows."""
    at: Mapping[int, tuple[float, float]] = {
        event: (day, y) for event, day, y in zip(marks["event"], marks["day"], marks["y"], strict=True)
    }
    blows = marks[(marks["breach"] > 0) | (marks["cause"] == "answer")]
    lines = [
        (at[parent], at[event])
        for event, parent in zip(blows["event"], blows["parent"], strict=True)
        if parent in at
    ]
    axes.add_collection(
        LineCollection(lines, colors=FAINT, linewidths=0.7, zorder=1.5, gid="answers"), autolim=False
    )


def _scatter(axes: Axes, marks: pd.DataFrame) -> None:
    """One collection a layer and cause; hollow where nobody died, larger the more did."""
    is_scheduled = marks["cause"] == "scheduled"
    for layer, look in LAYERS.items():
        for scheduled in (False, True):
            mine = marks[(marks["layer"] == layer) & (is_scheduled == scheduled)]
            if mine.empty:
                continue
            area = np.minimum(_AREA + _AREA_A_DEATH * np.sqrt(mine["deaths"]), _AREA_MOST)
            axes.scatter(
                mine["day"], mine["y"], s=area + 14 * scheduled, marker=_SCHEDULED_MARKER if scheduled else look.marker,
                facecolors=["white" if deaths == 0 else look.colour for deaths in mine["deaths"]],
                edgecolors=look.colour, linewidths=1.1, zorder=2.5, clip_on=False,
                gid=f"{layer}{'_scheduled' if scheduled else ''}",
            )  # fmt: skip


def _divide_layers(axes: Axes, rows: Sequence[tuple[str, str]]) -> None:
    """A line between the social rows and those of the standoff."""
    n_social = sum(layer == "social" for layer, _ in rows)
    if 0 < n_social < len(rows):
        axes.axhline(n_social - 0.5, color=GREY, linewidth=0.6, linestyle=(0, (1, 2)), zorder=0.6)


def _total(mine: pd.DataFrame) -> str:
    """How many of a kind, and how many died in them."""
    deaths = int(mine["deaths"].sum())
    return f"{len(mine)}" + (f", {deaths:,} died" if deaths else "")


def _key(axes: Axes, marks: pd.DataFrame) -> None:
    """What the marks mean, above the panel where no data are; only what is there."""
    items: list[tuple[str, Line2D]] = []

    def mark(words: str, marker: str, edge: str, fill: str) -> None:
        line = Line2D(
            [], [], linestyle="", marker=marker, markersize=4.6, markeredgecolor=edge, markerfacecolor=fill
        )
        items.append((words, line))

    for layer, look in LAYERS.items():
        if (marks["layer"] == layer).any():
            mark(layer, look.marker, look.colour, "white")
    if (marks["deaths"] > 0).any():
        mark("somebody died (larger: more)", "o", INK, INK)
    if (marks["cause"] == "scheduled").any():
        mark("scheduled", _SCHEDULED_MARKER, INK, "white")
    if marks["parent"].isin(marks["event"]).any():
        items.append(("answers or follows", Line2D([], [], color=FAINT, linewidth=0.9)))
    axes.legend(
        [line for _, line in items], [words for words, _ in items], loc="lower right", bbox_to_anchor=(1.0, 1.0),
        ncols=len(items), borderpad=0, borderaxespad=0.25, handletextpad=0.3, columnspacing=1.2, handlelength=1.2,
    )  # fmt: skip
