"""The forest of causes of one history: which event answered or followed which, tree by tree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.dates import DATES, label_days
from sim.report.figures.fit import Unfit
from sim.report.figures.rows import SIGN_INCHES
from sim.report.figures.sheet import LINE, PHONE_SIGNS, Sheet
from sim.report.history import Break, breaking_chain, breaks_of, incidents
from sim.report.labels import day_ticks, left_edge
from sim.report.style import ENDINGS, FAINT, INK, LAYERS, PALE, SIZE_SMALL, house_style, is_for_phone
from sim.report.words import count, kind_words, list_words

MOST_ROWS, _ROW, _LEFT, _WIDTH = 45, 0.2, 2.1, 5.7
_PHONE_SIDE = 0.2


@dataclass(frozen=True)
class Node:
    """One event at its place: row, day, what it is, row and day of the event it answers (None for a root).

    `killed`: residents and soldiers.
    """

    event: int
    row: float
    day: int
    kind: str
    layer: str
    killed: float
    parent: tuple[float, int] | None


def forest(events: pd.DataFrame) -> tuple[list[list[Node]], int]:
    """The trees of two events or more, the largest first and rows running through; number of lone events.

    `events`: the event log. A tree is a list of nodes that begins with its root.
    """
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


def causes(events: pd.DataFrame, daily: pd.DataFrame, row: Mapping[str, Any] | None = None) -> Figure:
    """Draw the forest from the event log; the daily table gives the length of the history and its breaks.

    With the run's `row` breaks are named by their endings, and the chain is ringed that broke it by feud.
    Raises Unfit if no event answered another one.
    """
    trees, n_lone = forest(events)
    if not trees:
        raise Unfit("causes: needs a history in which an event answered another one; in this one none did")
    breaks = breaks_of(daily, row or {})
    chain = set(breaking_chain(breaks, daily, events))
    trees.sort(key=lambda tree: not any(node.event in chain for node in tree))  # the one that broke it first
    trees = _stack(trees)
    shown: list[list[Node]] = []
    for tree in trees:
        if shown and max(node.row for node in tree) >= MOST_ROWS:
            break
        shown.append(tree)
    if is_for_phone():
        shown = _make_room(shown)
    n_rows = int(max(node.row for tree in shown for node in tree)) + 1
    last = int(daily["day"].iloc[-1])
    zero = str(daily["date"].iloc[0]) if "date" in daily else None
    with house_style():
        some = (
            f" The {len(shown)} largest of {len(trees)} trees are shown." if len(shown) < len(trees) else ""
        )
        key = LINE * 2 if is_for_phone() else 0.0  # two lines more
        sheet = Sheet(
            "Which event answered or followed which",
            f"One history of {count(last, 'day')}: {count(len(trees), 'tree')} of two events or more, "
            f"{count(n_lone, 'event')} that nothing answered. One possible history; no interval.",
            _ROW * n_rows + 0.75 + (DATES if zero else 0.0) + key,
            "Lines run from an event to those that answer or follow it. Feedback through feelings "
            "(fear and anger that make later events more likely) is not in this picture; "
            "residents' own moves are left out." + _caption(breaks, bool(chain)) + some,
        )
        longest = SIGN_INCHES * max(len(_answers_of(tree)) for tree in shown)
        left, width = _LEFT, min(_WIDTH, sheet.width - _LEFT - longest - 0.1)
        if is_for_phone():
            left, width = _PHONE_SIDE, sheet.width - 2 * _PHONE_SIDE
        axes = sheet.panel(left, 0.3 + key, width, _ROW * n_rows)
        axes.set_xlim(-0.5, last + 0.5)
        axes.set_ylim(n_rows - 0.5, -0.5)
        for broken in breaks:
            axes.axvline(broken.day, color=INK, linewidth=0.8, zorder=0.8, label="break")
        _draw(axes, shown, chain)
        label_days(axes, day_ticks(last, 6 if is_for_phone() else 12), zero)
        axes.spines["left"].set_visible(False)
        axes.tick_params(left=False)
        _key(axes, bool(breaks), bool(chain))
    return sheet.figure


def _stack(trees: Sequence[Sequence[Node]]) -> list[list[Node]]:
    """The trees in this order, one below the other."""
    placed, top = [], 0
    for tree in trees:
        rows = [node.row for node in tree]
        move = top - min(rows)
        placed.append([
            replace(node, row=node.row + move,
                    parent=None if node.parent is None else (node.parent[0] + move, node.parent[1]))
            for node in tree
        ])  # fmt: skip
        top += int(max(rows) - min(rows)) + 1
    return placed


def _make_room(trees: Sequence[Sequence[Node]]) -> list[list[Node]]:
    """A row or two above each tree for its name and what is in it, on a phone."""
    placed, more = [], 0
    for tree in trees:
        more += len(_lines_above(tree))
        placed.append([
            replace(node, row=node.row + more,
                    parent=None if node.parent is None else (node.parent[0] + more, node.parent[1]))
            for node in tree
        ])  # fmt: skip
    return placed


def _lines_above(tree: Sequence[Node]) -> list[str]:
    """The name of a tree and what is in it, on one line if it can be."""
    line = f"{_name_of(tree)}  {_answers_of(tree)}"
    return [line] if len(line) <= PHONE_SIGNS else line.split("  ")


def _name_of(tree: Sequence[Node]) -> str:
    """What a tree begins with."""
    return f"{kind_words(tree[0].kind)}, day {tree[0].day}"


def _answers_of(tree: Sequence[Node]) -> str:
    """How a tree goes on: its two commonest kinds."""
    tally: dict[str, int] = {}
    for node in tree[1:]:
        tally[kind_words(node.kind)] = tally.get(kind_words(node.kind), 0) + 1
    told = ", ".join(count(n, kind) for kind, n in sorted(tally.items(), key=lambda pair: -pair[1])[:2])
    return f"→ {told}{' …' if len(tally) > 2 else ''}"


def _caption(breaks: Sequence[Break], has_chain: bool) -> str:
    """What the lines and rings mean, where there are any."""
    words = ""
    if breaks:
        days = list_words(
            [f"{each.day} ({each.ending})" if each.ending else f"{each.day}" for each in breaks], 6
        )
        words = f" The truce broke on day{'s' * (len(breaks) > 1)} {days}."
    return words + (" Rings: the longest chain in the feud that broke it." if has_chain else "")


def _draw(axes: Axes, trees: Sequence[Sequence[Node]], chain: Collection[int] = ()) -> None:
    names = []
    for tree in trees:
        first = min(node.row for node in tree)
        axes.axhline(
            first - 0.5 - (len(_lines_above(tree)) if is_for_phone() else 0), color=PALE, linewidth=0.6
        )
        root = tree[0]
        if is_for_phone():
            _write_above(axes, root.row, _lines_above(tree))
        else:
            names.append((root.row, _name_of(tree)))
            axes.text(
                1.01, root.row, _answers_of(tree), transform=axes.get_yaxis_transform(), va="center",
                fontsize=SIZE_SMALL, color=FAINT,
            )  # fmt: skip
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
            if node.event in chain:
                axes.plot(
                    node.day, node.row, "o", markersize=11, markerfacecolor="none", markeredgewidth=1.5,
                    markeredgecolor=ENDINGS["feud"].colour, clip_on=False, label="chain", zorder=3.2,
                )  # fmt: skip
            axes.plot(
                node.day, node.row, look.marker, markersize=4.5, markeredgecolor=look.colour, clip_on=False,
                markerfacecolor=look.colour if node.killed else "white", label=node.kind, zorder=3,
            )  # fmt: skip
    axes.set_yticks([row for row, _ in names], [name for _, name in names])


def _write_above(axes: Axes, row: float, lines: Sequence[str]) -> None:
    """The lines of a tree above its first row, from the left edge of the sheet."""
    for k, line in enumerate(reversed(lines)):
        axes.text(
            left_edge(axes), row - 0.95 - k, line, transform=axes.get_yaxis_transform(), va="center",
            fontsize=SIZE_SMALL, zorder=3.1, bbox={"facecolor": "white", "linewidth": 0, "pad": 0.3},
        )  # fmt: skip


def _key(axes: Axes, has_break: bool, has_chain: bool) -> None:
    marks = [
        Line2D([], [], linestyle="", marker=look.marker, markeredgecolor=look.colour, markerfacecolor="white")
        for look in LAYERS.values()
    ]
    killed = Line2D([], [], linestyle="", marker="o", markeredgecolor=INK, markerfacecolor=INK)
    handles, words = [*marks, killed], [*LAYERS, "somebody killed"]
    if has_break:
        handles.append(Line2D([], [], color=INK, linewidth=0.9))
        words.append("the truce broke")
    if has_chain:
        ring = Line2D([], [], linestyle="", marker="o", markersize=8, markerfacecolor="none")
        ring.set_markeredgecolor(ENDINGS["feud"].colour)
        handles.append(ring)
        words.append("chain that broke it")
    is_narrow = is_for_phone()
    axes.legend(
        handles, words, loc="lower left" if is_narrow else "lower right",
        bbox_to_anchor=(left_edge(axes) if is_narrow else 1.0, 1.0), ncols=2 if is_narrow else len(words),
    )  # fmt: skip
