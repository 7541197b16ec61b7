"""The forest of causes of one history: which event answered or followed which, tree by tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.figures.fit import Unfit
from sim.report.figures.sheet import Sheet
from sim.report.history import incidents
from sim.report.labels import day_ticks
from sim.report.style import FAINT, INK, LAYERS, PALE, SIZE_SMALL, house_style
from sim.report.words import counted, kind_words

MOST_ROWS, _ROW, _LEFT, _WIDTH = 45, 0.2, 2.1, 5.7


@dataclass(frozen=True)
class Node:
    """One event at its place: row, day, what it is, row and day of the event it answers (None for a root)."""

    event: int
    row: float
    day: int
    kind: str
    layer: str
    killed: float
    parent: tuple[float, int] | None


def forest(events: pd.DataFrame) -> tuple[list[list[Node]], int]:
    """The trees of two events or more, the largest first and rows running through; number of lone events."""
    log = incidents(events).sort_values(["day", "event"])
    rows = {int(row["event"]): row for row in log.to_dict("records")}
    children: dict[int, list[int]] = {}
    roots = []
    for event, row in rows.items():
        parent = int(row["parent"])
        if parent in rows and parent != event:
            children.setdefault(parent, []).append(event)
        else:
            roots.append(event)
    trees = sorted(
        (r for r in roots if r in children), key=lambda r: (-_size(r, children), rows[r]["day"], r)
    )
    placed, top = [], 0
    for root in trees:
        nodes, used = _place(root, rows, children, top)
        placed.append(nodes)
        top += used
    return placed, len(roots) - len(trees)


def _size(root: int, children: Mapping[int, Sequence[int]]) -> int:
    size, waiting = 0, [root]
    while waiting:
        size += 1
        waiting += children.get(waiting.pop(), ())
    return size


def _place(
    root: int, rows: Mapping[int, Mapping[Any, Any]], children: Mapping[int, Sequence[int]], top: int
) -> tuple[list[Node], int]:
    """A tree from row `top` on: the first answer stays in its cause's row, each further one opens a row."""
    nodes: list[Node] = []
    used = 1
    waiting: list[tuple[int, int, tuple[float, int] | None]] = [(root, top, None)]
    while waiting:
        event, row, parent = waiting.pop()
        each = rows[event]
        killed = float(each["deaths"]) + float(each["soldiers"])
        day = int(each["day"])
        nodes.append(Node(event, row, day, str(each["kind"]), str(each["layer"]), killed, parent))
        for k, child in enumerate(children.get(event, ())):
            if k:
                used += 1
            waiting.append((child, row if k == 0 else top + used - 1, (row, day)))
    return nodes, used


def causes(events: pd.DataFrame, daily: pd.DataFrame) -> Figure:
    """Draw the forest from the event log; the daily table gives the length of the history."""
    trees, n_lone = forest(events)
    if not trees:
        raise Unfit("causes: needs a history in which an event answered another one; in this one none did")
    shown: list[list[Node]] = []
    for tree in trees:
        if shown and max(node.row for node in tree) >= MOST_ROWS:
            break
        shown.append(tree)
    n_rows = int(max(node.row for tree in shown for node in tree)) + 1
    last = int(daily["day"].iloc[-1])
    with house_style():
        some = (
            f" The {len(shown)} largest of {len(trees)} trees are shown." if len(shown) < len(trees) else ""
        )
        sheet = Sheet(
            "Which event answered or followed which",
            f"One history of {counted(last, 'day')}: {counted(len(trees), 'tree')} of two events or more, "
            f"{counted(n_lone, 'event')} that nothing answered. One possible history; no interval.",
            _ROW * n_rows + 0.75,
            "Lines run from an event to those that answer or follow it. Feedback through feelings "
            "(fear and anger that make later events likelier) is not in this picture; "
            "residents' own moves are left out." + some,
        )
        axes = sheet.panel(_LEFT, 0.3, _WIDTH, _ROW * n_rows)
        axes.set_xlim(-0.5, last + 0.5)
        axes.set_ylim(n_rows - 0.5, -0.5)
        _draw(axes, shown)
        axes.set_xticks(day_ticks(last, 12))
        axes.set_xlabel("day (0 is the start)")
        axes.spines["left"].set_visible(False)
        axes.tick_params(left=False)
        _key(axes)
    return sheet.figure


def _draw(axes: Axes, trees: Sequence[Sequence[Node]]) -> None:
    names = []
    for tree in trees:
        first = min(node.row for node in tree)
        axes.axhline(first - 0.5, color=PALE, linewidth=0.6)
        root = tree[0]
        names.append((root.row, f"{kind_words(root.kind)}, day {root.day}"))
        tally: dict[str, int] = {}
        for node in tree[1:]:
            tally[kind_words(node.kind)] = tally.get(kind_words(node.kind), 0) + 1
        told = ", ".join(counted(n, kind) for kind, n in sorted(tally.items(), key=lambda pair: -pair[1])[:2])
        axes.text(
            1.01,
            root.row,
            f"→ {told}{' …' if len(tally) > 2 else ''}",
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=SIZE_SMALL - 1,
            color=FAINT,
        )
        for node in tree:
            if node.parent is not None:
                row, day = node.parent
                axes.plot(
                    [day, day, node.day],
                    [row, node.row, node.row],
                    color=FAINT,
                    linewidth=0.9,
                    label="answers",
                )
            look = LAYERS.get(node.layer, LAYERS["social"])
            axes.plot(
                node.day, node.row, look.marker, markersize=4.5, markeredgecolor=look.colour, clip_on=False,
                markerfacecolor=look.colour if node.killed else "white", label=node.kind, zorder=3,
            )  # fmt: skip
    axes.set_yticks([row for row, _ in names], [name for _, name in names])


def _key(axes: Axes) -> None:
    marks = [
        Line2D([], [], linestyle="", marker=look.marker, markeredgecolor=look.colour, markerfacecolor="white")
        for look in LAYERS.values()
    ]
    killed = Line2D([], [], linestyle="", marker="o", markeredgecolor=INK, markerfacecolor=INK)
    axes.legend(
        [*marks, killed], [*LAYERS, "somebody killed"], loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3
    )
