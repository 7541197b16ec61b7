"""What the tables of one run say about its truce: breaks, spells of a state, the blows that count, chains.

Everything is read from the daily table, the event log and the run row as they are written to disk, so
that an old result can be told and drawn again without its scenario.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.truce import TruceState

if TYPE_CHECKING:
    import pandas as pd

from sim.events import MOVES


@dataclass(frozen=True, slots=True)
class Break:
    """One break of the truce: its day, its ending (empty if the tables do not tell), the day it re-formed."""

    day: int
    ending: str
    reformed: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row, first and last included, on which a column keeps one value."""

    value: int
    first: int
    last: int

    @property
    def n_days(self) -> int:
        """Length in days."""
        return self.last - self.first + 1


def stretches(daily: pd.DataFrame, column: str) -> list[Stretch]:
    """The stretches of a column of the daily table, in order."""
    found: list[Stretch] = []
    for day, value in zip(daily["day"].tolist(), daily[column].tolist(), strict=True):
        if found and found[-1].value == value:
            found[-1] = Stretch(value, found[-1].first, day)
        else:
            found.append(Stretch(value, day, day))
    return found


def breaks_of(daily: pd.DataFrame, run: Mapping[str, Any]) -> list[Break]:
    """The breaks in order of days.

    The run row names the ending of the first one (`ending`); a row that names all of them (`endings`,
    separated by spaces) is believed where it is as long as the breaks are many.
    """
    broken = [s for s in stretches(daily, "truce") if s.value == TruceState.BROKEN]
    last = int(daily["day"].iloc[-1])
    endings = str(run.get("endings") or "").split()
    if len(endings) != len(broken):
        endings = [str(run.get("ending") or "")]
    endings += [""] * len(broken)
    return [
        Break(s.first, ending, s.last + 1 if s.last < last else None)
        for s, ending in zip(broken, endings, strict=False)
    ]


def incidents(events: pd.DataFrame) -> pd.DataFrame:
    """The events that happened one by one: without those that lapsed, and without residents' own moves.

    A move that was scheduled stays in: somebody put it there.
    """
    own_move = events["kind"].isin(MOVES) & (events["cause"] != "scheduled")
    return events[(events["cause"] != "lapsed") & ~own_move]


def stretch_at(daily: pd.DataFrame, column: str, day: int) -> Stretch:
    """The stretch of a column of the daily table that a day lies in. The day must be in the table."""
    return next(s for s in stretches(daily, column) if s.first <= day <= s.last)


def feud_blows(daily: pd.DataFrame, events: pd.DataFrame, day: int) -> pd.DataFrame:
    """The social blows that made up the feud window on a day, in the order of the log.

    The length of the window is a parameter of the run, which its tables do not hold; the days are found
    by going back until the breaches of the days add up to what the window held.
    """
    until = daily[daily["day"] <= day]
    missing = float(until["feud"].iloc[-1])
    first = day + 1
    for at, breaches in zip(
        until["day"][::-1].tolist(), until["breaches_social"][::-1].tolist(), strict=True
    ):
        if missing <= 1e-9:
            break
        missing -= breaches
        first = at
    happened = incidents(events)
    social = (happened["layer"] == "social") & (happened["breach"] > 0)
    return happened[social & happened["day"].between(first, day)]


def longest_chain(blows: pd.DataFrame, events: pd.DataFrame) -> list[tuple[str, int, str]]:
    """The longest chain of blows and what they answer that ends in one of `blows`; the later one if equal.

    Returned from the root on, as (kind, day, actor); empty if no blow answers another one.
    """
    longest = chain_ids(blows, events)
    columns = (events[name].tolist() for name in ("event", "kind", "day", "actor"))
    by_id = {
        event: (str(kind), int(day), str(actor)) for event, kind, day, actor in zip(*columns, strict=True)
    }
    return [by_id[event] for event in longest]


def chain_ids(blows: pd.DataFrame, events: pd.DataFrame) -> list[int]:
    """The chain of `longest_chain` as ids of events; empty if no blow answers another one."""
    parents: dict[int, int] = dict(zip(events["event"].tolist(), events["parent"].tolist(), strict=True))
    chains = [list(_ancestry(event, parents)) for event in blows["event"].tolist()]
    longest = max(reversed(chains), key=len, default=[])
    return longest if len(longest) > 1 else []


def breaking_chain(breaks: Sequence[Break], daily: pd.DataFrame, events: pd.DataFrame) -> list[int]:
    """Ids of the longest chain of blows in the feud that broke the truce; none for other endings."""
    if not breaks or breaks[0].ending != "feud":
        return []
    return chain_ids(feud_blows(daily, events, breaks[0].day), events)


def _ancestry(event: int, parents: Mapping[int, int]) -> Sequence[int]:
    """Ids from the root to this event. A parent that is not in the log ends the chain."""
    chain = [event]
    while (parent := parents.get(chain[0], 0)) in parents and parent not in chain:
        chain.insert(0, parent)
    return chain
