"""Days and dates: day 0 is `day_zero`, day 1 the day after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sim.errors import InputError


def date_of(day: int, day_zero: str | None) -> str:
    """The date of a day, ISO 8601; "day N" without a day zero."""
    if day_zero is None:
        return f"day {day}"
    return (date.fromisoformat(day_zero) + timedelta(day)).isoformat()


def day_of(when: str, day_zero: str, where: str = "") -> int:
    """The day of a date (2004-05-01), where `day_zero` is day 0; below 0 before it.

    Raises InputError for what is not a date, its text beginning with `where`.
    """
    return (read_date(when, where) - date.fromisoformat(day_zero)).days


def read_date(when: str, where: str = "") -> date:
    """A date written as 2004-05-01. Raises InputError for anything else, its text beginning with `where`."""
    try:
        if len(when) != 10:
            raise ValueError
        return date.fromisoformat(when)
    except ValueError:
        raise InputError(
            f"{where}{': ' if where else ''}{when!r} is not a date; write it as 2004-05-01"
        ) from None


def dates_of(days: Iterable[int], day_zero: str) -> list[str]:
    """Dates of days, ISO 8601."""
    zero = date.fromisoformat(day_zero)
    return [(zero + timedelta(int(day))).isoformat() for day in days]


def with_dates(lines: Sequence[str], day_zero: str | None) -> list[str]:
    """Lines in which every "day N" and "days N-M" has its dates beside it; as they are without a day zero."""
    if day_zero is None:
        return list(lines)

    def add_dates(match: re.Match[str]) -> str:
        dates = [date_of(int(day), day_zero) for day in match.groups() if day is not None]
        return f"{match.group(0)}, {' to '.join(dates)}"

    return [re.sub(r"\b[Dd]ays? (\d+)(?:-(\d+))?\b(?!-?\d*, \d{4}-)", add_dates, line) for line in lines]
