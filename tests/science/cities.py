"""Hand-made cities for known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.city.city import City
from sim.city.columns import Camp
from sim.core.ties import build_ties


def complete_city(n_houses: int) -> City:
    """One uncommitted resident a household, every household tied to every other one."""
    a, b = np.triu_indices(n_houses, 1)
    offsets, neighbours, kind = build_ties(
        n_houses, a.astype(np.int32), b.astype(np.int32), np.zeros(a.size, np.int8)
    )
    rows = np.arange(n_houses)
    return City(
        seed=0,
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

    def more(column: np.ndarray, value: float) -> np.ndarray:
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
