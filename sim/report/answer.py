"""The plain answer of one run, for the screen: did the truce break, when, by which ending, what led to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.city.columns import Camp
from sim.report.causes import causes_of, nearest_to_a_break
from sim.report.history import Break, breaks_of
from sim.report.words import count, ending_by, list_words, number_words, percent
from sim.truce import TruceConfig

_CAMPS = tuple(camp.name.lower() for camp in Camp)


def answer_lines(
    run: Mapping[str, Any], daily: pd.DataFrame, events: pd.DataFrame, rules: TruceConfig | None = None
) -> list[str]:
    """Tell one history in at most eight short lines, from its run row, daily table and event log.

    With the `rules` of its truce, the line on a feud says at which weight the truce breaks.
    """
    if len(daily) <= 1:
        return ["No day was simulated, so nothing can be said about the truce.", caveat(run)]
    breaks = breaks_of(daily, run)
    lines = [verdict(breaks, int(daily["day"].iloc[-1]))]
    if breaks:
        lines += causes_of(breaks[0], daily, events, rules)
        lines += _later(breaks)
    else:
        lines += nearest_to_a_break(daily, events)
    lines += _army(run)
    lines.append(_toll(run, daily))
    if breaks:
        lines.append(_spells(run, breaks[0].day))
    return [*lines, caveat(run)]


def verdict(breaks: Sequence[Break], days: int) -> str:
    """Did the truce break, when, by which ending: one sentence, for a history of `days` days."""
    if not breaks:
        return (
            f"The truce held for all {days:,} days."
            if days > 1
            else "The truce held on the one day simulated."
        )
    by = ending_by(breaks[0].ending)
    return f"The truce broke on day {breaks[0].day}{', ' if by else ''}{by}."


def caveat(run: Mapping[str, Any]) -> str:
    """A sentence on what one history can tell, from its run row."""
    return f"One possible history (seed {run['seed']}), not a forecast."


def _later(breaks: Sequence[Break]) -> list[str]:
    """Whether it formed again, and what became of that."""
    first, *others = breaks
    if first.reformed is None:
        return ["It did not form again."]
    if not others:
        return [f"It formed again on day {first.reformed} and held from then on."]
    again = [f"{b.day} ({b.ending})" if b.ending else str(b.day) for b in others]
    days = "day" if len(again) == 1 else "days"
    held = breaks[-1].reformed
    end = f"it last formed again on day {held} and held." if held else "after that it did not form again."
    return [
        f"It formed again on day {first.reformed}, and broke again on {days} {list_words(again, 5)}; {end}"
    ]


def _toll(run: Mapping[str, Any], daily: pd.DataFrame) -> str:
    """How many died, left, were taken."""
    died = [
        count(n, noun) for n, noun in ((_sum(run, "deaths"), "resident"), (_soldiers(run), "soldier")) if n
    ]
    left, loyalists = _sum(run, "departed"), int(run["departed_loyalist"])
    share = percent(float(daily["loyalists_left"].iloc[-1]))
    of_them = f" ({count(loyalists, 'loyalist')}, {share} of that camp)" if loyalists else ""
    taken = int(run["taken"])
    freed = f" ({int(run['released']):,} set free)" if taken else ""
    return (
        f"By day {int(daily['day'].iloc[-1])}: {list_words(died) or 'nobody'} had died, "
        f"{count(left, 'resident') if left else 'nobody'} had left{of_them}, "
        f"{f'{taken:,}' if taken else 'nobody'} had been taken captive{freed}."
    )


def _sum(run: Mapping[str, Any], column: str) -> int:
    return sum(int(run[f"{column}_{camp}"]) for camp in _CAMPS)


def _soldiers(run: Mapping[str, Any]) -> int:
    return round(float(run["soldiers_killed"]))


def _army(run: Mapping[str, Any]) -> list[str]:
    """What the army did, if it did more than watch and squeeze."""
    did = [("laid siege", "sieges"), ("stormed the city", "assaults")]
    parts = [f"{words} {_times(int(run[column]))}" for words, column in did if run[column]]
    fell = [("fell", "times_fallen"), ("surrendered", "surrenders")]
    ends = [f"{words} {_times(int(run[column]))}" for words, column in fell if run[column]]
    outcome = f"; the city {list_words(ends)}" if ends else ""
    return [f"The army {list_words(parts)}{outcome}."] if parts else []


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _spells(run: Mapping[str, Any], first_break: int) -> str:
    days, spells = count(int(run["days"]), "day"), int(run["spells"])
    held = f"The truce held for the first {first_break:,} of {days}"
    if spells == 1:
        return f"{held}."
    share, mean = percent(float(run["truce_share"])), number_words(round(float(run["mean_spell_days"]), 1))
    later = count(spells - 1, "later truce")
    return f"{held}; with {later} it held on {share} of the days, for {mean} days at a time on average."
