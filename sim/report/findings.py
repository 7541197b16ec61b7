"""What a study found, in sentences with intervals: how often the truce broke at each point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.report.figures.points import labels_of, spaced
from sim.report.figures.sheet import share_words
from sim.report.words import counted
from sim.truce import ENDINGS

MOST = 40


@dataclass(frozen=True)
class Finding:
    """One point: its label, how often the truce broke there, how far it lies from its base (may be empty)."""

    label: str
    often: str
    against: str


def findings(points: pd.DataFrame, differences: pd.DataFrame) -> list[Finding]:
    """A finding for each point, or for forty of them, evenly spaced."""
    labels = labels_of(points)
    broke = differences[differences["outcome"] == "broke"].set_index("point").to_dict("index")
    shown = set(spaced([int(point) for point in points["point"]], MOST))
    return [
        Finding(labels[row["point"]], often(row), against(broke.get(row["point"]), labels))
        for row in points.to_dict("records")
        if row["point"] in shown
    ]


def often(row: Mapping[Any, Any]) -> str:
    """How often the truce broke at a point."""
    if not row["n"]:
        return f"no history went well, {row['failed']} failed"
    share = share_words(row["p_break"], row["p_break_low"], row["p_break_high"])
    n = counted(int(row["n"]), "history", "histories")
    text = f"broke in {int(row['broke']):,} of {n}, {share}"
    median = row["median_break_days"]
    return f"{text}, half of all by day {median:.0f}" if median == median else text


def endings(row: Mapping[Any, Any]) -> str:
    """By what the truce broke at a point, with intervals, the most frequent first."""
    shares = sorted(((row[f"p_{name}"], name) for name in ENDINGS), reverse=True)
    return ", ".join(
        f"{name} {share_words(share, row[f'p_{name}_low'], row[f'p_{name}_high'])}"
        for share, name in shares
        if share > 0
    )


def against(row: Mapping[Any, Any] | None, labels: Mapping[int, str]) -> str:
    """How far a point lies from its base, and whether that is more than chance."""
    if row is None or row["difference"] is None or row["difference"] != row["difference"]:
        return ""
    difference, low, high = (100 * row[name] for name in ("difference", "low", "high"))
    told = f"{difference:+.0f} percentage points ({low:+.0f} to {high:+.0f}) against {labels[row['base']]}"
    return told if low > 0 or high < 0 else f"{told}; the interval holds 0, so the direction is open"


def headline(points: pd.DataFrame) -> str:
    """The study in one sentence."""
    good = points[points["n"] > 0]
    labels = labels_of(points)
    if good.empty:
        return "No history went well."
    if len(good) == 1:
        return f"The truce {often(good.iloc[0].to_dict())}."
    ordered = good.sort_values("p_break", kind="stable")
    least, most = ordered.iloc[0].to_dict(), ordered.iloc[-1].to_dict()
    shares = [share_words(row["p_break"], row["p_break_low"], row["p_break_high"]) for row in (least, most)]
    if least["p_break"] == most["p_break"]:
        return f"The truce broke equally often at every point, in {shares[0]} of histories."
    return (
        f"The truce broke least often at {labels[least['point']]}, in {shares[0]} of histories, "
        f"and most often at {labels[most['point']]}, in {shares[1]}."
    )
