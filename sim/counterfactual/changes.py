"""What is changed in a history, one thing at a time: an event, a kind, a measure, a switch, a sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.config.complaints import scenario_from
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.world.incident import NO_PARENT, Cause, Incident, Layer
from sim.world.measures import Measure

MOST_EVENTS = 15  # root events that are taken out one by one, assumed
SWITCHES = {
    "shield": "loyalists present hold the army back",
    "information": "loyalists present warn the army",
    "signal": "loyalists seen leaving press on those who stay",
}
SIGNS = {"restraint": "kin hold back the first blow", "revenge": "angry kin raise the answers"}


@dataclass(frozen=True)
class Change:
    """One change: its sort, its name, in words, the first day it can matter, and what it does."""

    sort: str  # event, kind, measure, switch, kinship
    name: str
    says: str
    day: int
    without: tuple[int, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)  # dotted key -> value

    def scenario(self, plain: Scenario) -> Scenario | None:
        """The changed scenario; None if the change is of events alone."""
        if not self.values:
            return None
        changed = plain.model_dump(mode="json")
        for key, value in self.values.items():
            *above, last = key.split(".")
            place = changed
            for part in above:
                place = place[part]
            place[last] = value
        return scenario_from(changed)


def changes_of(model: TruceModel, until: int) -> list[Change]:
    """Every change to be tried in a history that has run, looking at what happened up to day `until`."""
    happened = [each for each in model.world.log if each.cause != Cause.LAPSED and each.day <= until]
    return [
        *_events(model, happened, until),
        *_kinds(model, happened),
        *_measures(model.scenario),
        *_switches(model.scenario),
        *_signs(model.scenario),
    ]


def _events(model: TruceModel, happened: list[Incident], until: int) -> Iterator[Change]:
    """Root events: they answer nobody, and are breaches or orders; the heaviest and latest of them."""
    roots = [
        each
        for each in happened
        if each.parent == NO_PARENT
        and (each.breach > 0 or each.cause == Cause.ORDER)
        and each.kind != "battle"
    ]
    window = model.scenario.truce.feud.window_days

    def weight(each: Incident) -> tuple[float, int]:
        is_social = model.kinds[each.kind].layer == Layer.SOCIAL
        counts = each.cause == Cause.ORDER or (is_social and until - each.day < window)
        return (-1.0 - each.breach if counts else -min(1.0, each.breach) / 2, until - each.day)

    for each in sorted(sorted(roots, key=weight)[:MOST_EVENTS], key=lambda each: (each.day, each.id)):
        actor = "" if each.actor in ("army", "city") else f" by {each.actor.replace('_', ' ')}"
        says = f"{each.kind.replace('_', ' ')}{actor}, day {each.day}"
        yield Change("event", str(each.id), f"without the {says}", each.day, without=(each.id,))


def _kinds(model: TruceModel, happened: list[Incident]) -> Iterator[Change]:
    first: dict[str, int] = {}
    for each in happened:
        first.setdefault(each.kind, each.day)
    for kind, day in sorted(first.items()):
        if kind in ("battle", "fall", "repulse"):  # part of an assault
            continue
        name = kind.replace("_", " ")
        yield Change("kind", kind, f"without any {name}", day, values={f"events.{kind}.enabled": False})


def _measures(scenario: Scenario) -> Iterator[Change]:
    for name, measure in scenario.measures:
        if isinstance(measure, Measure) and not measure.enabled:
            says = f"with {name.replace('_', ' ')} ({measure.strength:.0%}) from day {measure.start_day}"
            values = {f"measures.{name}.enabled": True}
            yield Change("measure", name, says, max(1, measure.start_day), values=values)


def _switches(scenario: Scenario) -> Iterator[Change]:
    for name, meaning in SWITCHES.items():
        if getattr(scenario.army, name):
            yield Change("switch", name, f"were it not so that {meaning}", 1, values={f"army.{name}": False})


def _signs(scenario: Scenario) -> Iterator[Change]:
    for name, meaning in SIGNS.items():
        if getattr(scenario.kinship, name) > 0:
            yield Change(
                "kinship", name, f"were it not so that {meaning}", 1, values={f"kinship.{name}": 0.0}
            )
