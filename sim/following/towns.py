"""The record of a town folder in the form that is followed: fatal events, or what else the source saw."""

from __future__ import annotations

from sim.errors import InputError
from sim.events import KINDS
from sim.following.record import ObservedClass, Record, Row, deadly, fatal_events, observable
from sim.kinds.order import HazardOrder
from sim.towns.dates import date_of, day_of
from sim.towns.folder import EVENTS, Town
from sim.world.incident import Layer


def record_of(town: Town, most_days: int | None = None) -> Record:
    """Events of a town from day 1 on, to the end of its truce or of its record. Raises InputError.

    If the record has deaths, the events with deaths are followed, of any kind that may kill. Otherwise the
    classes social and standoff are, without orders of the army and residents' decisions. `most_days` cuts a
    long record.
    """
    form, zero = town.form, town.form.day_zero
    if zero is None:
        raise InputError(f"{town.folder}: has no day_zero, so its events have no days; give it in town.yaml")
    if not town.events:
        raise InputError(f"{town.folder / EVENTS}: holds no event; a record to follow needs some")
    last = form.truce.end or form.record.last or town.events[-1].date
    if form.record.last is not None:
        last = min(last, form.record.last)
    days = min(day_of(last, zero), most_days or 10**9)
    if days < 1:
        raise InputError(f"{town.folder}: its record ends on {last}, before day 1 ({date_of(1, zero)})")
    is_fatal = any(each.is_fatal for each in town.events)
    kinds = deadly()
    rows = []
    for event in town.events:
        day = day_of(event.date, zero)
        if not is_fatal:
            of = _class_of(event.kind)
        else:  # where the source has no kind, only that it killed is known
            of = event.kind if event.kind in kinds else "fatal"
        if 1 <= day <= days and (event.is_fatal or not is_fatal):
            where = f"{town.folder / EVENTS}, line {event.line} ({event.date})"
            rows.append(Row(day, of, event.deaths, event.soldiers, event.actor or None, event.quarter, where))
    start = date_of(1, zero)
    ended = form.truce.end is not None and date_of(days, zero) == form.truce.end
    whose = form.record.attribution
    if is_fatal:
        return fatal_events(town.title, days, rows, start, form.record.seen, ended, whose)
    names = sorted({row.of for row in rows}) or ["standoff"]
    classes = tuple(ObservedClass(name, _kinds(name), 0, form.record.seen) for name in names)
    return Record(town.title, days, classes, tuple(rows), start, ended, whose)


def _class_of(kind: str) -> str:
    return kind if kind in ("social", "standoff") else KINDS[kind].layer.name.lower()


def _kinds(name: str) -> tuple[str, ...]:
    layer = Layer[name.upper()]
    return tuple(
        kind
        for kind in observable()
        if KINDS[kind].layer == layer and not issubclass(KINDS[kind], HazardOrder)
    )
