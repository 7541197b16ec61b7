"""An explanation in words, made from its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.report.names import strength_words
from sim.report.words import percent, with_range, with_sign
from sim.world.measures import Measure

MOST_NAMED = 3
CATALOGUE = f"{strength_words(Measure().strength)} from day 1 unless it says otherwise (both assumed)"


def paragraph(table: pd.DataFrame, run: Mapping[str, Any]) -> list[str]:
    """What the reruns say, in a few lines, from the table of `explanation` and the run row of the history."""
    return [
        line for line in (*_single(table, run), _together(table), *_measures(table), _caveat(table)) if line
    ]


def _single(table: pd.DataFrame, run: Mapping[str, Any]) -> list[str]:
    """The events and kinds whose absence averts most."""
    causes = table[table.sort.isin(("event", "kind")) & (table.difference_high < 0)]
    if run["broke"]:
        held = table[table.sort.isin(("event", "kind")) & ~table.broke]
        lines = [_very(held)]
    else:
        lines = []
    for _, row in causes.head(MOST_NAMED).iterrows():
        lines.append(
            f"{_upper(row.change)} it breaks in {_share(row)} of the later histories "
            f"instead of {percent(row.p_without)}: {points(row)}."
        )
    if causes.empty:
        lines.append("No single event or kind makes a difference that is clear of chance over later luck.")
    return lines


def _very(held: pd.DataFrame) -> str:
    """What would have held this history with the same luck."""
    if held.empty:
        return "With the same luck, no single removal of an event or a kind holds the truce in this history."
    names = [str(each) for each in held.change.head(MOST_NAMED)]
    more = f" (and {len(held) - len(names)} more)" if len(held) > len(names) else ""
    return f"With the same luck this history holds {', or '.join(names)}{more}."


def _together(table: pd.DataFrame) -> str:
    """Whether single removals add up to more than 100 %, or to less than all of them at once avert."""
    events, at_once = table[table.sort == "event"], table[table.sort == "together"]
    if at_once.empty:
        return ""
    averted = float(-events.difference[events.difference < 0].sum())
    most = float(events.p_without.max())
    if averted > most * 1.05:
        return (
            f"Single removals do not add up: together they would avert {percent(averted)}, more than the "
            f"{percent(most)} that break. Some of these events need each other, or stand in for one another."
        )
    row = at_once.iloc[0]
    if row.difference_high < 0 and not (events.difference_high < 0).any():
        return (
            f"Single removals do not add up: none of these {len(events)} events alone makes a clear "
            f"difference, and all at once avert {percent(-row.difference)}. They stand in for one another."
        )
    return ""


def _measures(table: pd.DataFrame) -> list[str]:
    """Protective measures, with what they cost."""
    helped = table[(table.sort == "measure") & (table.difference_high < 0)]
    if helped.empty:
        return [f"No protective measure makes a difference that is clear of chance, at {CATALOGUE}."]
    lines = [f"Protective measures, at {CATALOGUE}:"]
    for _, row in helped.head(MOST_NAMED).iterrows():
        deaths = with_range(row.deaths_difference, row.deaths_low, row.deaths_high, "deaths")
        gone = f"{with_sign(row.departed_difference)} departed"
        lines.append(
            f"{_upper(row.change)} it breaks in {_share(row)} instead of "
            f"{percent(row.p_without)}: {points(row)}; {deaths}, {gone}."
        )
    return lines


def _caveat(table: pd.DataFrame) -> str:
    n = int(table.n.max()) if len(table) else 0
    return (
        f"Each row is one history up to the day of the change and {n} replicates of what comes later. "
        "The 95 % intervals cover that luck alone; parameters are assumed."
    )


def _share(row: Any) -> str:
    return f"{percent(row.p_with)} ({100 * row.p_with_low:.0f}-{100 * row.p_with_high:.0f})"


def points(row: Any) -> str:
    """A difference with its interval, in percentage points: "-12 points (-20 to -4)".

    `row` has difference, difference_low and difference_high, as probabilities.
    """
    low, high = 100 * row.difference_low, 100 * row.difference_high
    return with_range(100 * row.difference, low, high, "points")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
