"""Entry: outsiders who come into the city after it was made, as new households of fighters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp, Rank, Role, Sex, Tie
from sim.core.luck import Stream, fill_uniform, identify
from sim.core.race import earliest
from sim.core.ties import build_ties

LODGING = 5  # outsiders who share a house, assumed
KIN_HOUSES = 3  # households that a lodging with kin in the city is tied to, assumed
AGE = 25  # years, assumed


@dataclass(frozen=True, slots=True)
class Entry:
    """One group that enters. `key` (day, kind, actor, ordinal) makes their permanent ids.

    `n`: fighters, at least 1; `faction`: index into the city's faction names; `kin_share`: probability that a
    house of theirs has kin in the city.
    """

    key: tuple[int, int, int, int]
    n: int
    faction: int
    kin_share: float = 0.0


def enter(city: City, entry: Entry) -> City:
    """Return the city with `entry.n` more residents: opposition fighters, five to a house.

    Ids come from the key alone, lodgings from the ids: another entry moves nobody else. A share of the
    houses is tied to some households of the city; the rest has no kin.
    """
    day, kind, actor, ordinal = entry.key
    n, n_houses = entry.n, -(-entry.n // LODGING)
    group = identify(day, kind, actor, ordinal)
    low, high = group & 0xFFFFFFFF, group >> 32
    house_ids = np.array([identify(low, high, 1, k) for k in range(n_houses)], np.int64)
    sizes = np.full(n_houses, LODGING)
    sizes[-1] = n - LODGING * (n_houses - 1)
    luck = np.empty((2, n_houses))
    fill_uniform(city.seed, Stream.NEWCOMER, 0, house_ids, luck[0])
    fill_uniform(city.seed, Stream.NEWCOMER, 1, house_ids, luck[1])
    quarters = np.minimum((luck[1] * city.n_quarters).astype(np.int16), city.n_quarters - 1)  # luck may be 1
    rows = np.arange(city.n_households, city.n_households + n_houses)
    with_kin = np.flatnonzero(luck[0] < entry.kin_share)
    return replace(
        city,
        resident_id=_join(city.resident_id, [identify(low, high, 2, k) for k in range(n)]),
        household=_join(city.household, np.repeat(rows, sizes)),
        camp=_join(city.camp, np.full(n, Camp.OPPOSITION)),
        sex=_join(city.sex, np.full(n, Sex.MALE)),
        age=_join(city.age, np.full(n, AGE)),
        role=_join(city.role, np.full(n, Role.FIGHTER)),
        rank=_join(city.rank, np.full(n, Rank.NONE)),
        faction=_join(city.faction, np.full(n, entry.faction)),
        household_id=_join(city.household_id, house_ids),
        first=_join(city.first, city.n_residents + np.cumsum(sizes)),
        clan=_join(city.clan, np.full(n_houses, -1)),
        quarter=_join(city.quarter, quarters),
        lean=_join(city.lean, np.zeros(n_houses)),
        **_ties(city, rows, rows[with_kin], house_ids[with_kin]),
    )


def _ties(
    city: City, new: NDArray[np.int64], with_kin: NDArray[np.int64], ids: NDArray[np.int64]
) -> dict[str, Any]:
    """The ties of the larger city: as they were, and those of the houses with kin here."""
    if with_kin.size == 0:
        return {"offsets": _join(city.offsets, np.full(new.size, city.offsets[-1]))}
    hosts = _hosts(city, ids)
    a = np.repeat(np.arange(city.n_households), np.diff(city.offsets))
    once = a < city.neighbours
    offsets, neighbours, kind = build_ties(
        city.n_households + new.size,
        np.concatenate([a[once], hosts.ravel()]),
        np.concatenate([city.neighbours[once], np.repeat(with_kin, hosts.shape[1])]),
        np.concatenate([city.tie_kind[once], np.full(hosts.size, Tie.AFFINE, np.int8)]),
    )
    return {"offsets": offsets, "neighbours": neighbours, "tie_kind": kind}


def _hosts(city: City, house_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each new house, rows of the households here that it is kin to: int64[n, KIN_HOUSES or fewer]."""
    wanted = min(KIN_HOUSES, city.n_households)
    hosts = np.zeros((house_ids.size, wanted), np.int64)
    ids, clocks = city.household_id.copy(), np.empty(city.n_households)
    for k, ident in enumerate(house_ids):
        fill_uniform(city.seed ^ int(ident), Stream.NEWCOMER, 2, ids, clocks)
        hosts[k] = earliest(clocks, wanted)
    return hosts


def _join(column: NDArray[Any], more: Any) -> NDArray[Any]:
    return np.concatenate([column, np.asarray(more).astype(column.dtype)])
