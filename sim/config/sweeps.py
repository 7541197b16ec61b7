"""A sweep as plain data: the values that one key takes in a study, or the interval that they are drawn from.

Ranges of floats are expanded in decimals: `range(0.1,0.4,0.1)` is 0.1, 0.2, 0.3, exactly those three.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from sim.config.overrides import shorten
from sim.errors import InputError

MAX_VALUES = 1_000_000  # of one key

Number = int | float


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one key takes: `values` in their order, or an `interval` (then `values` is empty)."""

    key: str
    values: tuple[Any, ...]
    interval: tuple[float, float] | None = None
    is_log: bool = False  # the interval is sampled evenly in its logarithm
    is_whole: bool = False  # the interval is of whole numbers, both ends included
    is_group: bool = False  # the values are options of a config group
    adds: bool = False  # an entry that the defaults lack may be added


@dataclass(frozen=True, slots=True)
class Request:
    """What a command line asks of a study, by key."""

    fixed: dict[str, str]  # overrides that every run has in common
    sweeps: dict[str, Sweep]
    told: dict[str, Any]  # values of the study itself; "engine" may name an engine config


def exact_range(start: Number, stop: Number, step: Number, line: str) -> tuple[Number, ...]:
    """The numbers from `start` by `step`, `stop` left out, computed in decimals.

    Whole numbers stay whole if all three are. Raises InputError for a step of 0, no finite number, or more
    than MAX_VALUES values. `line`: what the user wrote, for the complaint.
    """
    first, last, by = (Decimal(repr(number)) for number in (start, stop, step))
    if not all(number.is_finite() for number in (first, last, by)) or by == 0:
        raise InputError(
            f"{shorten(line)}: range(start,stop,step) takes finite numbers and a step that is not 0"
        )
    if abs(last - first) > (MAX_VALUES + 1) * abs(by):
        raise InputError(f"{shorten(line)}: more than {MAX_VALUES} values; take a larger step")
    n = max(0, -int((first - last) // by) if (first - last) % by == 0 else int((last - first) / by) + 1)
    if (last - first) / by <= 0:
        n = 0
    if n > MAX_VALUES:
        raise InputError(f"{shorten(line)}: {n} values; at most {MAX_VALUES}, take a larger step")
    if all(isinstance(number, int) for number in (start, stop, step)):
        return tuple(int(first + k * by) for k in range(n))
    return tuple(float(first + k * by) for k in range(n))


def matching(names: Iterable[str], include: Iterable[str], exclude: Iterable[str]) -> tuple[str, ...]:
    """The names that fit one of the `include` globs and none of the `exclude` globs, sorted."""
    wanted, unwanted = list(include), list(exclude)
    return tuple(
        name
        for name in sorted(names)
        if any(fnmatchcase(name, glob) for glob in wanted)
        and not any(fnmatchcase(name, glob) for glob in unwanted)
    )


def canonical(value: Any) -> str:
    """The one spelling of a value by which points are told apart: JSON, floats as their shortest decimals.

    Raises ValueError for what JSON cannot hold (nan, infinity).
    """
    return json.dumps(value, allow_nan=False, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def check_values(sweep: Sweep, line: str) -> None:
    """Raise InputError for a sweep without values, or with one that JSON cannot hold.

    `line`: what the user wrote, for the complaint.
    """
    if sweep.interval is not None:
        return
    if not sweep.values:
        raise InputError(f"{shorten(line)}: an empty sweep; give at least one value")
    for value in sweep.values:
        try:
            canonical(value)
        except (ValueError, TypeError):
            raise InputError(
                f"{shorten(line)}: {value} is not a finite number, text, list or mapping"
            ) from None


def check_distinct(sweep: Sweep) -> None:
    """Raise InputError for a sweep with a value that is given twice."""
    seen: set[str] = set()
    for value in sweep.values:
        spelled = canonical(value)
        if spelled in seen:
            raise InputError(f"{sweep.key}: {spelled} is given twice; give every value once")
        seen.add(spelled)
