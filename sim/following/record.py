"""The record of a real town: the events that a source saw, and what it could have seen.

A class is a set of kinds of events that the source could observe (those with at least a given number of
deaths), with the days covered and the probability that such an event is recorded. What no class covers is not
observed: the model draws it as usual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sim.errors import InputError, closest
from sim.events import KINDS, EventKind
from sim.kinds.order import HazardOrder


def observable() -> tuple[str, ...]:
    """Names of the kinds of events that a record may observe: those with a known probability on a day."""
    answers = {name for kind in KINDS.values() for name in _answers_of(kind)}
    return tuple(
        sorted(
            name
            for name, kind in KINDS.items()
            if hasattr(kind, "chances_of")
            or issubclass(kind, HazardOrder)
            or kind.is_certain
            or name in answers
        )
    )


def deadly() -> tuple[str, ...]:
    """Names of the observable kinds that may kill."""
    return tuple(name for name in observable() if _overrides(KINDS[name], "toll"))


def _answers_of(kind: type[EventKind]) -> Mapping[str, float]:
    answers = kind.model_fields.get("answers")
    return answers.get_default(call_default_factory=True) if answers is not None else {}


def _overrides(kind: type[EventKind], name: str) -> bool:
    return getattr(kind, name) is not getattr(EventKind, name)


@dataclass(frozen=True)
class Row:
    """One recorded event. What the source does not say is None."""

    day: int
    of: str  # a class, or a kind of one class
    deaths: int | None = None
    soldiers: int | None = None  # of the deaths
    actor: str | None = None
    quarter: int | None = None  # kept beside the row; not weighed
    source: str = ""  # where it stands, for messages


@dataclass(frozen=True)
class ObservedClass:
    """What the source could see: kinds with at least `least_deaths` deaths, each with probability `seen`."""

    name: str
    kinds: tuple[str, ...]
    least_deaths: int = 0
    seen: float = 1.0
    spans: tuple[tuple[int, int], ...] = ()  # first and last days covered; none: all days of the record

    def covers(self, day: int) -> bool:
        """Whether the source looked on this day."""
        return not self.spans or any(first <= day <= last for first, last in self.spans)

    def check(self) -> None:
        """Raise InputError for what cannot be observed."""
        where = f"class {self.name!r}"
        known = observable()
        for kind in self.kinds:
            if kind not in KINDS:
                raise InputError(f"{where}: unknown kind {kind!r}; {closest(kind, KINDS)}")
            if kind not in known:
                raise InputError(
                    f"{where}: {kind} follows from decisions of residents or from a battle, so its chance on "
                    f"a day has no formula; leave it out. Kinds that can be observed: {', '.join(known)}"
                )
        if not self.kinds:
            raise InputError(f"{where}: names no kind of event; leave the class out")
        if not 0 < self.seen <= 1:
            raise InputError(
                f"{where}: seen = {self.seen:g}; the share of its events that get into the record lies above "
                "0 and is at most 1"
            )
        if self.least_deaths < 0:
            raise InputError(f"{where}: least_deaths = {self.least_deaths}; deaths are 0 or more")
        for first, last in self.spans:
            if not 1 <= first <= last:
                raise InputError(f"{where}: days {first}-{last}; give first and last day, from day 1 on")


@dataclass(frozen=True)
class Record:
    """Rows and classes over days 1 .. `days`. Raises InputError if they do not fit each other."""

    name: str
    days: int
    classes: tuple[ObservedClass, ...] = ()
    rows: tuple[Row, ...] = ()
    start: str = ""  # date of day 1, if it has one
    ended: bool = False  # whether the truce is known to have ended on its last day
    attribution: str = ""  # whom to name where the rows are shown
    stood: int = 0  # days that the truce had stood before day 1
    _by_day: dict[int, list[tuple[int, Row]]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.days < 1:
            raise InputError(f"record {self.name}: {self.days} days; a record covers at least one")
        for each in self.classes:
            each.check()
        owners: dict[str, str] = {}
        for each in self.classes:
            for kind in each.kinds:
                if kind in owners:
                    raise InputError(
                        f"record {self.name}: {kind} is in the classes {owners[kind]!r} and {each.name!r}; "
                        "an event belongs to one class"
                    )
                owners[kind] = each.name
            if each.name in KINDS and each.kinds != (each.name,):
                raise InputError(
                    f"record {self.name}: class {each.name!r} has the name of a kind and holds others; rename"
                    " it"
                )
        for row in self.rows:
            self._by_day.setdefault(row.day, []).append((self._class_of(row), row))

    def _class_of(self, row: Row) -> int:
        where = row.source or f"record {self.name}, day {row.day}"
        if not 1 <= row.day <= self.days:
            raise InputError(f"{where}: day {row.day} is outside the record; days run from 1 to {self.days}")
        names = [each.name for each in self.classes]
        k = next(
            (k for k, each in enumerate(self.classes) if row.of == each.name or row.of in each.kinds), -1
        )
        if k < 0:
            raise InputError(f"{where}: {row.of!r} is in no class; {closest(row.of, [*names, *self.kinds])}")
        least = self.classes[k].least_deaths
        if not self.classes[k].covers(row.day):
            raise InputError(f"{where}: class {names[k]!r} does not cover day {row.day}; add it to its days")
        if row.deaths is not None and row.deaths < least:
            raise InputError(f"{where}: {row.deaths} deaths; class {names[k]!r} has at least {least}")
        if row.soldiers is not None and (row.deaths is None or not 0 <= row.soldiers <= row.deaths):
            raise InputError(f"{where}: {row.soldiers} soldiers dead of {row.deaths}; at most all of them")
        return k

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of events that some class observes."""
        return frozenset(kind for each in self.classes for kind in each.kinds)

    def on(self, day: int) -> Sequence[tuple[int, Row]]:
        """Number of the class and row of each event of a day."""
        return self._by_day.get(day, ())

    def observe(self, day: int) -> Iterator[tuple[int, ObservedClass]]:
        """Number and class of what the source could see on a day."""
        return ((k, each) for k, each in enumerate(self.classes) if each.covers(day))

    def counts(self) -> list[int]:
        """Number of rows on each of the days 1 .. `days`."""
        return [len(self.on(day)) for day in range(1, self.days + 1)]

    def until(self, days: int) -> Record:
        """The first `days` days of it; the truce of a shorter one is not known to have ended."""
        rows = tuple(row for row in self.rows if row.day <= days)
        return replace(self, days=days, rows=rows, ended=self.ended and days == self.days, _by_day={})


def fatal_events(
    name: str,
    days: int,
    rows: Sequence[Row],
    start: str = "",
    seen: float = 1.0,
    ended: bool = False,
    attribution: str = "",
) -> Record:
    """A record in the form of event data: events of any kind that killed somebody.

    `rows` are of the class "fatal"; the other arguments are those of `Record` and, `seen`, of its class.
    """
    classes = (ObservedClass("fatal", deadly(), 1, seen),)
    return Record(name, days, classes, tuple(rows), start, ended, attribution)
