"""What comes after a followed record, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.following.forecasts import BREAK_METHODS, GAMMA_POISSON, HAWKES
from sim.following.rows import rows_of
from sim.report.words import count, ending_by, kind_words, list_words, percent, with_range, with_sign

if TYPE_CHECKING:
    from sim.following.prospects import Prospects

CLEAR = ("breaks", "deaths", "departures")
MOST_NAMED = 3


def prospect_lines(found: Prospects) -> list[str]:
    """Breaks, violence to come, measures, and the effects of the record's own events."""
    lines = ["From here on, in histories of the model that followed the record (no forecast for the town):"]
    lines += _break_lines(found.breaks)
    lines += _fan_lines(found.fan)
    lines += _measure_lines(found.measures)
    lines += _event_lines(found.explained)
    return lines


def _break_lines(breaks: pd.DataFrame) -> list[str]:
    whole = breaks[breaks.ending == "any"]
    n = int(whole.n.iloc[0]) if len(whole) else 0
    if n == 0:
        return [
            "In every particle the truce has broken before today, so nothing can be said of breaks from here"
        ]
    shares = [
        f"{percent(row.share)} ({percent(row.low)} to {percent(row.high)}) within {row.days} days"
        for row in rows_of(whole)
    ]
    of = count(n, "history", "histories")
    lines = [f"Share that breaks, by weight, of {of} unbroken today: {list_words(shares)}"]
    last = whole.iloc[-1]
    if len(endings := breaks[(breaks.days == last.days) & (breaks.ending != "any")]):
        named = [f"{ending_by(row.ending)} {percent(row.share)}" for row in rows_of(endings)]
        lines.append(f"Within {last.days} days: {list_words(named)}")
    simple = [f"{name} {list_words([percent(x) for x in whole[name]])}" for name in BREAK_METHODS]
    lines.append(f"Beside it, learned from the lengths of the other truces alone: {'; '.join(simple)}")
    return lines


def _fan_lines(fan: pd.DataFrame) -> list[str]:
    week = int(fan.week.max())
    here = fan[(fan.week == week) & (fan.what == "events")].set_index("method")
    told = [
        f"{name} {row.q50:.0f} ({row.q05:.0f} to {row.q95:.0f})"
        for name, row in ((name, here.loc[name]) for name in ("model", GAMMA_POISSON, HAWKES))
    ]
    return [f"Recorded kind of events in the next {count(week, 'week')}, median and 90 %: {list_words(told)}"]


def _measure_lines(measures: pd.DataFrame) -> list[str]:
    if measures.empty:
        return []
    at_once = measures[measures.begins_in_days == measures.begins_in_days.min()]
    lines = []
    for effect, noun in (("breaks", "breaks"), ("deaths", "deaths"), ("departures", "departures")):
        fewer = at_once[at_once[f"{effect}_high"] < 0].sort_values(effect).head(MOST_NAMED)
        more = at_once[at_once[f"{effect}_low"] > 0].sort_values(effect, ascending=False).head(MOST_NAMED)
        told = [_effect(row, effect) for _, row in fewer.iterrows()]
        told += [_effect(row, effect) for _, row in more.iterrows()]
        if told:
            lines.append(f"Measures from today on, difference in {noun} per history: {'; '.join(told)}")
    if not lines:
        lines.append("No protective measure from today on makes a difference that these histories can show")
    for _, row in measures[measures.begins_in_days > measures.begins_in_days.min()].iterrows():
        first = at_once[at_once.measure == row.measure].iloc[0]
        lost = [effect for effect in CLEAR if first[f"{effect}_high"] < 0 and not row[f"{effect}_high"] < 0]
        if lost:
            lines.append(
                f"{kind_words(row.measure).capitalize()} begun {row.begins_in_days} days later no longer "
                f"shows "
                f"fewer {list_words(lost)}"
            )
    return lines


def _effect(row: pd.Series, effect: str) -> str:
    digits = 2 if effect == "breaks" else 1
    low, high = row[f"{effect}_low"], row[f"{effect}_high"]
    return f"{kind_words(row.measure)} {with_range(row[effect], low, high, digits=digits)}"


def _event_lines(explained: pd.DataFrame) -> list[str]:
    if explained.empty:
        return []
    clear = explained[(explained.deaths_low > 0) | (explained.breaks_low > 0)]
    clear = clear.sort_values(["breaks", "deaths"], ascending=False).head(MOST_NAMED)
    if clear.empty:
        return [
            f"None of {count(len(explained), 'recorded event')}, each taken out alone, shows an effect on "
            "later deaths or breaks"
        ]
    told = [
        f"{row.date} ({count(int(row.deaths_of or 0), 'death')}): "
        f"{with_range(row.deaths, row.deaths_low, row.deaths_high, 'later deaths', 1)}, "
        f"{with_sign(row.breaks, 2)} breaks"
        for row in rows_of(clear)
    ]
    return [f"Recorded events that mattered most for the weeks after them: {'; '.join(told)}"]
