"""What is changed in a history, one thing at a time: an event, a kind, a measure, a switch, kinship."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.config.complaints import scenario_from
from sim.config.values import with_settings
from sim.events import KINDS
from sim.explanation.events import events_of, find_event, what_happened
from sim.model import TruceModel
from sim.report.names import one_measure, strength_words
from sim.report.words import kind_words
from sim.scenario import Scenario
from sim.world.incident import Incident
from sim.world.measures import Measure

SORTS = ("event", "together", "kind", "measure", "switch", "kinship")
SWITCHES = {
    "shield": "loyalists present did not hold the army back",
    "information": "loyalists present did not warn the army",
    "signal": "loyalists seen leaving did not alarm those who stay",
}
SIGNS = {
    "restraint": "kin did not restrain the first attack",
    "revenge": "angry kin did not make answers more likely",
}


@dataclass(frozen=True)
class Change:
    """One change: its sort, its name, in words, the first day it can matter, and what it does."""

    sort: str  # one of SORTS
    name: str
    says: str
    day: int
    until: int  # luck is the run's own up to this day, and at least on the day itself
    without: tuple[int, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)  # dotted key -> value

    def scenario(self, plain: Scenario) -> Scenario | None:
        """The changed scenario; None if the change is of events alone."""
        if not self.values:
            return None
        return scenario_from(with_settings(plain.model_dump(mode="json"), self.values))


def changes_of(
    model: TruceModel, until: int, without: Collection[int] = (), only: Collection[str] = ()
) -> list[Change]:
    """Every change to be tried in a history that has run, looking at what happened up to day `until`.

    `without`: ids of events to be removed instead of the heaviest; `only`: the SORTS that are tried, all if
    empty. Raises InputError for an event that is not in this history.
    """
    happened = what_happened(model.world.log, until)
    chosen = [find_event(model, event) for event in dict.fromkeys(without)] or events_of(
        model, happened, until
    )
    every = (
        *_events(chosen),
        *_together(chosen),
        *_kinds(happened),
        *_measures(model.scenario),
        *_switches(model.scenario),
        *_signs(model.scenario),
    )
    wanted = {*only, *({"together"} if "event" in only else ())}
    return [change for change in every if not wanted or change.sort in wanted]


def _events(chosen: list[Incident]) -> Iterator[Change]:
    for each in sorted(chosen, key=lambda each: (each.day, each.id)):
        actor = "" if each.actor in ("army", "city") else f" by {each.actor.replace('_', ' ')}"
        says = f"without the {kind_words(each.kind)}{actor}, day {each.day}"
        yield Change("event", str(each.id), says, each.day, each.day, without=(each.id,))


def _together(chosen: list[Incident]) -> Iterator[Change]:
    """All of these events at once; the luck is the run's own until the last of them."""
    if len(chosen) > 1:
        days = [each.day for each in chosen]
        any_of = "either" if len(chosen) == 2 else "any"
        says = f"without {any_of} of the {len(chosen)} events tried one by one"
        without = tuple(sorted(each.id for each in chosen))
        yield Change("together", "events", says, min(days), max(days), without=without)


def _kinds(happened: list[Incident]) -> Iterator[Change]:
    first: dict[str, int] = {}
    for each in happened:
        first.setdefault(each.kind, each.day)
    for kind, day in sorted(first.items()):
        if not KINDS[kind].is_part_of_storm:
            values = {f"events.{kind}.enabled": False}
            yield Change("kind", kind, f"without any {kind_words(kind)}", day, day, values=values)


def _measures(scenario: Scenario) -> Iterator[Change]:
    for name, measure in scenario.measures:
        if isinstance(measure, Measure) and not measure.enabled:
            values = {f"measures.{name}.enabled": True}
            day = max(1, measure.start_day)
            says = f"with {one_measure(name)}" + (f" from day {day}" if day > 1 else "")
            if (
                measure.strength != Measure().strength
            ):  # the catalogue strength is stated once for all of them
                says += f", at {strength_words(measure.strength)}"
            yield Change("measure", name, says, day, day, values=values)


def _switches(scenario: Scenario) -> Iterator[Change]:
    for name, meaning in SWITCHES.items():
        if getattr(scenario.army, name):
            says = f"if {meaning}"
            yield Change("switch", name, says, 1, 1, values={f"army.{name}": False})


def _signs(scenario: Scenario) -> Iterator[Change]:
    for name, meaning in SIGNS.items():
        if getattr(scenario.kinship, name) > 0:
            says = f"if {meaning}"
            yield Change("kinship", name, says, 1, 1, values={f"kinship.{name}": 0.0})
