"""What each protective measure does from the last day on: paired differences with intervals."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.figures.sheet import Sheet
from sim.report.style import BLACK, BLUE, FAINT, ORANGE, PALE, SIZE_SMALL, house_style
from sim.report.words import kind_words

LOOKS = ((BLUE, "o"), (ORANGE, "s"), (BLACK, "^"), (FAINT, "D"))
EFFECTS = {"breaks": "breaks per history", "deaths": "residents killed", "departures": "residents departed"}
ROW, LEFT, WIDTH, GAP = 0.36, 1.75, 2.45, 0.25


def measures_figure(measures: pd.DataFrame) -> Figure:
    """Draw the table of measures (sim/following/prospects.py): a row a measure, a panel an effect."""
    names = list(dict.fromkeys(measures.measure))
    delays = sorted(set(measures.begins_in_days))
    height = ROW * len(names)
    n = int(measures.n.max())
    with house_style():
        sheet = Sheet(
            "What each protective measure changes from the last day followed",
            f"{n} histories with and without it, same luck; bars: 95 % intervals of the mean",
            height + 0.75,
            "Left of the line: fewer. A measure is judged by all three: one that saves lives may let the "
            "loyalists leave whose presence holds the army back.",
        )
        for k, (effect, label) in enumerate(EFFECTS.items()):
            axes = sheet.panel(LEFT + k * (WIDTH + GAP), 0.1, WIDTH, height)
            for j, delay in enumerate(delays):
                here = measures[measures.begins_in_days == delay].set_index("measure").loc[names]
                colour, marker = LOOKS[j % len(LOOKS)]
                at = [i + (j - (len(delays) - 1) / 2) * 0.26 for i in range(len(names))]
                axes.hlines(at, here[f"{effect}_low"], here[f"{effect}_high"], color=colour, linewidth=1.3)
                axes.plot(here[effect], at, marker, color=colour, markersize=4.5)
            axes.axvline(0, color=FAINT, linewidth=0.8)
            axes.set_ylim(len(names) - 0.5, -0.5)
            axes.set_yticks(range(len(names)), [kind_words(name) for name in names] if k == 0 else [])
            axes.tick_params(left=False)
            axes.locator_params(axis="x", nbins=5)
            axes.grid(True, axis="x", color=PALE, linewidth=0.6)
            axes.set_axisbelow(True)
            axes.set_xlabel(label)
        handles = [
            Line2D([], [], color=colour, marker=marker, markersize=4.5, label=_begins(delay))
            for (colour, marker), delay in zip(LOOKS, delays, strict=False)
        ]
        sheet.figure.legend(
            handles=handles,
            loc="upper right",
            bbox_to_anchor=(0.985, 1 - 0.44 / sheet.height),
            ncols=2,
            fontsize=SIZE_SMALL,
        )
    return sheet.figure


def _begins(delay: int) -> str:
    return "from the next day" if delay == 0 else f"from {delay} days later"
