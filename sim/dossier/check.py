"""`hudna town check`: every inconsistency at once, what is assumed, what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.city.build import build_city
from sim.city.muster import muster
from sim.compose import compose_scenario
from sim.errors import InputError
from sim.report.words import count
from sim.scenario import Scenario
from sim.towns.dates import date_of, day_of
from sim.towns.folder import EVENTS, SOURCES, UNCERTAINTY, Town, read_town
from sim.towns.quote import quote
from sim.towns.settings import derive


@dataclass(frozen=True)
class Findings:
    """Findings on a town that can be used."""

    town: Town
    scenario: Scenario
    facts: tuple[str, ...]
    doubts: tuple[str, ...]  # consistent, but odd
    missing: tuple[str, ...]
    assumed: tuple[str, ...]

    def lines(self) -> list[str]:
        """All of it in words."""
        found = [f"{self.town.title}: can be used", *(f"  {line}" for line in self.facts)]
        for head, lines in (
            ("To look at", self.doubts),
            ("Missing", self.missing),
            ("Assumed", self.assumed),
        ):
            if lines:
                found += [f"{head}:", *(f"  {line}" for line in lines)]
        return found


def check_town(what: str) -> Findings:
    """Read a town with its tables, compose its scenario, and find what is odd, missing or assumed.

    `what`: a town folder, or the name of a shipped town. Raises InputError with one line per fault.
    """
    town = read_town(what)
    scenario = compose_scenario([f"town={quote(str(town.folder))}"])
    city = build_city(scenario.city) if scenario.city.residents is not None else None
    if city is not None:
        muster(city, scenario.city, scenario.factions)
    facts = [f"{scenario.reference_residents:,} residents, {count(len(scenario.factions), 'armed group')}"]
    facts += _events(town)
    return Findings(
        town,
        scenario,
        tuple(facts),
        tuple(_doubts(town, scenario)),
        tuple(_missing(town)),
        derive(town).assumed,
    )


def _events(town: Town) -> list[str]:
    if not town.events:
        return ["no recorded events"]
    first, last = town.events[0].date, town.events[-1].date
    kinds = Counter(each.kind for each in town.events)
    told = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
    deaths = sum(each.deaths or 0 for each in town.events)
    return [f"{count(len(town.events), 'event')} from {first} to {last}: {told}; {count(deaths, 'death')}"]


def _doubts(town: Town, scenario: Scenario) -> list[str]:
    """What is consistent but odd."""
    form, found = town.form, []
    if form.day_zero is not None:
        zero, end = form.day_zero, date_of(scenario.days, form.day_zero)
        before = sum(each.date <= zero for each in town.events)
        after = sum(each.date > end for each in town.events)
        if before:
            found.append(f"events on day 0 or before it: {before:,}; they count as the time before the truce")
        if after:
            found.append(f"events after the last simulated day, {end}: {after:,}")
        if form.truce.start is not None and day_of(form.truce.start, zero) not in (0, 1):
            found.append(f"truce.start {form.truce.start} is neither day 0 ({zero}) nor day 1")
    record = form.record
    first, last = record.first or "", record.last or "9999"
    n = sum(not first <= each.date <= last for each in town.events)
    if n:
        found.append(f"{n:,} events lie outside the record's own dates ({record.first} to {record.last})")
    repeated = Counter((e.date, e.kind, e.deaths, e.actor, e.source_id) for e in town.events if e.source_id)
    n = sum(times - 1 for times in repeated.values())
    if n:
        found.append(f"{EVENTS}: {n:,} rows repeat another one with the same source_id; remove duplicates")
    people = scenario.reference_residents
    fighters = sum(each.members for each in scenario.factions.values())
    if fighters > 0.1 * people:
        found.append(f"{fighters:,} fighters among {people:,} residents: more than a tenth")
    return found


def _missing(town: Town) -> list[str]:
    form, found = town.form, []
    if form.day_zero is None:
        found.append("day_zero: without it no dates are shown and recorded events have no days")
    if not town.events:
        found.append(f"{EVENTS}: no recorded events, so no targets, nothing to follow")
    if form.truce.start is None:
        found.append("truce.start: the documented first day of the truce")
    if not (town.folder / SOURCES).is_file():
        found.append(f"{SOURCES}: where the numbers come from")
    if town.events and not form.record.attribution:
        found.append("record.attribution: who is to be named where the events are used")
    if not (town.folder / UNCERTAINTY).is_file():
        found.append(f"{UNCERTAINTY}: none yet; `hudna town targets` and `hudna calibrate` make one")
    return found


def check_lines(what: str) -> list[str]:
    """The findings in words. `what` as for `check_town`.

    Raises InputError with one line per fault, and their number in the last line.
    """
    try:
        return check_town(what).lines()
    except InputError as error:
        n = len(str(error).splitlines())
        raise InputError(
            f"{error}\n{what}: {n} {'thing does' if n == 1 else 'things do'} not fit; see above"
        ) from None
