"""Two factors at once: the probability of a break in each cell, with its interval where there is room."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.report.figures.fit import Unfit, keep_filled
from sim.report.figures.points import factors_of
from sim.report.figures.sheet import Sheet, histories
from sim.report.names import axis_words, key_words, value_words
from sim.report.style import INK, SIZE_SMALL, SIZE_TEXT, house_style, lightness

_LEFT, _ROW, _MOST_ROWS_INCHES = 1.9, 0.55, 6.0
_MOST_CELLS, _MOST_WRITTEN = 2500, 12
# one hue from light to dark: the order can be read in grey
SCALE = LinearSegmentedColormap.from_list("hudna", ["#F7F7F7", "#F3C6A0", "#D55E00", "#5C1F00"])


def heat_map(points: pd.DataFrame) -> Figure:
    """Draw a cell for each pair of values of two factors."""
    good = keep_filled(points, "heat_map")
    factors = factors_of(points)
    if len(factors) != 2:
        told = ", ".join(factors) if factors else "nothing"
        raise Unfit(f"heat_map: needs exactly two factors; this study varies {told}")
    across, down = factors
    columns, rows = sorted(good[across].unique().tolist()), sorted(good[down].unique().tolist())
    if len(rows) * len(columns) > _MOST_CELLS or good.duplicated(factors).any():
        raise Unfit("heat_map: needs two factors with listed values, at most 2,500 cells; these are samples")
    if min(len(rows), len(columns)) < 2:
        raise Unfit("heat_map: needs two values or more of each of its two factors")
    cells = good.set_index(factors)
    grid = {
        name: np.full((len(rows), len(columns)), np.nan)
        for name in ("p_break", "p_break_low", "p_break_high")
    }
    for name, values in grid.items():
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                if (column, row) in cells.index:
                    values[i, j] = cells.loc[(column, row), name]
    with house_style():
        body = min(_MOST_ROWS_INCHES, max(2.0, _ROW * len(rows)))
        written = max(len(rows), len(columns)) <= _MOST_WRITTEN
        sheet = Sheet(
            f"Probability of a break by {key_words(across)} and {key_words(down)}",
            f"{histories(good)}. In each cell: share of histories that broke"
            + (", below it the 95 % interval (Wilson)." if written else "."),
            body + 0.75,
            "The darker, the more often the truce broke. Cells without a history are left white.",
        )
        axes = sheet.panel(_LEFT, 0.1, 6.7, body)
        axes.imshow(grid["p_break"], cmap=SCALE, vmin=0, vmax=1, aspect="auto", origin="lower")
        axes.set_xticks(*_ticks(columns))
        axes.set_yticks(*_ticks(rows))
        axes.set_xlabel(axis_words(across))
        axes.set_ylabel(axis_words(down))
        axes.tick_params(length=0)
        axes.set_xticks(np.arange(-0.5, len(columns)), minor=True)
        axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
        axes.grid(which="minor", color="white", linewidth=1.5)
        axes.tick_params(which="minor", length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        if written:
            _write(axes, grid)
        key = sheet.panel(_LEFT + 6.9, 0.1, 0.16, body)
        bar = sheet.figure.colorbar(ScalarMappable(Normalize(0, 1), SCALE), cax=key)
        bar.ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        bar.outline.set_visible(False)
    return sheet.figure


def _ticks(values: list[object]) -> tuple[list[int], list[str]]:
    """Places and words of at most twelve values."""
    step = -(-len(values) // 12)
    places = list(range(0, len(values), step))
    return places, [value_words(values[k]) for k in places]


def _write(axes: Axes, grid: dict[str, np.ndarray]) -> None:
    for (i, j), share in np.ndenumerate(grid["p_break"]):
        if np.isnan(share):
            continue
        ink = "white" if lightness(to_hex(SCALE(share)).upper()) < 56 else INK
        low, high = grid["p_break_low"][i, j], grid["p_break_high"][i, j]
        axes.text(
            j, i + 0.12, f"{100 * share:.0f} %", ha="center", va="center", color=ink, fontsize=SIZE_TEXT
        )
        axes.text(
            j, i - 0.24, f"{100 * low:.0f}-{100 * high:.0f}", ha="center", va="center", color=ink,
            fontsize=SIZE_SMALL,
        )  # fmt: skip
