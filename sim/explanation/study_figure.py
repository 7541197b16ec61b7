"""The figure of an explained study: what averts breaks, and how early a protective measure must begin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.explanation.trials import FROM_THE_START
from sim.report.names import measure_name
from sim.report.style import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    VERMILLION,
    YELLOW,
    house_style,
)

LOOKS = {"kind": (ORANGE, "s", "a kind switched off"), "covariate": (BLUE, "^", "a covariate without weight")}
LINES = (GREEN, VERMILLION, BLUE, ORANGE, PURPLE, SKY, YELLOW, GREY)
MARKERS = "oDs^vP*X"


def study_figure(table: pd.DataFrame, n_broke: int) -> Figure:
    """Draw the table of an explained study (study_table.py); `n_broke`: of how many histories that broke."""
    causes = table[(table["sort"] != "measure") & (table.days_before == FROM_THE_START)]
    causes, n_left_out = _without_still(causes.sort_values(["difference", "name"]))
    measures = table[table["sort"] == "measure"]
    if causes.empty and measures.empty:
        causes, n_left_out = table[table.days_before == FROM_THE_START], 0
    parts = [part for part in (causes, measures) if len(part)]
    n = int(table.histories.max())
    with house_style():
        height = 2.2 + 0.24 * max(len(causes), 14)
        figure = Figure(figsize=(11.0 if len(parts) > 1 else 7.0, height), layout="constrained")
        every = figure.subplots(1, len(parts), squeeze=False)[0]
        for axes, part in zip(every, parts, strict=True):
            (_draw_causes if part is causes else _draw_measures)(axes, part, table)
        if n_left_out:
            every[0].set_title(
                f"Kinds of events and covariates, from day 1 on;\nwithout {n_left_out} that change nothing",
                loc="left", fontsize=10,
            )  # fmt: skip
        figure.suptitle(
            f"What averts a break: {n} histories of {n_broke:,} that broke, rerun",
            x=0.01, ha="left", fontsize=13, fontweight="bold",
        )  # fmt: skip
    return figure


def _without_still(causes: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The causes without those that change nothing in any history, and the number of these."""
    still = (causes.difference == 0) & (causes.deaths_difference == 0) & (causes.departed_difference == 0)
    return causes[~still], int(still.sum())


def _draw_causes(axes: Axes, causes: pd.DataFrame, table: pd.DataFrame) -> None:
    """Kinds and covariates from day 1 on, with hollow marks for the change in the time before the break."""
    late = table[(table["sort"] != "measure") & (table.days_before != FROM_THE_START)]
    for place, (_, row) in enumerate(causes.iterrows()):
        colour, marker, label = LOOKS[row["sort"]]
        axes.plot([row.difference_low, row.difference_high], [place, place], color=colour, linewidth=1.2)
        axes.plot(row.difference, place, marker, color=colour, markersize=6, label=label)
        short = late[(late["sort"] == row["sort"]) & (late.name == row["name"])]
        for _, other in short.iterrows():
            axes.plot(
                other.difference, place + 0.32, marker, markerfacecolor="white", markeredgecolor=colour,
                markersize=4.5, label=f"the same, from {other.days_before} days before the break on",
            )  # fmt: skip
    axes.axvline(0, color=FAINT, linewidth=0.8)
    axes.set_yticks(range(len(causes)), list(causes.change))
    axes.set_ylim(len(causes) - 0.4, -0.6)
    _points(axes.xaxis)
    axes.set_xlabel("difference in later histories that break; bars: 95 % over histories")
    axes.set_title("Kinds of events and covariates, from day 1 on", loc="left", fontsize=10)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    for side in ("left", "top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(left=False)
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    axes.legend(
        once.values(), once.keys(), loc="upper center", bbox_to_anchor=(0.5, -0.09), frameon=False, fontsize=8
    )


def _draw_measures(axes: Axes, measures: pd.DataFrame, _: pd.DataFrame) -> None:
    """Each protective measure by when it begins."""
    leads = sorted(set(measures.days_before), key=lambda days: (days != FROM_THE_START, -days))
    places = {days: place for place, days in enumerate(leads)}
    names = list(dict.fromkeys(measures.name))
    ends = []
    for k, name in enumerate(names):
        rows = measures[measures.name == name].sort_values("days_before", key=lambda days: days.map(places))
        x = rows.days_before.map(places).to_numpy(float) + 0.06 * (k - (len(names) - 1) / 2)
        axes.plot(x, rows.difference, color=LINES[k % 8], marker=MARKERS[k % 8], markersize=5, label=name)
        clear = ((rows.difference_high < 0) | (rows.difference_low > 0)).to_numpy()
        low, high = rows.difference_low[clear], rows.difference_high[clear]
        axes.vlines(x[clear], low, high, color=LINES[k % 8], linewidth=1.0)
        ends.append((float(rows.difference.iloc[0]), measure_name(name), LINES[k % 8]))
    axes.axhline(0, color=FAINT, linewidth=0.8)
    axes.set_xticks(
        range(len(leads)), ["day 1" if days == FROM_THE_START else f"{days} days\nbefore" for days in leads]
    )
    axes.set_xlim(-2.4, len(leads) - 0.6)
    axes.set_xlabel("when the measure begins, relative to the break")
    _points(axes.yaxis)
    axes.set_ylabel("difference in later histories that break; bars: 95 %, where clear of 0")
    axes.set_title("Protective measures, by when they begin", loc="left", fontsize=10)
    axes.grid(axis="y", color=PALE, linewidth=0.6)
    bottom, top = axes.get_ylim()
    for (value, name, colour), at in zip(
        sorted(ends), _apart(sorted(ends), (top - bottom) / 22), strict=True
    ):
        axes.annotate(
            name, (-0.3, value), xytext=(-0.55, at), ha="right", va="center", fontsize=8, color=INK,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.0},
        )  # fmt: skip


def _apart(ends: list[tuple[float, str, str]], least: float) -> list[float]:
    """Places of labels near their values, in order, at least so far apart."""
    at = np.array([value for value, _, _ in ends])
    for _ in range(50):
        gaps = np.diff(at)
        close = np.flatnonzero(gaps < least - 1e-9)
        for k in close:
            push = (least - (at[k + 1] - at[k])) / 2
            at[k] -= push
            at[k + 1] += push
    return [float(each) for each in at]


def _points(axis: object) -> None:
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:+.0f} pts" if share else "0"))  # type: ignore[attr-defined]
