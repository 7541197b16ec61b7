"""Rows, one per point: dots with intervals side by side in several panels, named once at the left."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.report.figures.sheet import Sheet
from sim.report.labels import fit_width, width_inches
from sim.report.style import FAINT, INK, PALE, SIZE_SMALL, Look, is_for_phone

MOST_ROWS, ROW, SIGN_INCHES = 40, 0.34, 0.071  # a sign of a name, about
MOST_SIGNS = 28  # of a name on one line
_GAP, _EDGE, ABOVE, BELOW = 0.3, 0.25, 0.24, 0.5
_PHONE_ROW, PHONE_SIDE = 0.5, 0.22


@dataclass(frozen=True)
class Dots:
    """The dots of a panel: middle, low and high by row (nan where there is none), and the words there."""

    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    words: Sequence[str]

    @classmethod
    def of(cls, values: Any, words: Sequence[str]) -> Dots:
        """Dots from middle, low and high as columns (float64[rows, 3])."""
        table = np.asarray(values, np.float64)
        return cls(table[:, 0], table[:, 1], table[:, 2], words)


def height(n: int, panels: int = 1, tall: float = 1.0) -> float:
    """Inches that `n` rows take, with headings and axis; on a phone, panels lie one below the other.

    `tall`: of a row on a phone, where 1 is what one line of dots and its name take.
    """
    if is_for_phone():
        return panels * (ABOVE + tall * _PHONE_ROW * (max(2, n) + 0.5) + BELOW)
    return ABOVE + ROW * (max(2, n) + 0.3) + BELOW


def row_panels(
    sheet: Sheet, names: Sequence[str], headings: Sequence[str], top: float = 0.0, tall: float = 1.0
) -> list[Axes]:
    """Panels side by side that share their rows; on a phone one below the other.

    `names`: of the rows, the first on top (y = 0, then 1, ...); `headings`: a panel each; `top`: inches below
    the head of the sheet; `tall`: of a row on a phone. `height` says how much room they take.
    """
    n = max(2, len(names))
    if is_for_phone():
        return _stacked_panels(sheet, names, headings, top, tall)
    names = [wrap(name) for name in names]
    signs = (len(line) for name in names for line in name.split("\n"))
    left = 0.4 + SIGN_INCHES * max(12, *signs, 0)
    width = (sheet.width - left - _EDGE - _GAP * (len(headings) - 1)) / len(headings)
    panels = []
    for k, heading in enumerate(headings):
        axes = sheet.panel(left + k * (width + _GAP), top + ABOVE, width, ROW * (n + 0.3), heading)
        axes.set_ylim(len(names) - 0.5 + max(0, 2 - len(names)), -0.8)
        axes.set_yticks(range(len(names)), list(names) if k == 0 else [""] * len(names))
        axes.tick_params(left=False)
        axes.spines["left"].set_visible(False)
        panels.append(axes)
    return panels


def _stacked_panels(
    sheet: Sheet, names: Sequence[str], headings: Sequence[str], top: float, tall: float
) -> list[Axes]:
    """The same panels one below the other, each row under its name."""
    n, panels = max(2, len(names)), []
    for k, heading in enumerate(headings):
        down = top + k * height(len(names), tall=tall) + ABOVE
        body = tall * _PHONE_ROW * (n + 0.5)
        axes = sheet.panel(PHONE_SIDE, down, sheet.width - 2 * PHONE_SIDE, body, heading)
        axes.set_ylim(len(names) - 0.6 + max(0, 2 - len(names)), -1.1)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for y, name in enumerate(names):
            text = axes.text(
                0.0, y - 0.48, name, transform=axes.get_yaxis_transform(), va="bottom", fontsize=SIZE_SMALL,
                fontweight="bold", color=INK,
            )  # fmt: skip
            fit_width(text, sheet.width - 2 * PHONE_SIDE, SIZE_SMALL)
        panels.append(axes)
    return panels


def wrap(name: str) -> str:
    """A long name on two lines of about one length."""
    if len(name) <= MOST_SIGNS:
        return name
    half = max(MOST_SIGNS, len(name) // 2 + 6)
    return "\n".join(textwrap.wrap(name, half)[:2])


def draw_dots(axes: Axes, dots: Dots, look: Look, label: str) -> None:
    """Dots with lines for their intervals, and the words of each row above its dot.

    Call it when the limits of the axes are final. `label` is for tests, which find the dots by it.
    """
    rows = range(len(dots.middle))
    axes.hlines(
        rows, dots.low, dots.high, color=look.colour, linewidth=2.2, alpha=0.55, label=f"{label} interval"
    )
    axes.plot(dots.middle, rows, look.marker, color=look.colour, markersize=5, clip_on=False, label=label)
    figure = axes.get_figure(root=True)
    assert figure is not None
    low, high = axes.get_xlim()
    inches = axes.get_position().width * figure.get_figwidth() / (high - low)
    for y, (x, words) in enumerate(zip(dots.middle, dots.words, strict=True)):
        if x != x or not words:
            continue
        text = axes.text(
            x,
            y - (0.12 if is_for_phone() else 0.2),
            words,
            ha="center",
            va="bottom",
            fontsize=SIZE_SMALL,
            color=INK,
        )
        half = width_inches(text) / 2 / inches
        text.set_x(min(max(float(x), low + half), high - half))


def zero_line(axes: Axes, at: float = 0.0) -> None:
    """A line at no difference."""
    axes.axvline(at, color=FAINT, linewidth=0.8, zorder=0.5)


def guides(axes: Axes) -> None:
    """Pale guides up and down."""
    axes.grid(True, axis="x", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
