"""What B changes against A over many histories, in sentences with intervals: breaks, deaths, departures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.report.findings import often

_OUTCOMES = (
    ("deaths", "deaths per history"),
    ("departed", "residents who had left at the end, per history"),
)


def effects(points: pd.DataFrame, differences: pd.DataFrame) -> list[str]:
    """How often each side broke, and how far B lies from A in breaks, deaths and departures."""
    rows = points.sort_values("point").to_dict("records")
    lines = [f"{name}: the truce {often(row)}." for name, row in zip("AB", rows, strict=False)]
    if len(rows) < 2:
        return lines
    of_b = differences[differences["point"] == 1].set_index("outcome").to_dict("index")
    if "broke" in of_b:
        lines.append(_line(of_b["broke"], "breaks in 100 histories", 100.0))
    return [*lines, *(_line(of_b[name], words, 1.0) for name, words in _OUTCOMES if name in of_b)]


def _line(row: Mapping[Any, Any], what: str, scale: float) -> str:
    difference, low, high = (scale * float(row[name]) for name in ("difference", "low", "high"))
    if difference != difference:
        return f"B against A: {what} cannot be compared, too few histories succeeded."
    size = max(abs(low), abs(high))
    if low <= 0 <= high:
        return (
            f"B against A: no clear effect on {what} ({_signed(low)} to {_signed(high)}); "
            f"one of {_short(size)} is possible."
        )
    more = "more" if difference > 0 else "fewer"
    return f"B against A: {_short(abs(difference))} {more} {what} ({_signed(low)} to {_signed(high)})."


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= 10 else f"{value:+.1f}"
