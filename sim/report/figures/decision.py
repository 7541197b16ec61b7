"""A decision over draws: how often each measure helps, its effects in the median and at worst, its regret."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.decision import box_words
from sim.report.figures.points import labels_of
from sim.report.figures.rows import Dots, draw_dots, guides, height, row_panels, zero_line
from sim.report.figures.sheet import Sheet, percent_axis
from sim.report.style import BLACK, BLUE, SIZE_SMALL, VERMILLION, Look, house_style, is_for_phone
from sim.report.words import percent, with_sign
from sim.study.decision import Decision

_HEADS = ("Helps in draws", "Breaks", "Deaths", "Departures", "Regret")
_PHONE_HEADS = (
    "Share of draws in which it helps",
    "Breaks, difference",
    "Deaths, difference per history",
    "Departures, difference per history",
    "Regret, mean and greatest",
)


def decision(decision: Decision, points: pd.DataFrame) -> Figure:
    """Draw a row per option from a decision (sim.study.decision), the base left out; `points` names them."""
    labels = labels_of(points)
    shown = [point for point in decision.options if point != decision.base]
    box = box_words(decision)
    rows = decision.table.set_index("point").loc[shown]
    harm = " Red, from the right: share of draws in which it harms." if (rows["harms"] > 0).any() else ""
    where = f" The favourite fails most often where {box}." if box else ""
    with house_style():
        sheet = Sheet(
            f"Which measure to take while parameters are unknown: {labels[decision.least_regret]}",
            f"{decision.n_draws:,} draws of the parameters, {decision.n_distinct:,} that differ, "
            f"against {labels[decision.base]}. Dots: median of draws; lines: middle 95 %.",
            height(len(shown), len(_HEADS)),
            "Regret: what a measure loses in a draw against the best option, in points of breaks; dots: "
            f"mean, line: up to the greatest. Least regret: {labels[decision.least_regret]}; best "
            f"in the mean: {labels[decision.favourite]}.{where}{harm} Strengths of measures are assumed.",
        )
        panels = row_panels(sheet, [labels[p] for p in shown], _PHONE_HEADS if is_for_phone() else _HEADS)
        percent_axis(panels[0], "x")
        panels[0].barh(range(len(shown)), rows["helps"], height=0.3, color=BLUE, label="helps")
        panels[0].barh(
            range(len(shown)),
            rows["harms"],
            left=1 - rows["harms"],
            height=0.3,
            color=VERMILLION,
            label="harms",
        )
        up = 0.17 if is_for_phone() else 0.2
        for y, helps in enumerate(rows["helps"]):
            panels[0].text(0.0, y - up, percent(float(helps)), va="bottom", fontsize=SIZE_SMALL)
        for axes, name in zip(panels[1:4], ("broke", "deaths", "departed"), strict=True):
            _spread(axes, decision, shown, name)
        _regrets(panels[4], rows, 100.0 if decision.outcome == "broke" else 1.0)
    return sheet.figure


def _spread(axes: Axes, found: Decision, shown: list[int], name: str) -> None:
    scale = 100.0 if name == "broke" else 1.0
    table = found.values[name]
    against = [scale * (table[:, point] - table[:, found.base]) for point in shown]
    values = np.array([np.quantile(each, (0.5, 0.025, 0.975)) for each in against])
    reach = 1.15 * float(np.abs(values).max()) or 1.0
    axes.set_xlim(-reach, reach)
    axes.xaxis.set_major_locator(MaxNLocator(2))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:+,g}" if x else "0"))
    axes.set_xlabel("points" if name == "broke" else "residents")
    guides(axes)
    zero_line(axes)
    draw_dots(axes, Dots.of(values, [with_sign(float(each)) for each in values[:, 0]]), Look(BLACK), name)


def _regrets(axes: Axes, rows: pd.DataFrame, scale: float) -> None:
    mean, most = scale * rows["regret_mean"].to_numpy(float), scale * rows["regret_max"].to_numpy(float)
    axes.set_xlim(0, 1.15 * float(most.max()) or 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(2))
    axes.set_xlabel("points" if scale > 1 else "residents")
    guides(axes)
    words = [f"{one:.0f}, most {other:.0f}" for one, other in zip(mean, most, strict=True)]
    draw_dots(axes, Dots(mean, mean, most, words), Look(VERMILLION, "s"), "regret")
