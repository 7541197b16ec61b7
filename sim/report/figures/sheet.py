"""The sheet that every figure of a study is drawn on: title, the line of evidence under it, a caption below.

All measures are inches from the edges, so that text keeps its distance whatever the size of the sheet.
"""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, PercentFormatter

from sim.report.labels import fit_width
from sim.report.style import (
    FAINT,
    INK,
    PALE,
    PHONE_INCHES,
    SIZE_SMALL,
    SIZE_TEXT,
    SIZE_TITLE,
    WIDTH_INCHES,
    is_for_phone,
)
from sim.report.words import count

HEAD, LINE = 0.8, 0.17  # inches above the first panel's heading; a line of the caption
_EDGE, _SIGNS = 0.22, 150  # of a line of the caption
_PHONE_EDGE, PHONE_SIGNS, _PHONE_TITLE, _PHONE_TITLE_SIGNS = 0.1, 47, 11.0, 30
EVIDENCE = "evidence"  # mark of the line under the title


class Sheet:
    """A figure with its head and caption; panels are placed on it in inches from the left and the top.

    `evidence` stands under the title; `body`: inches between head and caption.
    """

    def __init__(self, title: str, evidence: str, body: float, caption: str):
        is_narrow = is_for_phone()
        self.width, self.edge = (PHONE_INCHES, _PHONE_EDGE) if is_narrow else (WIDTH_INCHES, _EDGE)
        self.lines = textwrap.wrap(caption, PHONE_SIGNS if is_narrow else _SIGNS)
        self.foot = 0.18 + LINE * len(self.lines)
        titles = textwrap.wrap(title, _PHONE_TITLE_SIGNS) if is_narrow else [title]
        below = [*textwrap.wrap(evidence, PHONE_SIGNS), ""] if is_narrow else [evidence]  # "": for a note
        self.head = 0.3 + 0.21 * len(titles) + LINE * len(below) if is_narrow else HEAD
        self.height = self.head + body + self.foot
        self.figure = Figure(figsize=(self.width, self.height))
        FigureCanvasAgg(self.figure)
        if is_narrow:
            for k, line in enumerate(titles):
                self.write(0.22 + 0.21 * k, line, _PHONE_TITLE, INK, "bold")
            for k, line in enumerate(below):
                text = self.write(0.2 + 0.21 * len(titles) + LINE * k, line, SIZE_SMALL, FAINT)
            text.set_gid(EVIDENCE)
        else:
            self.write(0.34, title, SIZE_TITLE, INK, "bold")
            self.write(0.58, evidence, SIZE_TEXT, FAINT).set_gid(EVIDENCE)
        for k, line in enumerate(self.lines):
            self.write(self.height - 0.12 - LINE * (len(self.lines) - 1 - k), line, SIZE_SMALL, FAINT)

    def write(self, down: float, words: str, size: float, colour: str, weight: str = "normal") -> Text:
        """Write a line `down` inches from the top; one that is too long for the sheet is made to fit.

        `size`: in points.
        """
        text = self.figure.text(
            self.edge / self.width, 1 - down / self.height, words, fontsize=size, color=colour,
            fontweight=weight,
        )  # fmt: skip
        fit_width(text, self.width - 2 * self.edge, SIZE_SMALL)
        return text

    def panel(self, left: float, top: float, width: float, height: float, heading: str = "") -> Axes:
        """Axes, their upper left corner `left` from the edge and `top` below the head; all in inches."""
        down = self.head + top + height
        axes = self.figure.add_axes(
            (left / self.width, 1 - down / self.height, width / self.width, height / self.height)
        )
        axes.set_title(heading)
        return axes


def stamp(figure: Figure, note: str) -> None:
    """Add a note to the line under the title."""
    for text in figure.texts:
        if text.get_gid() == EVIDENCE:
            text.set_text(f"{text.get_text()} {note}".strip())
            return
    width, height = figure.get_size_inches()
    figure.text(_EDGE / width, 1 - 0.14 / height, note, fontsize=SIZE_SMALL, color=FAINT)


def percent_axis(axes: Axes, which: str = "y", top: float = 1.0) -> None:
    """Probabilities from 0 to `top` as percent, with pale guides, on the axis `which` ("x" or "y")."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    figure = axes.get_figure(root=True)
    assert figure is not None
    is_narrow = which == "x" and axes.get_position().width * figure.get_figwidth() < 2.4
    axis.set_major_locator(MaxNLocator(2 if is_narrow else 5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    (axes.set_ylim if which == "y" else axes.set_xlim)(0, top)
    axes.grid(True, axis=which, color=PALE, linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def fitting_top(shares: Any) -> float:
    """The upper end of an axis of probabilities, as tall as these shares need with a little room.

    Multiples of a tenth, at least a fifth, at most 1.
    """
    most = float(np.nanmax(np.asarray(shares, float), initial=0.0))
    return float(min(1.0, max(0.2, np.ceil(10 * (most * 1.06)) / 10)))


def histories(points: pd.DataFrame) -> str:
    """How many histories there are, from rows of points: "60 histories at each of 3 points (180 in all)"."""
    n = points["n"].astype(int)
    if len(n) == 1:
        return count(int(n.iloc[0]), "history", "histories")
    if n.nunique() == 1:
        each = count(int(n.iloc[0]), "history", "histories")
        return f"{each} at each of {len(n)} points ({n.sum():,} in all)"
    return f"{n.min():,} to {n.max():,} histories at each of {len(n)} points ({n.sum():,} in all)"


def share_words(share: float, low: float, high: float) -> str:
    """A share with its interval: "67 % (54-77 %)"."""
    return f"{100 * share:.0f} % ({100 * low:.0f}-{100 * high:.0f} %)"
