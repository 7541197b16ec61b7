"""No dead parameter: in one small scenario that schedules every kind, every number moves the history."""

from __future__ import annotations

from functools import cache
from typing import Any
from zlib import crc32

import pytest

from sim.city.build import build_city
from sim.events import KINDS, EventKind
from sim.kinds.felt import CalmsCity, FeltByKin
from sim.scenario import Scenario
from sim.schema_tree import leaves
from sim.world.measures import FACTS
from tests.conftest import TINY, finished, merged, tiny

STATE = {  # what makes every mechanism felt within 60 days in a city of 500
    "days": 60,
    "burn_in_days": 0,  # no truce stands where all is lively; alone() gives it quieter days
    "feelings": {"rest_fear_max": 0.5},
    "flight": {"threshold_mean": 0.6, "return_margin": 0.02, "return_rate": 0.5, "rate": 0.3},
    "grievances": {"memory_days": 5.0},
    "kinship": {"restraint": 1.0},
    "elders": {"cases_per_day": 2, "standing": 0.1},
    "city": {"senior_share": 0.5},
    "visits": {"p_visit": 0.5},
    "army": {"troops": 25, "armour": 30},
    "supplies": {"use": 0.2, "recovery": 0.03},
    "ranks": {"join_threshold_mean": 0.5, "join_arms": 1.0, "join_rate": 0.2},
    "measures": {name: {"enabled": True, "strength": 0.9} for name in FACTS},
    "truce": {
        "feud": {"bar": 3.0, "window_days": 5},
        "passage": {"bar": 0.6, "days": 2},
        "exodus": {"bar": 0.7},
        "siege": {"days": 2},
        "reform_days": 2,
    },
}
RATES = {
    "siege": 0.06, "siege_lifted": 0.05, "assault": 0.12, "release": 0.4, "surrender": 0.03,
    "bombardment": 0.3, "bombardment_over": 0.2, "withdrawal": 0.4, "army_back": 0.6, "ease": 0.3,
    "inflow": 0.4,
}  # fmt: skip
# every event that anybody feels shocks near and far, so that each reach is felt
NEAR = {"household": 0.1, "ties": 0.05, "quarter": 0.05}


def _lively(name: str, kind: type[EventKind], day: int) -> dict[str, Any]:
    event: dict[str, Any] = {"at": (day,), "breach": 0.5}
    if "base" in kind.model_fields:
        event["base"] = RATES.get(name, 0.2)
    if "officer_pull" in kind.model_fields:
        event["officer_pull"] = 200.0
    if "by" in kind.model_fields:
        event["by"] = "outsiders"
    for feeling in ("fear", "anger"):
        if feeling in kind.model_fields:
            size = -0.02 if issubclass(kind, CalmsCity) else 0.02
            event[feeling] = {"camp": size, **(NEAR if issubclass(kind, FeltByKin) else {})}
    return event


EVENTS = {name: _lively(name, KINDS[name], 4 + k) for k, name in enumerate(sorted(KINDS))}
EVENTS["departure"]["at"] = (2,)  # before those whom it could take have left
EVENTS["clash"]["weights"] = {"morale": 1.0}
EVENTS["confession"] |= {"reference": 3.0, "most_per_day": 0.5}
EVENTS["kidnapping"]["weights"] = {"command": -4.0}
EVENTS["kidnapping"]["answers"] = {"counter_abduction": 0.3, "revenge_killing": 0.1}
EVENTS["counter_abduction"] |= {"answers": {"kidnapping": 5.0}, "at": (3, 6, 9, 12, 15, 18)}
EVENTS["battle"] |= {"soldier_lethality": 0.06, "fighter_lethality": 0.12}
EVENTS["assault"] |= {
    "soldier_breaking_share": 0.6, "fighter_breaking_share": 0.6,
    "committed_share": 0.6, "resolve_sigma": 1.0,
}  # fmt: skip
EVENTS["inflow"] |= {"size_mean": 500.0, "p_found": 0.6}
GROUPS = merged(TINY["factions"], {"outsiders": {"kin_share": 0.9}})
BASE = merged({"events": EVENTS, "factions": GROUPS}, STATE)
RULES = ("feud", "passage", "exodus", "siege", "assault")

INERT = {
    "name": "a label",
    "seed": "tested by itself: another seed gives another history",
    "city.residents": "a file name, tested with the own-data loader",
    "city.ties": "a file name, tested with the own-data loader",
    "records.snapshots": "adds a table and changes none",
    "records.quarter_days": "adds a table and changes none",
    "limits.events_per_day": "gives a run up or changes nothing",
    "limits.seconds": "gives a run up or changes nothing",
    "limits.memory_gb": "gives a run up or changes nothing",
    "factions.locals.kin_share": "of outsiders alone",
    "events.agreement.start_day": "refused: it never arises by itself or as an answer",
    "events.airbase_attack.answer_standing": "no shipped kind is answered by an attack on the airbase",
    "grievances.most_per_day": "tested by itself in tests/events/test_elders.py",
    "events.assault.soldier_breaking_share": "tested by itself in tests/actors/test_battle.py",
    "events.siege_lifted.weights.passage": "a siege shuts passage: it is 0 then",
    "events.bombardment.weights.passage": "likewise",
    "events.bombardment_over.weights.passage": "likewise",
    "events.surrender.weights.passage": "likewise",
}
CITY_ONLY = ("city.kinship.", "city.camps.", "city.clan_share", "city.household_share")


