"""The figure of an explanation: how often the truce breaks with each change, and how often unchanged."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report.style import BLACK, BLUE, FAINT, GREEN, GREY, ORANGE, PALE, PURPLE, VERMILLION, house_style
from sim.report.words import capitalize, scenario_words

LOOKS = {
    "event": (VERMILLION, "o", "an event removed"),
    "together": (VERMILLION, "P", "several events removed together"),
    "kind": (ORANGE, "s", "a kind switched off"),
    "measure": (GREEN, "D", "a protective measure taken"),
    "switch": (BLUE, "^", "an effect of the loyalists' presence switched off"),
    "kinship": (PURPLE, "v", "restraint or revenge by kin switched off"),
}
WHY = (
    "Black bars: the same replicates, unchanged. They differ from row to row because luck is that of the run "
    "up to the day of each change and fresh after it: a later change leaves less of the history open."
)


def explain_figure(table: pd.DataFrame, run: Mapping[str, Any]) -> Figure:
    """Draw an explanation (history_table.py) of the history of a run row; what averts most is on top.

    Every change whose difference is clear of 0 has a row; the others share one line, and are named below.
    """
    is_clear = (table.difference_high < 0) | (table.difference_low > 0)
    shown, rest = table[is_clear], table[~is_clear]
    if len(rest) == 1:
        shown, rest = table, rest.head(0)
    n = int(table.n.max()) if len(table) else 0
    names = [*shown.change, *([f"{len(rest)} other changes, named below"] if len(rest) else [])]
    lines = textwrap.wrap(_name_rest(rest), 118) if len(rest) else []
    foot = [*textwrap.wrap(WHY, 118), *lines]
    with house_style():
        height = 2.4 + 0.3 * max(2, len(names)) + 0.17 * len(foot)
        figure = Figure(figsize=(9.0, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        for place, (_, row) in enumerate(shown.iterrows()):
            _draw_row(axes, place, row)
        if len(rest):
            _draw_rest(axes, len(shown), rest)
        axes.set_yticks(range(len(names)), [textwrap.fill(name, 46) for name in names])
        axes.set_ylim(max(2, len(names)) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel(f"truce breaks in this share of {n} later histories; bars: 95 % intervals (Wilson)")
        axes.annotate(
            "with the same luck", (1.02, 1.0), xycoords="axes fraction", xytext=(0, 5),
            textcoords="offset points", fontsize=8, color=FAINT,
        )  # fmt: skip
        for side in ("left", "top", "right"):
            axes.spines[side].set_visible(False)
        axes.tick_params(left=False)
        sorts = [sort for sort in LOOKS if sort in set(shown["sort"])]
        handles = [
            axes.plot([], [], LOOKS[sort][1], color=LOOKS[sort][0], label=LOOKS[sort][2])[0] for sort in sorts
        ]
        handles += axes.plot([], [], "|", color=BLACK, markersize=11, markeredgewidth=1.6, label="unchanged")
        figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
        axes.annotate(
            "\n".join(foot), (0, 0), xycoords=("figure fraction", "axes fraction"), xytext=(8, -42),
            textcoords="offset points", va="top", fontsize=8, color=FAINT,
        )  # fmt: skip
        told = (
            f"the truce broke on day {run['first_break_day']:.0f} by {run['ending']}"
            if run["broke"]
            else "the truce held"
        )
        figure.suptitle(
            f"{capitalize(scenario_words(str(run['scenario'])))}, seed {run['seed']}: {told}",
            x=0.01,
            ha="left",
            fontsize=13,
            fontweight="bold",
        )
    return figure


def _name_rest(rest: pd.DataFrame) -> str:
    """The changes without a clear difference, all of them."""
    return f"No difference clear of chance ({len(rest)}): {'; '.join(map(str, rest.change))}."


def _draw_row(axes: Axes, place: int, row: Any) -> None:
    """One change: how often the truce breaks with it and unchanged, and what becomes of this history."""
    colour, marker, _ = LOOKS[row.sort]
    axes.plot([row.p_without, row.p_with], [place, place], color=PALE, linewidth=4, zorder=1)
    axes.plot([row.p_with_low, row.p_with_high], [place, place], color=colour, linewidth=1.2, zorder=2)
    axes.plot(row.p_with, place, marker, color=colour, markersize=6, zorder=3, label="with")
    axes.plot(row.p_without, place, "|", color=BLACK, markersize=11, markeredgewidth=1.6, zorder=3)
    day = "holds" if not row.broke else f"day {row.first_break_day:.0f}, {row.ending}"
    axes.annotate(
        day, (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=8, color=FAINT
    )


def _draw_rest(axes: Axes, place: int, rest: pd.DataFrame) -> None:
    """The changes without a clear difference on one line: their shares, and the span of those unchanged."""
    axes.plot([rest.p_with.min(), rest.p_with.max()], [place, place], color=GREY, linewidth=3, alpha=0.6)
    axes.plot(rest.p_with, [place] * len(rest), "o", color=GREY, markersize=4, label="no clear difference")
    spread = [rest.p_without.min(), rest.p_without.max()]
    axes.plot(spread, [place, place], "|", color=BLACK, markersize=11, markeredgewidth=1.6)
