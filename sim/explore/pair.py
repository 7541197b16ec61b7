"""Two histories under the same luck: where they part, and what each cost, in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.explore.history import History, by_words, costs
from sim.report.answer import verdict
from sim.report.history import breaks_of, incidents
from sim.report.words import count, kind_words, percent
from sim.towns.dates import with_dates

_COSTS = (
    ("deaths", "residents who died"),
    ("departed", "residents gone at the end"),
    ("taken", "residents taken captive"),
    ("soldiers", "soldiers killed"),
)


def compare(one: History, other: History) -> dict[str, Any]:
    """Where two histories part (`day`, None if they never do), sentences, and a table of what each cost.

    `lines`, and rows of `table`: what it is, then the first and the other history, as text.
    """
    day = parting_day(one, other)
    zero, its = (each.scenario.day_zero for each in (one, other))
    return {
        "day": day,
        "lines": [*with_dates(_parting(one, other, day), zero if zero == its else None), *_luck(one, other)],
        "table": [
            ["The truce", *(_outcome(each) for each in (one, other))],
            *(
                [words.capitalize(), *(f"{int(costs(each.row)[name] or 0):,}" for each in (one, other))]
                for name, words in _COSTS
            ),
            ["Days under truce", *(_share(each) for each in (one, other))],
        ],
    }


def parting_day(one: History, other: History) -> int | None:
    """The first day on which the daily tables or the event logs differ; None if they never do."""
    n = min(len(one.daily), len(other.daily))
    columns = [name for name in one.daily.columns if name in other.daily.columns]
    mine, theirs = (each.daily[columns].to_numpy(float)[:n] for each in (one, other))
    differ = ~((mine == theirs) | (np.isnan(mine) & np.isnan(theirs))).all(axis=1)
    days = [int(one.daily["day"].iloc[int(np.argmax(differ))])] if differ.any() else []
    days += [day for day in (_first_event(one, other),) if day is not None]
    if not days and len(one.daily) != len(other.daily):
        days = [n]
    return min(days) if days else None


def _first_event(one: History, other: History) -> int | None:
    """Day of the first event that only one of the histories has."""
    days = []
    for mine, theirs in ((one, other), (other, one)):
        own = mine.events[~mine.events["event"].isin(theirs.events["event"])]
        days += [int(own["day"].min())] if len(own) else []
    return min(days) if days else None


def _parting(one: History, other: History, day: int | None) -> list[str]:
    if day is None:
        return ["The two histories are the same on every day."]
    if day == 0:
        return ["The two histories differ from the start."]
    lines = [f"The two histories are the same up to day {day - 1} and diverge on day {day}."]
    for name, mine, theirs in (("A", one, other), ("B", other, one)):
        happened = incidents(mine.events)
        own = happened[(happened["day"] == day) & ~happened["event"].isin(theirs.events["event"])]
        if len(own):
            first = own.sort_values("breach", ascending=False).iloc[0]
            by = by_words(str(first["actor"]))
            lines.append(f"On that day only {name} has the {kind_words(first['kind'])}{by}.")
    return lines


def _luck(one: History, other: History) -> list[str]:
    """What the comparison of two single histories is worth."""
    if one.row["seed"] != other.row["seed"]:
        return ["The seeds differ, so luck differs too; give both the same seed."]
    return ["One pair under the same luck shows what can happen. How often it does takes many pairs."]


def _outcome(history: History) -> str:
    if int(history.row["days"]) == 0:
        return "No day was simulated"
    breaks = breaks_of(history.daily, history.row)
    told = verdict(breaks, int(history.row["days"]))
    return told.removeprefix("The truce ").rstrip(".").capitalize()


def _share(history: History) -> str:
    share = history.row["truce_share"]
    n = count(int(history.row["days"]), "day")
    return f"{percent(float(share))} of {n}" if share == share else "none"
