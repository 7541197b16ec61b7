"""Two factors at once: the probability of a break in each cell, with its interval where there is room."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.report.figures.fit import Unfit, keep_filled
from sim.report.figures.points import factors_of
from sim.report.figures.rows import SIGN_INCHES
from sim.report.figures.sheet import LINE, Sheet, histories
from sim.report.labels import left_edge
from sim.report.names import axis_words, key_words, value_words
from sim.report.style import INK, PHONE_INCHES, SIZE_SMALL, SIZE_TEXT, house_style, is_for_phone, lightness

_LEFT, _ROW, _MOST_ROWS_INCHES = 1.9, 0.55, 6.0
_MOST_SIGNS = 13  # of a line of a row's name on a phone
_SHARE_INCHES, _INTERVAL_INCHES = 0.26, 0.46  # of a cell in which a share, and its interval, can be read
_CAPTION = "The darker, the more often the truce broke. Cells without a history are left white."
_MOST_CELLS, _MOST_WRITTEN, _MOST_TICKS = 2500, 12, 12
# one hue from light to dark: the order can be read in grey
SCALE = LinearSegmentedColormap.from_list("hudna", ["#F7F7F7", "#F3C6A0", "#D55E00", "#5C1F00"])


def heat_map(points: pd.DataFrame) -> Figure:
    """Draw a cell for each pair of values of two factors, from the table of points.

    Raises Unfit unless there are exactly two, with two listed values or more each.
    """
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
        if is_for_phone():
            return _narrow(good, (across, down), (columns, rows), grid)
        body = min(_MOST_ROWS_INCHES, max(2.0, _ROW * len(rows)))
        written = max(len(rows), len(columns)) <= _MOST_WRITTEN
        sheet = Sheet(
            f"Probability of a break by {key_words(across)} and {key_words(down)}",
            f"{histories(good)}. In each cell: share of histories that broke"
            + (", below it the 95 % interval (Wilson)." if written else "."),
            body + 0.75,
            _CAPTION,
        )
        axes = sheet.panel(_LEFT, 0.1, 6.7, body)
        _draw_cells(axes, grid, columns, rows)
        axes.set_xlabel(axis_words(across))
        axes.set_ylabel(axis_words(down))
        if written:
            _write(axes, grid)
        _draw_scale(sheet, sheet.panel(_LEFT + 6.9, 0.1, 0.16, body))
    return sheet.figure


def _narrow(
    good: pd.DataFrame,
    factors: tuple[str, str],
    values: tuple[list[object], list[object]],
    grid: dict[str, np.ndarray],
) -> Figure:
    """The same for a phone: turned if that leaves more room, what stands beside the cells below them."""
    (across, down), (columns, rows) = factors, values
    if _squeeze(columns, rows) > _squeeze(rows, columns):
        (across, down), (columns, rows) = (down, across), (rows, columns)
        grid = {name: table.T for name, table in grid.items()}
    left, width = _room(rows)
    cell = width / len(columns)
    has_shares, has_intervals = cell >= _SHARE_INCHES, cell >= _INTERVAL_INCHES
    longest = max(1 + _row_name(value).count("\n") for value in rows)
    told = ", below it the 95 % interval (Wilson)" if has_intervals else ""
    body = min(_MOST_ROWS_INCHES, max(1.2, (_ROW if has_intervals or longest > 1 else 0.32) * len(rows)))
    across_words, down_words = (textwrap.wrap(axis_words(key), 46) for key in (across, down))
    top = 0.05 + LINE * len(down_words)
    places, names = _ticks(columns)
    names = [
        "\n".join(textwrap.wrap(name, max(4, int(_tick_room(columns, width) / SIGN_INCHES))))
        for name in names
    ]
    below = LINE * (1 + max(name.count("\n") for name in names) + len(across_words)) + 0.2
    sheet = Sheet(
        f"Probability of a break by {key_words(across)} and {key_words(down)}",
        f"{histories(good)}. In each cell: share of histories that broke{told}."
        if has_shares
        else f"{histories(good)}. Colour: share of histories that broke.",
        top + body + below + 0.55,
        _CAPTION if has_intervals else f"{_CAPTION} Intervals are in the table of points.",
    )
    axes = sheet.panel(left, top, width, body)
    axes.set_title("\n".join(down_words), x=left_edge(axes), fontweight="normal", pad=3, linespacing=1.15)
    _draw_cells(axes, grid, columns, rows)
    axes.set_yticks(rows_at := _ticks(rows)[0], [_row_name(rows[k]) for k in rows_at], linespacing=1.05)
    axes.set_xticks(places, names, linespacing=1.05)
    axes.set_xlabel("\n".join(across_words), labelpad=2, linespacing=1.15)
    if has_shares:
        _write(axes, grid, has_intervals)
    _draw_scale(sheet, sheet.panel(left, top + body + below + 0.08, width, 0.12), "horizontal")
    return sheet.figure


def _room(rows: list[object]) -> tuple[float, float]:
    """Inches left of the cells for the names of the rows, and for the cells, on a phone."""
    longest = max(len(line) for value in rows for line in _row_name(value).split("\n"))
    left = 0.18 + SIGN_INCHES * min(longest, _MOST_SIGNS + 4)
    return left, PHONE_INCHES - left - 0.3


def _row_name(value: object) -> str:
    """The name of a row on a phone, in lines."""
    return "\n".join(textwrap.wrap(value_words(value), _MOST_SIGNS)) or "-"


def _tick_room(columns: list[object], width: float) -> float:
    """Inches that the name of a column may take."""
    return width / len(columns) * -(-len(columns) // _MOST_TICKS)


def _squeeze(columns: list[object], rows: list[object]) -> float:
    """How much too narrow the columns are for what is written in and below them, on a phone."""
    _, width = _room(rows)
    name = max(SIGN_INCHES * len(value_words(value)) for value in columns) / _tick_room(columns, width)
    return max(1.0, name, _INTERVAL_INCHES * len(columns) / width)


def _draw_cells(axes: Axes, grid: dict[str, np.ndarray], columns: list[object], rows: list[object]) -> None:
    """Coloured cells between white lines, the values of both factors beside them."""
    axes.imshow(grid["p_break"], cmap=SCALE, vmin=0, vmax=1, aspect="auto", origin="lower")
    axes.set_xticks(*_ticks(columns))
    axes.set_yticks(*_ticks(rows))
    axes.tick_params(length=0)
    axes.set_xticks(np.arange(-0.5, len(columns)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _draw_scale(sheet: Sheet, axes: Axes, orientation: str = "vertical") -> None:
    """The key to the colours."""
    bar = sheet.figure.colorbar(ScalarMappable(Normalize(0, 1), SCALE), cax=axes, orientation=orientation)
    axis = bar.ax.yaxis if orientation == "vertical" else bar.ax.xaxis
    axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    bar.outline.set_visible(False)


def _ticks(values: list[object]) -> tuple[list[int], list[str]]:
    """Places and words of at most twelve values."""
    step = -(-len(values) // _MOST_TICKS)
    places = list(range(0, len(values), step))
    return places, [value_words(values[k]) for k in places]


def _write(axes: Axes, grid: dict[str, np.ndarray], has_intervals: bool = True) -> None:
    """The share into each cell, and its interval below it."""
    for (i, j), share in np.ndenumerate(grid["p_break"]):
        if np.isnan(share):
            continue
        ink = "white" if lightness(to_hex(SCALE(share)).upper()) < 56 else INK
        low, high = grid["p_break_low"][i, j], grid["p_break_high"][i, j]
        up, unit = (0.12, " %") if has_intervals else (0.0, "")
        axes.text(
            j, i + up, f"{100 * share:.0f}{unit}", ha="center", va="center", color=ink, fontsize=SIZE_TEXT
        )
        if not has_intervals:
            continue
        axes.text(
            j, i - 0.24, f"{100 * low:.0f}-{100 * high:.0f}", ha="center", va="center", color=ink,
            fontsize=SIZE_SMALL,
        )  # fmt: skip
