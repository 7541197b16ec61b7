"""Two histories: the first event in which they differ, and the outcome of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.report.compare.settings import differing, settings_lines
from sim.report.source import Source
from sim.report.words import ending_by, kind_words
from sim.towns.dates import with_dates

_TOLD = ("day", "kind", "actor", "cause", "victim", "household", "quarter", "people", "deaths", "soldiers")
_CAMPS = ("loyalist", "uncommitted", "opposition")


@dataclass(frozen=True)
class Parting:
    """Where two histories diverge: the day, and the event of each there ("" where a log has ended)."""

    day: int
    one: str
    other: str


def parting(one: pd.DataFrame, other: pd.DataFrame) -> Parting | None:
    """The first event of two logs that differs; None if all are the same. Ids of events are not compared."""
    columns = [name for name in _TOLD if name in one and name in other]
    ours, theirs = (table[columns].to_dict("records") for table in (one, other))
    for k in range(max(len(ours), len(theirs))):
        mine, their = (log[k] if k < len(log) else None for log in (ours, theirs))
        if mine != their:
            days = [int(each["day"]) for each in (mine, their) if each is not None]
            return Parting(min(days), _event_words(mine), _event_words(their))
    return None


def _event_words(event: Mapping[Any, Any] | None) -> str:
    if event is None:
        return ""
    by = f" by {str(event['actor']).replace('_', ' ')}" if event.get("actor") else ""
    dead = f", {int(event['deaths'])} dead" if event.get("deaths") else ""
    where = f" in quarter {int(event['quarter'])}" if int(event.get("quarter", -1)) >= 0 else ""
    return f"{kind_words(str(event['kind']))}{by}{where} on day {int(event['day'])}{dead}"


def outcomes(row: Mapping[str, Any]) -> dict[str, str]:
    """The outcomes of a history, from its run row: outcome -> words."""
    totals = {"deaths": "deaths", "departures": "departed"}
    return {
        "truce": _truce(row),
        **{name: f"{sum(int(row[f'{part}_{camp}']) for camp in _CAMPS):,}" for name, part in totals.items()},
        "loyalists departed": f"{int(row['departed_loyalist']):,}",
        "taken captive": f"{int(row['taken']):,}",
        "sieges": f"{int(row['sieges']):,}",
        "assaults": f"{int(row['assaults']):,}",
    }


def _truce(row: Mapping[str, Any]) -> str:
    if not row["broke"]:
        return f"held for all {int(row['days']):,} days"
    return f"broke on day {int(row['first_break_day'])} {ending_by(str(row['ending']))}".rstrip()


def history_lines(one: Source, other: Source) -> list[str]:
    """What differs between two runs, in lines."""
    lines = settings_lines(differing(one.manifest["scenario"], other.manifest["scenario"]))
    part = parting(one.tables["events"], other.tables["events"])
    if part is None:
        lines.append("Events: the same in both histories.")
    else:
        ours, theirs = (each or "nothing more happens" for each in (part.one, part.other))
        lines.append(f"The histories part on day {part.day}: {ours} / {theirs}.")
    ours_told, theirs_told = (outcomes(source.tables["row"]) for source in (one, other))
    width = max(map(len, ours_told))
    lines += [f"  {name:<{width}}  {told} / {theirs_told[name]}" for name, told in ours_told.items()]
    zeros = {source.manifest["scenario"].get("day_zero") for source in (one, other)}
    told = with_dates(lines, zeros.pop() if len(zeros) == 1 else None)
    return [*told, "Each is one possible history: any difference may be luck alone."]
