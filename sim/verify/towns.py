"""Small towns and scenarios in which one part of the model works alone, or all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from sim.city.city import City
from sim.city.columns import Camp
from sim.core.ties import build_ties
from sim.events import KINDS
from sim.interrupt import check_interrupt
from sim.model import TruceModel
from sim.scenario import Scenario

SMALL: dict[str, Any] = {
    "name": "verify",
    "days": 40,
    "burn_in_days": 0,
    "reference_residents": 500,
    "city": {
        "n_residents": 500,
        "n_officers": 12,
        "n_defectors": 2,
        "n_quarters": 4,
        "kinship": {"n_clans": 8},
    },
    "factions": {
        "locals": {"members": 12},
        "outsiders": {"members": 6, "arms": 0.8, "outsiders": True, "rival": True},
    },
}
QUIET: dict[str, Any] = {"events": {name: {"enabled": False} for name in KINDS}}
UNARMED: dict[str, Any] = {"factions": {}, "city": {"n_officers": 0, "n_defectors": 0}}
HAMLET: dict[str, Any] = {"city": {"n_residents": 20}}  # for what needs no residents
# much of everything, so that a mistake shows
LIVELY: dict[str, Any] = {
    "days": 80,
    "feelings": {"shock_scale": 2.0},
    "events": {"kidnapping": {"base": 0.1}, "clash": {"base": 0.05}},
}


def merge(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nested dictionaries, later ones over earlier ones; other factions replace the former ones."""
    out: dict[str, Any] = {}
    for change in changes:
        for key, value in change.items():
            if isinstance(value, Mapping) and isinstance(out.get(key), dict) and key != "factions":
                out[key] = merge(out[key], value)
            else:
                out[key] = deepcopy(value)
    return out


def town(*changes: Mapping[str, Any]) -> Scenario:
    """A scenario of 500 residents and 40 days, with changes: nested values, merged as by `merge`."""
    return Scenario.model_validate(merge(SMALL, *changes))


def day_by_day(scenario: Scenario, seed: int = 0, city: City | None = None) -> Iterator[TruceModel]:
    """A history: the model on day 0 and after each day, until the last one or the reader has enough.

    It is one model, which moves on. `city`: instead of the scenario's own.
    """
    model = TruceModel(scenario, seed=seed, city=city)
    yield model
    while model.day < scenario.days:
        check_interrupt()
        model.step()
        yield model


def history(scenario: Scenario, seed: int = 0, city: City | None = None) -> TruceModel:
    """A model that was run to its last day."""
    *_, model = day_by_day(scenario, seed, city)
    return model


def complete_city(n_houses: int, seed: int = 0) -> City:
    """One uncommitted resident a household, every household tied to every other one."""
    a, b = np.triu_indices(n_houses, 1)
    offsets, neighbours, kind = build_ties(
        n_houses, a.astype(np.int32), b.astype(np.int32), np.zeros(a.size, np.int8)
    )
    rows = np.arange(n_houses)
    return City(
        seed=seed,
        n_quarters=1,
        resident_id=rows.astype(np.int64),
        household=rows.astype(np.int32),
        camp=np.full(n_houses, Camp.UNCOMMITTED, np.int8),
        sex=np.zeros(n_houses, np.int8),
        age=np.full(n_houses, 30, np.int16),
        role=np.zeros(n_houses, np.int8),
        rank=np.zeros(n_houses, np.int8),
        faction=np.full(n_houses, -1, np.int16),
        faction_names=(),
        household_id=rows.astype(np.int64),
        first=np.arange(n_houses + 1).astype(np.int32),
        clan=np.zeros(n_houses, np.int16),
        quarter=np.zeros(n_houses, np.int16),
        lean=np.zeros(n_houses, np.float32),
        offsets=offsets,
        neighbours=neighbours,
        tie_kind=kind,
    )


def with_one_more(city: City) -> City:
    """The same city and one more household at its end: a single uncommitted woman without kin."""

    def more(column: np.ndarray[Any, Any], value: float) -> np.ndarray[Any, Any]:
        return np.append(column, np.array(value, column.dtype))

    return replace(
        city,
        resident_id=more(city.resident_id, 10**9),
        household=more(city.household, city.n_households),
        camp=more(city.camp, Camp.UNCOMMITTED),
        sex=more(city.sex, 0),
        age=more(city.age, 30),
        role=more(city.role, 0),
        rank=more(city.rank, 0),
        faction=more(city.faction, -1),
        household_id=more(city.household_id, 10**9),
        first=more(city.first, city.n_residents + 1),
        clan=more(city.clan, 0),
        quarter=more(city.quarter, 0),
        lean=more(city.lean, 0),
        offsets=more(city.offsets, city.offsets[-1]),
    )
