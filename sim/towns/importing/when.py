"""Dates as sources write them."""

from __future__ import annotations

import re
from datetime import date, datetime

ORDERS = ("dmy", "mdy")
_WORDS = ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d-%B-%Y", "%b %d, %Y", "%B %d, %Y", "%d %b %y")
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


class UnknownDateError(ValueError):
    """A date that cannot be read, or in more than one way."""


def date_from(text: str, order: str | None = None) -> date:
    """The date of a text: 2004-05-01, with or without a time; 1 May 2004; 01/05/2004 with an `order`.

    `order`: "dmy" or "mdy". Raises UnknownDateError, whose text says what would be right.
    """
    clean = text.strip()
    try:
        return date.fromisoformat(clean[:10])
    except ValueError:
        pass
    for form in _WORDS:
        try:
            return datetime.strptime(clean, form).date()
        except ValueError:
            continue
    if (match := _NUMBERS.match(clean)) and order in ORDERS:
        first, second, year = (int(part) for part in match.groups())
        day, month = (first, second) if order == "dmy" else (second, first)
        try:
            return date(year, month, day)
        except ValueError:
            raise UnknownDateError(f"{text!r} is not a date in the order {order}") from None
    if match:
        raise UnknownDateError(f"{text!r} can be read in two ways; say --dates dmy or --dates mdy")
    raise UnknownDateError(f"{text!r} is not a date in a known form, such as 2004-05-01 or 1 May 2004")
