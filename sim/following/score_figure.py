"""The figure of scores: skill against each baseline, whether forecasts are calibrated, evidence by truce."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.following.forecasts import ZERO
from sim.following.rolling import MODEL
from sim.following.rows import rows_of
from sim.following.scores import pit_histogram
from sim.report.figures.sheet import Sheet
from sim.report.style import BLUE, FAINT, GREEN, ORANGE, PALE, SIZE_SMALL, house_style
from sim.report.words import count

if TYPE_CHECKING:
    from sim.following.scoring import Scores

ROW = 0.21
NAMES = {"events": "fatal events", "deaths": "deaths", "break": "end of the truce"}
LEAST_SHOWN = -3.0  # lower values are drawn at the edge, as an arrow


def score_figure(found: Scores) -> Figure:
    """Draw the scores: on the left skill with intervals, on the right the PIT histogram and the evidence."""
    skills = found.skills[found.skills.against != ZERO]
    rows = max(len(skills), 12, round(1.5 * len(found.truces)))
    height = ROW * rows
    n = len(found.origins[["truce", "day"]].drop_duplicates())
    with house_style():
        sheet = Sheet(
            "Does the model say more than the simplest methods?",
            f"{count(len(found.truces), 'truce')}, {count(n, 'origin')}, {found.particles} particles; "
            f"bars: "
            "95 % intervals, truces resampled",
            height + 1.0,
            "Skill: 1 - the model's mean score / the baseline's (CRPS of counts, Brier score of "
            "ends); right "
            "of the line the model is better. PIT: flat where forecasts are calibrated, a hump where "
            "bands are "
            "too wide, a bowl where too narrow. Evidence: log evidence of the model minus that of the "
            "baseline." + (f" Recorded events: {found.attribution}." if found.attribution else ""),
        )
        draw_skills(sheet.panel(2.75, 0.25, 2.9, height, "Skill of the model"), skills)
        _pit(sheet.panel(6.35, 0.25, 3.3, 0.36 * height, "PIT of fatal events"), found)
        below = 0.36 * height + 0.75
        draw_evidence(sheet.panel(6.35, 0.25 + below, 3.3, height - below, "Evidence"), found.evidence)
    return sheet.figure


def draw_skills(axes: Axes, skills: pd.DataFrame) -> None:
    """Draw a row for each target, lead and baseline: the skill and its interval, cut at LEAST_SHOWN.

    `skills`: columns target, lead (days), against, skill, low, high.
    """
    labels = []
    colours = {"events": BLUE, "deaths": ORANGE, "break": GREEN}
    least = -1.0
    for place, row in enumerate(rows_of(skills)):
        low, high = (row.skill if each != each else each for each in (row.low, row.high))
        shown = np.maximum([low, row.skill, high], LEAST_SHOWN)
        axes.hlines(place, shown[0], shown[2], color=colours[row.target], linewidth=1.4)
        axes.plot(shown[1], place, "o", color=colours[row.target], markersize=4.5)
        if low < LEAST_SHOWN:
            axes.plot(LEAST_SHOWN, place, "<", color=colours[row.target], markersize=5.5)
        least = min(least, shown[0])
        labels.append(f"{NAMES[row.target]}, {row.lead} days: {row.against}")
    axes.axvline(0, color=FAINT, linewidth=0.9)
    axes.set_xlim(least - 0.1, 1.0)
    axes.set_yticks(range(len(labels)), labels, fontsize=SIZE_SMALL)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(left=False)
    axes.grid(True, axis="x", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)


def short_name(name: str, most: int = 22) -> str:
    """The name of a truce, cut after the first of several places so that it fits; the year stays."""
    place, _, year = name.rpartition(" ")
    if len(name) > most and "-" in place:
        return f"{place.partition('-')[0]} … {year}"
    return name


def _pit(axes: Axes, found: Scores) -> None:
    laws = [(law, seen) for target, _, law, seen in found.laws if target == "events"]
    heights = pit_histogram([law for law, _ in laws], [seen for _, seen in laws])
    axes.bar(
        (np.arange(heights.size) + 0.5) / heights.size, heights, 1 / heights.size, color=PALE, edgecolor=FAINT
    )
    axes.axhline(1.0, color=BLUE, linewidth=1.0)
    axes.set_xlim(0, 1)
    axes.set_xlabel("place of what was recorded in the forecast")


def draw_evidence(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the log evidence of the model minus that of two baselines, a row a truce.

    `table`: rows of `evidence_row`.
    """
    at = np.arange(len(table))
    for shift, name, colour, marker in ((-0.15, "gamma-Poisson", ORANGE, "s"), (0.15, "Hawkes", GREEN, "^")):
        axes.plot(
            table[MODEL] - table[name], at + shift, marker, color=colour, markersize=4, label=f"over {name}"
        )
    axes.axvline(0, color=FAINT, linewidth=0.9)
    axes.set_yticks(at, [short_name(each) for each in table["name"]], fontsize=SIZE_SMALL)
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.tick_params(left=False)
    axes.set_xlabel("log evidence, model - baseline")
    axes.legend(loc="best", fontsize=SIZE_SMALL)
    axes.grid(True, axis="x", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
