"""Mechanisms that can be switched off, to ask which of them a record supports."""

from __future__ import annotations

from collections.abc import Callable

from sim.errors import InputError, closest
from sim.scenario import Scenario

Change = Callable[[Scenario], Scenario]


def _answers_off(scenario: Scenario) -> Scenario:
    kinds = scenario.events.kinds()
    mute = {
        name: kind.model_copy(update={"answers": {}})
        for name, kind in kinds.items()
        if getattr(kind, "answers", None)
    }
    return scenario.model_copy(update={"events": scenario.events.model_copy(update=mute)})


def _section_change(section: str, key: str, value: float) -> Change:
    def change(scenario: Scenario) -> Scenario:
        changed = getattr(scenario, section).model_copy(update={key: value})
        return scenario.model_copy(update={section: changed})

    return change


KNOCKOUTS: dict[str, tuple[str, Change]] = {
    "answers": ("no event is answered: no retaliation", _answers_off),
    "feelings": ("no event moves fear or anger", _section_change("feelings", "shock_scale", 0.0)),
    "elders": ("nobody heeds the elders", _section_change("elders", "standing", 0.0)),
    "restraint": ("kin do not restrain the first blow", _section_change("kinship", "restraint", 0.0)),
    "revenge": ("angry kin do not answer more", _section_change("kinship", "revenge", 0.0)),
    "hostility": ("the army forgets attacks within the day", _section_change("army", "hostility_fade", 1.0)),
}


def knock_out(scenario: Scenario, name: str) -> Scenario:
    """The scenario without one mechanism. Raises InputError."""
    if name not in KNOCKOUTS:
        raise InputError(f"without {name!r}: no such mechanism; {closest(name, KNOCKOUTS)}")
    return KNOCKOUTS[name][1](scenario)
