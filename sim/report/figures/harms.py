"""What holds a truce and what it costs: paired differences from the base in breaks, deaths and departures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, StrMethodFormatter

from sim.report.effects import OUTCOMES, SMALL_SHARE
from sim.report.figures.fit import keep_filled
from sim.report.figures.points import labels_of, some_of, space_evenly
from sim.report.figures.rows import MOST_ROWS, Dots, draw_dots, guides, height, row_panels, zero_line
from sim.report.figures.sheet import Sheet, fitting_top, histories, percent_axis
from sim.report.style import BLACK, BLUE, SKY, VERMILLION, Look, house_style
from sim.report.words import with_range
from sim.stats.intervals import mean_half_width

HARMS = (
    ("deaths", "Residents who died", Look(BLACK, "x")),
    ("departed", "Residents who left", Look(BLUE, "D")),
    ("sieges", "Sieges", Look(SKY, "s")),
)
MORE, FEWER, NEITHER = Look(VERMILLION, "^"), Look(BLUE, "v"), Look(BLACK, "o")
_HEADINGS = {"broke": "Breaks", "deaths": "Deaths", "departed": "Departures"}


def mean_interval(points: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of an outcome at each point, and its 95 % t interval, from mean, standard deviation and number.

    As middle, low, high (float64[points] each).
    """
    middle = points[f"{name}_mean"].to_numpy(float)
    half = mean_half_width(points[f"{name}_sd"].to_numpy(float), points["n"].to_numpy(float))
    return middle, middle - half, middle + half


def harms(points: pd.DataFrame, differences: pd.DataFrame | None = None, base: str = "") -> Figure:
    """Draw a row per point, at most forty, from the tables of points and differences.

    Where points have a base their paired differences to it are drawn, else their means. `base` names the
    base where it is none of these points. Raises Unfit if no run succeeded.
    """
    good = keep_filled(points, "harms")
    there = [int(point) for point in good["point"]]
    shown = space_evenly(there, MOST_ROWS)
    with house_style():
        if differences is None or differences["difference"].dropna().empty:
            return _means(points, good, shown, there)
        return _differences(points, good, differences, shown, there, base)


def _differences(
    points: pd.DataFrame,
    good: pd.DataFrame,
    differences: pd.DataFrame,
    shown: Sequence[int],
    there: Sequence[int],
    base: str,
) -> Figure:
    labels = labels_of(points)
    bases = sorted({int(base) for base in differences["base"]})
    if not base:
        base = labels[bases[0]] if len(bases) == 1 else "the base with the same other settings"
    paired = bool(differences["method"].str.startswith("paired").any())
    sheet = Sheet(
        f"Breaks, deaths and departures, against {base}",
        f"{histories(good)}. Differences per history{', pair by pair under the same luck' * paired}; "
        f"lines: 95 % intervals ({_methods(differences)}).",
        height(len(shown), len(OUTCOMES)),
        "Left of the line at 0: fewer; right: more. Shaded: effects on breaks of under "
        f"{100 * SMALL_SHARE:.0f} points. The base shows its own share and means. A measure that holds the "
        "truce and costs more lives may not be worth it: read across each row." + some_of(shown, there),
    )
    panels: list[Axes] = row_panels(sheet, [labels[p] for p in shown], list(_HEADINGS.values()))
    own = good.set_index("point").reindex(list(shown))
    for axes, name in zip(panels, OUTCOMES, strict=True):
        scale = 100.0 if name == "broke" else 1.0
        mine = differences[differences["outcome"] == name].set_index("point").reindex(list(shown))
        values = scale * mine[["difference", "low", "high"]].to_numpy(float)
        reach = 1.15 * float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:+,g}" if x else "0"))
        axes.set_xlabel("percentage points" if name == "broke" else "residents per history")
        guides(axes)
        zero_line(axes)
        if name == "broke":
            axes.axvspan(-100 * SMALL_SHARE, 100 * SMALL_SHARE, color="#EFEFEF", zorder=0.1, linewidth=0)
        _draw(axes, values, name)
        for y, point in enumerate(shown):
            if np.isnan(values[y, 0]):
                row = own.loc[point]
                told = (
                    f"{100 * row['p_break']:.0f} % broke"
                    if name == "broke"
                    else f"{row[f'{name}_mean']:,.0f}"
                )
                axes.text(0, y, f" {told}", va="center", fontsize=8)
    return sheet.figure


def _draw(axes: Axes, values: np.ndarray, name: str) -> None:
    """More in one colour and marker, fewer in another, those whose interval holds 0 in a third."""
    digits = 0 if float(np.nanmax(np.abs(values), initial=0.0)) >= 10 else 1
    words = [
        "" if np.isnan(middle) else with_range(middle, low, high, digits=digits)
        for middle, low, high in values
    ]
    is_more, is_fewer = values[:, 1] > 0, values[:, 2] < 0
    for label, look, mine in (
        (f"more {name}", MORE, is_more),
        (f"fewer {name}", FEWER, is_fewer),
        (f"open {name}", NEITHER, ~is_more & ~is_fewer & ~np.isnan(values[:, 0])),
    ):
        if mine.any():
            draw_dots(axes, Dots.of(np.where(mine[:, None], values, np.nan), words), look, label)


def _methods(differences: pd.DataFrame) -> str:
    mine = differences[differences["outcome"].isin(list(OUTCOMES))]
    return "; ".join(sorted(set(mine["method"].dropna())))


def _means(points: pd.DataFrame, good: pd.DataFrame, shown: Sequence[int], there: Sequence[int]) -> Figure:
    table, labels = good.set_index("point").loc[list(shown)], labels_of(points)
    sheet = Sheet(
        "How often the truce breaks, and what it costs those inside",
        f"{histories(good)}. Means per history; lines: 95 % intervals (Wilson for the share, t for means).",
        height(len(shown), 1 + len(HARMS)),
        "A measure that holds the truce and costs more lives may not be worth it: read across each row."
        + some_of(shown, there),
    )
    headings = ["Truce broke", *(heading for _, heading, _ in HARMS)]
    broke, *others = row_panels(sheet, [labels[p] for p in shown], headings)
    percent_axis(broke, "x", fitting_top(table["p_break_high"]))
    shares = [f"{100 * share:.0f} %" for share in table["p_break"]]
    columns = ["p_break", "p_break_low", "p_break_high"]
    draw_dots(broke, Dots.of(table[columns], shares), Look(BLACK), "broke")
    for axes, (name, _, look) in zip(others, HARMS, strict=True):
        middle, low, high = mean_interval(table, name)
        top = float(np.nanmax(np.concatenate([middle, high]), initial=0.0))
        axes.set_xlim(0, 1.15 * top or 1.0)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axes.set_xlabel("mean per history")
        guides(axes)
        words = [f"{value:,.0f}" if value >= 10 else f"{value:.2g}" for value in middle]
        draw_dots(axes, Dots(middle, np.maximum(low, 0), high, words), look, name)
    return sheet.figure
