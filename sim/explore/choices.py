"""What the page can set, as plain data: measures, scheduled events, parameters, each with its provenance."""

from __future__ import annotations

from types import NoneType
from typing import Any, Literal, get_args, get_origin

from sim.kinds.due import Due
from sim.report.names import key_words, measure_name
from sim.report.parameters import status_of
from sim.report.words import kind_words
from sim.scenario import Scenario
from sim.schema_tree import Leaf, bare, find, leaves
from sim.world.measures import FACTS, NO_HARM, Measure

# the parameters that matter most, with what they are called on the page
MAIN = {
    "pace.factions": "pace of the factions",
    "pace.army": "pace of the army",
    "kinship.restraint": "restraint by kin",
    "kinship.revenge": "revenge by kin",
    "feelings.shock_scale": "strength of shocks",
    "grievances.memory_days": "mean delay of an answer",
    "events.kidnapping.base": "kidnapping base rate",
    "events.harassment.base": "harassment base rate",
    "elders.settled_per_day": "breaches settled per day",
    "flight.threshold_mean": "mean flight threshold",
    "passage.recovery": "recovery of free passage",
    "army.shield": "loyalists shield the city",
}

# set elsewhere on the page, or a matter of the command line: tables of one's own, what is kept, the name
_APART = ("name", "seed", "days", "city.residents", "city.ties")
_APART_SECTIONS = ("measures.", "records.", "town.")


def choices_of(scenario: Scenario) -> dict[str, Any]:
    """What can be set in this scenario, with present values: `measures`, `main`, `others`, `events`.

    `main` and `others` are lists of what `describe` gives, for the values that matter most and the rest.
    """
    found = {leaf.key: leaf for leaf in leaves(scenario)}
    main = [key for key in MAIN if key in found]
    others = [key for key in found if key not in main and _is_other(key)]
    return {
        "measures": measures_of(scenario),
        "main": [describe(found[key]) for key in main],
        "others": [describe(found[key]) for key in others],
        "events": events_of(scenario),
    }


def measures_of(scenario: Scenario) -> list[dict[str, Any]]:
    """The protective measures: name, what each does, whether it is on, its days and its strength.

    `harm` is empty where the model has none.
    """
    rows = []
    for name, measure in scenario.measures:
        if not isinstance(measure, Measure):
            continue
        facts = FACTS[name]
        rows.append(
            {
                "name": name,
                "title": measure_name(name),
                "says": facts.does,
                "harm": "" if facts.harm == NO_HARM else facts.harm,
                **measure.model_dump(mode="json"),
            }
        )
    return rows


def events_of(scenario: Scenario) -> list[dict[str, Any]]:
    """Kinds of events that can be scheduled: name, title, and `at`, their days.

    An entry of `at` is a day, or a day with what is known of the event: {day: 5, deaths: 2}.
    """
    return [
        {
            "name": name,
            "title": kind_words(name),
            "at": [
                each.model_dump(mode="json", exclude_none=True) if isinstance(each, Due) else each
                for each in kind.at
            ],
            "layer": kind.layer.name.lower(),
        }
        for name, kind in scenario.events.kinds().items()
        if not kind.is_move
    ]


def describe(leaf: Leaf) -> dict[str, Any]:
    """One value: key, present value, unit, range in words, source, meaning, and how it is entered.

    `entry` is switch, word (one of `words`), number (`whole` or not, from `low` to `high`) or text.
    """
    place = find(Scenario, leaf.key)
    value: Any = leaf.value
    if hasattr(value, "value"):
        value = value.value
    return {
        "key": leaf.key,
        "title": MAIN.get(leaf.key) or key_words(leaf.key),
        "value": list(value)
        if isinstance(value, tuple)
        else dict(value)
        if hasattr(value, "items")
        else value,
        "unit": leaf.unit,
        "range": leaf.range,
        "source": leaf.source,
        "status": status_of(leaf.source),
        "says": leaf.says,
        **(
            _entry(place.field.annotation, place.field.metadata)
            if place and place.field
            else {"entry": "text"}
        ),
    }


def _is_other(key: str) -> bool:
    if key in _APART or key.startswith(_APART_SECTIONS):
        return False
    return not (key.startswith("events.") and key.endswith(".at"))


def _entry(annotation: Any, rules: list[Any]) -> dict[str, Any]:
    """How a value is entered: as a number within bounds, a switch, one word of a few, or text."""
    kind = bare(annotation)
    may_be_none = NoneType in get_args(annotation)
    if kind is bool:
        return {"entry": "switch"}
    if get_origin(kind) is Literal:
        return {"entry": "word", "words": list(get_args(kind))}
    if kind in (int, float) and not may_be_none:
        low: float | None = None
        high: float | None = None
        for rule in rules:
            low = getattr(rule, "ge", getattr(rule, "gt", low))
            high = getattr(rule, "le", getattr(rule, "lt", high))
        return {"entry": "number", "whole": kind is int, "low": low, "high": high}
    return {"entry": "text"}
