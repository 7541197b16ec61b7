"""Labels that do not overlap: where to put them when what they name lies too close together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text


_BESIDE = 1.018  # where the labels of lines begin, in widths of the axes
_WIDEST = 1.0 / 72  # of a letter, in inches per point
_STEPS = (1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730)  # days


def day_ticks(last: int, most: int) -> list[int]:
    """Days from 0 to `last`, evenly spaced, with at most `most` steps between them."""
    step = next((step for step in _STEPS if last / step <= most), max(1, -(-last // most)))
    return list(range(0, last + 1, step))


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Centres of labels without overlap in [low, high], close to the wanted ones (by least squares).

    `sizes` are the extents of the labels along the axis, in the same unit. Order is kept; equal wants
    keep the order given. If they do not all fit, they overlap evenly.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    room = high - low
    squeeze = min(1.0, room / sum(sizes)) if sum(sizes) > 0 else 1.0
    size = [sizes[i] * squeeze for i in order]
    # the distance that each label must keep from the first one; taken off, only the order is left to keep
    offsets = [0.0]
    for before, after in itertools.pairwise(size):
        offsets.append(offsets[-1] + (before + after) / 2)
    freed = _in_order([wanted[i] - offset for i, offset in zip(order, offsets, strict=True)])
    first, last = low + size[0] / 2, high - size[-1] / 2 - offsets[-1]
    placed = [0.0] * len(order)
    for i, start, offset in zip(order, freed, offsets, strict=True):
        placed[i] = max(first, min(start, max(first, last))) + offset
    return placed


def _in_order(values: Sequence[float]) -> list[float]:
    """The nearest sequence that never falls (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, n = value, 1
        while pools and pools[-1][0] > mean:
            before, m = pools.pop()
            mean, n = (before * m + mean * n) / (m + n), m + n
        pools.append((mean, n))
    return [mean for mean, n in pools for _ in range(n)]


def width_inches(text: Text) -> float:
    """Width in inches of a text of a figure, as it is drawn."""
    figure = text.get_figure(root=True)
    assert figure is not None
    return float(text.get_window_extent().width) / figure.dpi


def fit_width(text: Text, most: float, smallest: float) -> None:
    """Make a text small enough for `most` inches, and then shorter by leaving out its middle."""
    width = width_inches(text)
    if width <= most:
        return
    text.set_fontsize(max(smallest, float(text.get_fontsize()) * most / width))
    if width_inches(text) <= most:
        return
    words = text.get_text()
    low, high = 5, max(5, len(words) - 2)  # letters kept: the most that fit lie between
    while low < high:
        middle = (low + high + 1) // 2
        text.set_text(_shorten(words, middle))
        low, high = (middle, high) if width_inches(text) <= most else (low, middle - 1)
    text.set_text(_shorten(words, low))


def _shorten(words: str, keep: int) -> str:
    """The words with so many letters kept, the others left out of the middle."""
    return f"{words[: (keep + 1) // 2].rstrip()} … {words[len(words) - keep // 2 :].lstrip()}"


def left_edge(axes: Axes, inches: float = 0.1) -> float:
    """Where, in widths of these axes, a text begins that stands so far from the left edge of the sheet."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    place, width = axes.get_position(), figure.get_figwidth()
    return float((inches / width - place.x0) / place.width)


def break_line(text: Text, most: float) -> None:
    """Break a text into lines of at most `most` inches each, where words allow it."""
    words = re.split(r" (?!%)", text.get_text())  # "25 %" is one word
    lines = [words[0]]
    for word in words[1:]:
        text.set_text(f"{lines[-1]} {word}")
        if width_inches(text) <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    text.set_text("\n".join(lines))


def end_labels(axes: Axes, ends: Sequence[tuple[float, float, str, str]], size: float) -> list[Text]:
    """Label lines at the right of the axes. `ends`: last x and y of a line in data, label, colour.

    A label that had to give way, or whose line ends early, is joined to its line by a thin leader. One that
    would stick out of the sheet is put on two lines. `size`: in points. Call it when the limits of the axes
    are final.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    low, high = axes.get_ylim()
    height = axes.get_position().height * figure.get_figheight()
    line = 1.25 * size / 72 / height * (high - low)  # one line of text, in data
    place, width = axes.get_position(), figure.get_figwidth()
    room = width - (place.x0 + _BESIDE * place.width) * width - 0.03
    ends = ends[::-1]  # of lines that end level, the first one named comes on top
    names = [_fit_label(axes, label, size, room) for _, _, label, _ in ends]
    sizes = [line * (1 + name.count("\n")) for name in names]
    placed = spread([y for _, y, _, _ in ends], sizes, low - line / 2, high + line / 2)
    right = axes.get_xlim()[1]
    texts: list[Text] = []
    for (x, y, _, colour), label, at in zip(ends, names, placed, strict=True):
        texts.append(
            axes.annotate(
                label,
                xy=(x, y),
                xytext=(_BESIDE, at),
                textcoords=axes.get_yaxis_transform(),
                va="center" if "\n" in label else "center_baseline",
                linespacing=1.05,
                fontsize=size,
                color=colour,
                annotation_clip=False,
                arrowprops={
                    "arrowstyle": "-",
                    "color": colour,
                    "linewidth": 0.5,
                    "shrinkA": 1.5,
                    "shrinkB": 1,
                    "relpos": (0, 0.5),
                }
                if abs(at - y) > line / 4 or x < right - 0.02 * (right - axes.get_xlim()[0])
                else None,
            )
        )
    return texts


def _fit_label(axes: Axes, label: str, size: float, room: float) -> str:
    """The label in lines of at most so many inches."""
    if len(label) * size * _WIDEST < room:  # it fits whatever its letters are
        return label
    text = axes.text(0, 0, label, fontsize=size)
    if width_inches(text) > room:
        break_line(text, room)
    text.remove()
    return str(text.get_text())