SEEDS = range(12)  # most keys show at the first


def moved(value: Any, key: str) -> Any:
    """Another value of the same kind, well away from this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + (30 if key.endswith("start_day") else max(1, value // 3))
    if isinstance(value, float):
        if ".weights." in key:
            return 40.0 if key.endswith("posture_age") else value + 5.0
        return value * 2 if key.endswith("alpha") else value / 2 if value else 0.5
    raise TypeError(key)


def nested(key: str, value: Any) -> dict[str, Any]:
    """A change of one dotted key. Factions are given whole, since other ones would replace them."""
    parts = key.split(".")
    if parts[0] == "factions":
        groups = merged(GROUPS)
        groups[parts[1]][parts[2]] = value
        return {"factions": groups}
    for part in reversed(parts):
        value = {part: value}
    return dict(value)


def outcome(scenario: Scenario, seed: int) -> tuple[Any, ...]:
    from sim.records import event_table

    model = finished(scenario, seed)
    days = {name: tuple(values) for name, values in model.datacollector.model_vars.items()}
    return repr(days), event_table(model).to_csv(), str(model.truce.spells)


def numbers() -> list[str]:
    return [
        leaf.key
        for leaf in leaves(tiny(BASE))
        if isinstance(leaf.value, (bool, int, float)) and leaf.key not in INERT
    ]


def alone(key: str) -> dict[str, Any]:
    """Where an ending is looked at, the others are off; else another one always comes first."""
    parts = key.split(".")
    if key == "burn_in_days":
        return {"truce": {name: {"enabled": False} for name in RULES}}
    if parts[0] != "truce":
        return {}
    if parts[1] in RULES:
        return {"truce": {name: {"enabled": name == parts[1]} for name in RULES}}
    # re-forming and strain: broken by assaults alone, and quiet enough to form again
    rules = {name: {"enabled": name == "assault"} for name in RULES}
    rules["feud"] = {"enabled": False, "bar": 1e6}
    return {"truce": rules, "passage": {"recovery": 0.06}}


# one history cannot show everything: a second regime, with a weaker army and milder measures
MILDER = {
    "army": {"troops": 8, "armour": 2},
    "elders": {"cases_per_day": 1, "standing": 0.6},
    "measures": {name: {"strength": 0.4} for name in FACTS},
    "events": {
        "siege": {"base": 0.15},
        "assault": {"base": 0.05, "soldier_breaking_share": 0.3, "fighter_breaking_share": 0.4},
        "ease": {"base": 0.2},
        "inflow": {"p_found": 0.8},
        "kidnapping": {"base": 0.6},
    },
}
# and a third, in which bands that have just entered may do as they please
UNBOUND = {
    "army": {"start": "squeezing"},
    "measures": {name: {"enabled": False} for name in ("pact", "containment")},
    "events": {
        "kidnapping": {"base": 3.0},
        "inflow": {"base": 1.0, "p_found": 1.0},
        "siege": {"base": 0.0},
        "ease": {"base": 0.0},
        "assault": {"base": 0.0},
    },
}
# and a fourth, under the guns from the first day
SHELLED = {
    "army": {"start": "bombarding"},
    "events": {name: {"base": 0.0, "at": ()} for name in ("assault", "surrender", "siege_lifted")},
}
# and a fifth, in which the army holds the city
HELD = {"army": {"start": "holding"}, "events": {"withdrawal": {"base": 0.0, "at": ()}}}
# and a sixth: a siege that is only ever lifted
BESIEGED = {
    "army": {"start": "besieging"},
    "events": {
        **{name: {"base": 0.0, "at": ()} for name in ("assault", "surrender", "bombardment")},
        "siege_lifted": {"base": 0.15, "at": ()},
        "agreement": {"at": ()},
    },
}
REGIMES: tuple[dict[str, Any], ...] = ({}, MILDER, UNBOUND, SHELLED, HELD, BESIEGED)


@cache
def plain(rule_key: str, regime: int, seed: int) -> tuple[Any, ...]:
    return outcome(tiny(BASE, REGIMES[regime], alone(rule_key)), seed)


@cache
def values(regime: int) -> dict[str, Any]:
    return {leaf.key: leaf.value for leaf in leaves(tiny(BASE, REGIMES[regime]))}


@cache
def changed(key: str, regime: int) -> Scenario:
    return tiny(BASE, REGIMES[regime], alone(key), nested(key, moved(values(regime)[key], key)))


def sampled(key: str) -> Any:
    """The key as a parameter: a third of all stay in the ordinary suite, always the same."""
    return pytest.param(key, marks=() if crc32(key.encode()) % 3 == 0 else pytest.mark.slow)


@pytest.mark.parametrize("key", [sampled(key) for key in numbers()])
def test_every_number_moves_the_history(key: str) -> None:
    if key.startswith(CITY_ONLY):
        one, other = build_city(tiny(BASE).city), build_city(changed(key, 0).city)
        sizes = [(city.n_households, city.neighbours.size) for city in (one, other)]
        assert sizes[0] != sizes[1] or (one.camp != other.camp).any()
        return
    rule = ".".join(key.split(".")[:2]) if key.startswith("truce.") else key if alone(key) else ""
    # each regime with the first seed, then each with the next: most keys show at once in one of them
    for seed in SEEDS:
        for regime in range(len(REGIMES)):
            if outcome(changed(key, regime), seed) != plain(rule, regime, seed):
                return
    pytest.fail(f"{key} moves nothing")
