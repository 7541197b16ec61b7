"""The figure of an explanation: how often the truce breaks with each change, beside how often unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.report.style import BLACK, BLUE, FAINT, GREEN, ORANGE, PALE, PURPLE, VERMILLION, house_style

LOOKS = {
    "event": (VERMILLION, "o", "an event removed"),
    "together": (VERMILLION, "P", "all of these events removed"),
    "kind": (ORANGE, "s", "a kind switched off"),
    "measure": (GREEN, "D", "a protective measure taken"),
    "switch": (BLUE, "^", "a switch of the loyalists' presence off"),
    "kinship": (PURPLE, "v", "a sign of kinship off"),
}
MOST_ROWS = 32


def explain_figure(table: pd.DataFrame, run: Mapping[str, Any]) -> Figure:
    """Draw an explanation (explanation/table.py) of the history of a run row; the most averting on top."""
    shown = table.head(MOST_ROWS)
    n = int(table.n.max()) if len(table) else 0
    with house_style():
        figure = Figure(figsize=(9.0, 2.2 + 0.27 * len(shown)), layout="constrained")
        axes = figure.subplots()
        for place, (_, row) in enumerate(shown.iterrows()):
            colour, marker, _ = LOOKS[row.sort]
            axes.plot([row.p_without, row.p_with], [place, place], color=PALE, linewidth=4, zorder=1)
            axes.plot(
                [row.p_with_low, row.p_with_high], [place, place], color=colour, linewidth=1.2, zorder=2
            )
            axes.plot(row.p_with, place, marker, color=colour, markersize=6, zorder=3)
            axes.plot(row.p_without, place, "|", color=BLACK, markersize=11, markeredgewidth=1.6, zorder=3)
            day = "holds" if not row.broke else f"day {row.first_break_day:.0f}, {row.ending}"
            axes.annotate(
                day, (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=8, color=FAINT
            )
        axes.set_yticks(range(len(shown)), list(shown.change))
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel(
            f"later histories in which the truce breaks, of {n}, with one thing changed; "
            "bars: 95 % Wilson intervals"
        )
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
        told = (
            f"the truce broke on day {run['first_break_day']:.0f} by {run['ending']}"
            if run["broke"]
            else "the truce held"
        )
        figure.suptitle(
            f"{run['scenario']}, seed {run['seed']}: {told}",
            x=0.01,
            ha="left",
            fontsize=13,
            fontweight="bold",
        )
    return figure
