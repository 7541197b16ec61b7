"""Morris' screening: the mean size of each factor's effects, with intervals, and against their spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from sim.report.figures.deciding import FACTOR, LUCK, names_of, outcome_words, rows_of
from sim.report.figures.rows import PHONE_SIDE, Dots, draw_dots, guides, height, row_panels, zero_line
from sim.report.figures.sheet import Sheet
from sim.report.labels import left_edge
from sim.report.style import FAINT, GREY, INK, SIZE_SMALL, house_style, is_for_phone
from sim.study.sensitivity.table import SEED_KEY
from sim.study.sensitivity.words import evidence, luck_words

_NOTHING = 1e-9  # a mean effect closer to 0 is rounding
_ROOM = 0.4  # inches, for the ticks of the right panel
_PHONE_SQUARE, _PHONE_LEFT = 2.4, 0.62
_HEADS = ("Mean size of effects, mu*", "Size against spread, by rank")
_NEAR = 0.03  # marks nearer than this share of both axes share one label
_CAPTION = (
    "An elementary effect is the change in the mean outcome of a point over a step of two thirds of a "
    "factor's range, scaled to the whole range. Dotted: the effect of other seeds alone; a factor at that "
    "line does no more than new luck would. Dashed: spread as large as size, where non-linearity "
    "and interactions dominate."
)


def morris(sensitivity: pd.DataFrame, outcome: str | None = None) -> Figure:
    """Draw a row per factor, and the same factors as mu* against sigma, by their rank.

    `sensitivity`: the table of it; `outcome` as in `deciding.rows_of`. Raises Unfit as there.
    """
    rows = rows_of(sensitivity, "morris", "morris", outcome)
    is_luck = (rows["factor"] == SEED_KEY).to_numpy()
    names = [f"{name}  {k}" for k, name in enumerate(names_of(rows), 1)]
    floor = float(rows["mu_star"][is_luck].iloc[0])
    with house_style():
        sheet = Sheet(
            f"Which factors decide {outcome_words(rows)}",
            f"{evidence(rows)}. Lines: 95 % intervals (bootstrap over trajectories).",
            height(len(rows)) + (_PHONE_SQUARE + 1.0 if is_for_phone() else 0.0),
            f"{_CAPTION} {luck_words(rows)}",
        )
        if is_for_phone():
            (left,) = row_panels(sheet, names, [_HEADS[0]])
            wide = sheet.width - _PHONE_LEFT - PHONE_SIDE
            right = sheet.panel(_PHONE_LEFT, height(len(rows)) + 0.3, wide, _PHONE_SQUARE)
            right.set_title(_HEADS[1], x=left_edge(right, PHONE_SIDE))
        else:
            left, right = row_panels(sheet, names, _HEADS)
            place, room = right.get_position(), _ROOM / sheet.width
            right.set_position((place.x0 + room, place.y0, place.width - room, place.height))
        top = 1.12 * float(rows["mu_star_high"].max()) or 1.0
        left.set_xlim(0, top)
        for look, mine, label in ((FACTOR, ~is_luck, "factors"), (LUCK, is_luck, "luck")):
            values = np.where(mine[:, None], rows[["mu_star", "mu_star_low", "mu_star_high"]], np.nan)
            words = [
                f"{star:.2g} (mean {f'{mu:+.2g}' if abs(mu) > _NOTHING else '0'})" if star > _NOTHING else "0"
                for star, mu in zip(rows["mu_star"], rows["mu"], strict=True)
            ]
            draw_dots(left, Dots.of(values, words), look, label)
        left.xaxis.set_major_locator(MaxNLocator(5))
        guides(left)
        _floor(left, floor)
        _scatter(right, rows, is_luck)
        _floor(right, floor)
    return sheet.figure


def _floor(axes: Axes, at: float) -> None:
    axes.axvline(at, color=LUCK.colour, linewidth=0.9, linestyle=":", zorder=0.6, label="floor")


def _scatter(axes: Axes, rows: pd.DataFrame, is_luck: np.ndarray) -> None:
    """The factors by mu* and sigma; a number is the rank in the panel beside it."""
    x, y = rows["mu_star"].to_numpy(float), rows["sigma"].to_numpy(float)
    most = 1.12 * float(max(x.max(), y.max())) or 1.0
    axes.set_xlim(0, most)
    axes.set_ylim(0, most)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.spines["left"].set_visible(True)
    axes.tick_params(left=True)
    axes.plot([0, most], [0, most], color=GREY, linewidth=0.8, linestyle="--", zorder=0.6)
    for look, mine, label in ((FACTOR, ~is_luck, "sigma"), (LUCK, is_luck, "sigma of luck")):
        axes.plot(x[mine], y[mine], look.marker, color=look.colour, markersize=5, clip_on=False, label=label)
    for at, ranks in _join_marks(x / most, y / most):
        axes.annotate(
            _write_ranks(ranks), (x[at], y[at]), xytext=(5, 3), textcoords="offset points",
            fontsize=SIZE_SMALL, color=INK,
        )  # fmt: skip
    axes.set_xlabel("mu*", color=FAINT)
    axes.set_ylabel("sigma")
    guides(axes)
    zero_line(axes)


def _write_ranks(ranks: list[int]) -> str:
    """Ranks as they are read: "4", "4, 5", "4-7"."""
    is_row = len(ranks) > 2 and ranks[-1] - ranks[0] == len(ranks) - 1
    return f"{ranks[0]}-{ranks[-1]}" if is_row else ", ".join(map(str, ranks))


def _join_marks(x: np.ndarray, y: np.ndarray) -> list[tuple[int, list[int]]]:
    """Marks that lie on each other: the first of them, and the ranks of all."""
    found: list[tuple[int, list[int]]] = []
    for k, (a, b) in enumerate(zip(x, y, strict=True)):
        for at, ranks in found:
            if abs(x[at] - a) < _NEAR and abs(y[at] - b) < _NEAR:
                ranks.append(k + 1)
                break
        else:
            found.append((k, [k + 1]))
    return found
