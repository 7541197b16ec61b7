"""The experiment on resilience: how many extra blows in a week tip the truce.

The week begins on day BLOWS_FROM; luck is the same whatever the number of blows. Chances are of a break
within 30 days of that week, among the histories that were unbroken on the day before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.report.figures.sheet import Sheet, percent_axis
from sim.report.style import FAINT, house_style
from sim.stats.intervals import wilson

BLOWS_FROM = 60
DRAWS = 400
KEY = "events.kidnapping.at"
LOOKS = (  # colours that colour-blind readers tell apart (Okabe and Ito), and marks
    ("#000000", "o"), ("#D55E00", "v"), ("#0072B2", "^"),
    ("#CC79A7", "s"), ("#009E73", "D"), ("#E69F00", "P"),
)  # fmt: skip


class Chance(NamedTuple):
    """Chance of a break after so many blows, with its 95 % interval (Wilson)."""

    scenario: str
    blows: int
    broke: int
    n: int
    share: float
    low: float
    high: float


def chances(points: pd.DataFrame, runs: pd.DataFrame) -> list[Chance]:
    """The chance of a break by scenario and number of blows, in the order of the points."""
    good = runs[(runs["status"] == "ok") & ~(runs["first_break_day"] < BLOWS_FROM)]
    found = []
    for row in points.to_dict("records"):
        mine = good[good["point"] == row["point"]]
        broke, n = int(mine["broke"].sum()), len(mine)
        low, high = wilson(broke, n)
        found.append(Chance(str(row["scenario"]), n_blows(row[KEY]), broke, n, broke / max(1, n), low, high))
    return found


def n_blows(at: object) -> int:
    """Number of blows of a point, whose days stand in its table as a list or as the text of one."""
    inner = str(at).strip("[]() ")
    return len(inner.split(",")) if inner else 0


def tipping_point(blows: Sequence[int], shares: Sequence[float]) -> float:
    """Number of blows at which half of the histories break, by straight lines between; nan if none does."""
    for (k, share), (next_k, next_share) in zip(
        zip(blows, shares, strict=True), list(zip(blows, shares, strict=True))[1:], strict=False
    ):
        if share < 0.5 <= next_share:
            return k + (0.5 - share) / (next_share - share) * (next_k - k)
    return 0.0 if shares[0] >= 0.5 else float("nan")


def tipping_interval(scenario: str, points: pd.DataFrame, runs: pd.DataFrame) -> tuple[float, float]:
    """95 % interval of the tipping point: histories are drawn again, with all their numbers of blows."""
    mine = [row for row in points.to_dict("records") if row["scenario"] == scenario]
    blows = [n_blows(row[KEY]) for row in mine]
    good = runs[(runs["status"] == "ok") & ~(runs["first_break_day"] < BLOWS_FROM)]
    table = good.pivot(index="run", columns="point", values="broke")[[row["point"] for row in mine]]
    values = table.dropna().to_numpy(np.float64)
    rng = np.random.default_rng(0)
    drawn = [
        tipping_point(blows, values[rng.integers(len(values), size=len(values))].mean(axis=0))
        for _ in range(DRAWS)
    ]
    known = np.nan_to_num(np.array(drawn), nan=np.inf)
    low, high = np.quantile(known, (0.025, 0.975), method="nearest")
    return float(low), float(high)


def answer(points: pd.DataFrame, runs: pd.DataFrame) -> list[str]:
    """The answer in words: where the truce tips."""
    found = chances(points, runs)
    names = list(dict.fromkeys(each.scenario for each in found))
    lines = [
        "A blow is a kidnapping; so many of them fall in the week from day 60 on. *Tips at*: number of blows "
        "with which half of the truces that stood on day 59 break within 30 days of that week. In "
        "brackets: 95 % intervals.",
        "",
        "| | no extra blow | 12 blows | tips at |",
        "|---|---|---|---|",
    ]
    for name in names:
        mine = [each for each in found if each.scenario == name]
        at = tipping_point([each.blows for each in mine], [each.share for each in mine])
        low, high = tipping_interval(name, points, runs)
        lines.append(
            f"| {name.replace('_', ' ')} | {_share(mine[0])} | {_share(mine[-1])} | "
            f"{_blows(at)} ({_blows(low)} to {_blows(high)}) |"
        )
    return lines


def _share(each: Chance) -> str:
    return f"{100 * each.share:.0f} % ({100 * each.low:.0f}-{100 * each.high:.0f} %) of {each.n}"


def _blows(value: float) -> str:
    return f"{value:.1f}" if np.isfinite(value) else "over 12"


def draw(points: pd.DataFrame, runs: pd.DataFrame) -> Figure:
    """The chance of a break by number of blows, a line a scenario."""
    found = chances(points, runs)
    with house_style():
        sheet = Sheet(
            "How many extra blows in a week the truce survives",
            f"Histories unbroken on day {BLOWS_FROM - 1}; bars: 95 % intervals (Wilson).",
            4.1,
            "Blows are kidnappings, begun from day 60 on. Straight lines join what was run. Where a line "
            "crosses 50 %, the truce tips.",
        )
        axes = sheet.panel(0.85, 0.1, 6.2, 3.4)
        for k, name in enumerate(dict.fromkeys(each.scenario for each in found)):
            mine = [each for each in found if each.scenario == name]
            x = np.array([each.blows for each in mine]) + 0.06 * (k - 2.5)
            colour, mark = LOOKS[k % len(LOOKS)]
            axes.vlines(
                x, [each.low for each in mine], [each.high for each in mine], color=colour, linewidth=1
            )
            axes.plot(
                x, [each.share for each in mine], f"{mark}-", color=colour, markersize=4.5, linewidth=1.4,
                label=name.replace("_", " "),
            )  # fmt: skip
        axes.axhline(0.5, color=FAINT, linewidth=0.8, linestyle=":")
        percent_axis(axes, top=1.0)
        axes.set_xlabel("extra blows in the week from day 60")
        axes.set_ylabel("broke within 30 days")
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False)
    return sheet.figure
