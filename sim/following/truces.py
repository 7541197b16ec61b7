"""The given truces: organised violence with deaths, by day, in towns under a truce.

Rows are from the Uppsala Conflict Data Program, Georeferenced Event Dataset 21.1 (CC BY 4.0; Sundberg and
Melander 2013, Pettersson et al. 2021), of the days of each truce; sim/_truces/README.md says how they were
chosen.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from sim.errors import InputError, closest
from sim.following.record import Record, Row, fatal_events

ATTRIBUTION = (
    "Uppsala Conflict Data Program, Georeferenced Event Dataset 21.1 (CC BY 4.0); Sundberg and Melander "
    "2013, Pettersson et al. 2021"
)
FOLDER = Path(__file__).parent.parent / "_truces"
# a yardstick of nine truces with more than two fatal events within 301 days, fixed before it was looked at
YARDSTICK = ("SYR-08", "SYR-09", "SYR-12", "SYR-13", "SYR-15", "BIH-02", "BIH-03", "UKR-01", "GAZ-01")
YARDSTICK_DAYS = 301
_NEEDED = {
    "truces.csv": ("truce_id", "place", "start", "observed_to"),
    "events.csv": ("date", "place", "deaths_best"),
}


def truce_ids(folder: Path = FOLDER) -> list[str]:
    """Ids of the truces of a folder, in its order."""
    return [row["truce_id"] for row in _table(folder, "truces.csv")]


def read_truce(truce: str, folder: Path = FOLDER, most_days: int | None = None, seen: float = 1.0) -> Record:
    """The record of one truce: fatal events from its first day (day 1) on. Raises InputError.

    `folder` holds truces.csv and events.csv; `most_days` cuts a long one; `seen`: probability that such an
    event is recorded.
    """
    known = {row["truce_id"]: row for row in _table(folder, "truces.csv")}
    if truce not in known:
        raise InputError(f"truce {truce!r}: not in {folder / 'truces.csv'}; {closest(truce, known)}")
    row = known[truce]
    start, end = (_date(row[key], f"{folder / 'truces.csv'}: {truce}") for key in ("start", "observed_to"))
    days = (end - start).days + 1
    if days < 1:
        raise InputError(f"{folder / 'truces.csv'}: {truce}: observed_to {end} lies before its start {start}")
    ended = row.get("status") == "ended" and (most_days is None or days <= most_days)
    days = min(days, most_days or days)
    rows = []
    for number, event in enumerate(_table(folder, "events.csv"), start=2):
        if event["place"] != row["place"]:
            continue
        where = f"{folder / 'events.csv'}, line {number}"
        day = (_date(event["date"], where) - start).days + 1
        deaths = _whole(event["deaths_best"], where)
        if 1 <= day <= days and deaths >= 1:
            rows.append(Row(day, "fatal", deaths, source=f"{where} ({event['date']})"))
    name = f"{row['place']} {start.year}"
    whose = ATTRIBUTION if folder == FOLDER else ""
    return fatal_events(name, days, rows, start.isoformat(), seen, ended, whose)


def date_of(record: Record, day: int) -> str:
    """The date of a day of the record, or the day's number if the record has no dates."""
    if not record.start:
        return f"day {day}"
    return (date.fromisoformat(record.start) + timedelta(day - 1)).isoformat()


def _table(folder: Path, name: str) -> list[Mapping[str, str]]:
    path = folder / name
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            missing = [column for column in _NEEDED[name] if column not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{path}: has no column {missing[0]!r}; needed: {', '.join(_NEEDED[name])}")
            return list(reader)
    except FileNotFoundError:
        raise InputError(f"{path}: is not there; give a folder with truces.csv and events.csv") from None
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"{path}: is not a CSV table in UTF-8") from None


def _date(value: str, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError(f"{where}: {value!r} is not a date; write it as 2016-02-27") from None


def _whole(value: str, where: str) -> int:
    if not value.isdigit():
        raise InputError(f"{where}: deaths_best {value!r} is not a whole number")
    return int(value)
