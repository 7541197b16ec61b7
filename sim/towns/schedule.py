"""`events.KIND.at` as users write it: dates beside days, a CSV file; turned into days before validation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.towns.dates import day_of, read_date
from sim.towns.events import NEEDED, OPTIONAL, read_rows

KNOWN = ("deaths", "soldiers", "actor", "quarter")


def place_schedules(values: dict[str, Any], folder: Path | None = None) -> dict[str, Any]:
    """A scenario's plain, nested values, in which every scheduled event has a day; `values` is not changed.

    In `events.KIND.at` dates become days after `day_zero`, and the path of a CSV file (from `folder`, by
    default the current one) the events of this kind in it. Raises InputError for a date without a day zero or
    before day 1, and for a file that cannot be used.
    """
    events = values.get("events")
    if not isinstance(events, Mapping):
        return values
    zero = values.get("day_zero")
    placed = {}
    for name, kind in events.items():
        at = kind.get("at") if isinstance(kind, Mapping) else None
        if isinstance(at, str) and not at.startswith("${"):
            at = _from_file((folder or Path()) / at, str(name), f"events.{name}.at")
        if isinstance(at, list) and any(isinstance(each, str | Mapping) for each in at):
            placed[name] = {**kind, "at": [_place(each, zero, f"events.{name}.at") for each in at]}
    return {**values, "events": {**events, **placed}} if placed else values


def _place(each: Any, zero: Any, where: str) -> Any:
    if isinstance(each, str):  # anything unlike a date is left to the schema to refuse
        return _day(each, zero, where) if any(sign.isdigit() for sign in each) else each
    if isinstance(each, Mapping) and "date" in each:
        if "day" in each:
            raise InputError(f"{where}: gives day and date of one event; give one of them")
        rest = {key: value for key, value in each.items() if key != "date"}
        return {"day": _day(str(each["date"]), zero, where), **rest}
    return each


def _day(when: str, zero: Any, where: str) -> int:
    if not isinstance(zero, str):
        read_date(when, where)
        raise InputError(
            f"{where}: {when} is a date, but day 0 has none; set day_zero, e.g. day_zero=2004-05-01"
        )
    day = day_of(when, zero, where)
    if day < 1:
        raise InputError(f"{where}: {when} lies before day 1; day 0 is {zero}")
    return day


def _from_file(path: Path, name: str, where: str) -> list[dict[str, Any]]:
    """Rows of a file like events.csv, those of this kind."""
    if path.suffix.lower() != ".csv":
        raise InputError(f"{where}: {str(path)[:80]!r} is neither a list of days or dates nor a CSV file")
    found: list[dict[str, Any]] = []
    for line, row in read_rows(path, NEEDED[:1], (*NEEDED, *OPTIONAL)):
        if row.get("kind", name) != name:
            continue
        due: dict[str, Any] = {"date": row["date"]}
        for key in KNOWN:
            text = row.get(key, "")
            if text == "":
                continue
            if key != "actor" and not text.isdigit():
                raise InputError(f"{path}, line {line}, column {key}: {text!r} is not a whole number")
            due[key] = text if key == "actor" else int(text)
        found.append(due)
    if not found:
        raise InputError(f"{path}: holds no event of the kind {name}")
    return found
