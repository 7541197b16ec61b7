"""The muster: which residents are officers, defectors and fighters, and the outsiders who entered.

Done on a finished city, with the city's seed, so that scenarios which differ in their factions share
one city. A column of the user's own table that already gives roles is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp, Rank, Role, Sex, Tie
from sim.city.config import CityConfig
from sim.core.luck import Stream, fill_uniform, identify, name_key
from sim.core.ties import build_ties
from sim.errors import InputError

MEN = (18, 55)  # ages of service, assumed
LODGING = 5  # outsiders who share a house, assumed
KIN_HOUSES = 3  # households that a lodging with kin in the city is tied to, assumed


class Group(Protocol):
    """What the muster needs to know of a faction."""

    members: int
    outsiders: bool
    kin_share: float


def muster(city: City, config: CityConfig, factions: Mapping[str, Group]) -> City:
    """Give roles, ranks and factions; let outsiders enter. Returns a new city; raises InputError.

    Officers come from loyalist men first, fighters and defectors from opposition men first; within a
    camp by keyed clocks, so that one more officer moves nobody else.
    """
    names = tuple(factions)
    if np.any(city.role != Role.CIVILIAN):
        return _given_roles(city, names)
    role, rank, faction = city.role.copy(), city.rank.copy(), city.faction.copy()
    is_man = (city.sex == Sex.MALE) & (city.age >= MEN[0]) & (city.age <= MEN[1])
    locals_ = {name: group for name, group in factions.items() if not group.outsiders}
    n_fighters = sum(group.members for group in locals_.values())
    n_wanted = config.n_officers + config.n_defectors + n_fighters
    if n_wanted > int(is_man.sum()):
        raise InputError(
            f"city.n_officers + city.n_defectors + fighters of local factions = {n_wanted}, more than the "
            f"{int(is_man.sum())} men aged {MEN[0]}-{MEN[1]} of the city; lower them or raise city.n_residents"
        )
    free = is_man.copy()

    def take(n: int, camps: tuple[Camp, ...], purpose: str) -> NDArray[np.int64]:
        rows = np.flatnonzero(free)
        order = np.array(camps).argsort()[city.camp[rows]]
        clock = np.empty(rows.size)
        fill_uniform(city.seed ^ name_key(purpose) << 16, Stream.MUSTER, 0, city.resident_id[rows], clock)
        chosen = rows[np.lexsort((clock, order))[:n]]
        free[chosen] = False
        return chosen

    officers = take(config.n_officers, (Camp.LOYALIST, Camp.UNCOMMITTED, Camp.OPPOSITION), "officer")
    role[officers] = Role.OFFICER
    rebels = (Camp.OPPOSITION, Camp.UNCOMMITTED, Camp.LOYALIST)
    if config.n_defectors > 0 and n_fighters > 0:
        defectors = take(config.n_defectors, rebels, "defector")
        role[defectors] = Role.DEFECTOR
        faction[defectors] = _spread(city, defectors, names, locals_)
    else:
        defectors = np.zeros(0, np.int64)
    rank[np.concatenate([officers, defectors])] = _ranks(
        city, np.concatenate([officers, defectors]), config.senior_share
    )
    for name, group in locals_.items():
        fighters = take(group.members, rebels, f"fighter of {name}")
        role[fighters] = Role.FIGHTER
        faction[fighters] = names.index(name)
    peopled = replace(city, role=role, rank=rank, faction=faction, faction_names=names)
    for name, group in factions.items():
        if group.outsiders and group.members > 0:
            peopled = _enter(peopled, name, group)
    return peopled


def _given_roles(city: City, names: tuple[str, ...]) -> City:
    """The user's table gave roles: its factions must be those of the scenario."""
    unknown = [name for name in city.faction_names if name not in names]
    if unknown:
        raise InputError(
            f"city.residents names faction {unknown[0]!r}, which the scenario lacks; factions: {', '.join(names)}"
        )
    index = np.array([names.index(name) for name in city.faction_names] + [-1], np.int16)
    return replace(city, faction=index[city.faction], faction_names=names)


def _ranks(city: City, rows: NDArray[np.int64], senior_share: float) -> NDArray[np.int8]:
    u = np.empty(rows.size)
    fill_uniform(city.seed, Stream.MUSTER, 1, city.resident_id[rows], u)
    return np.where(u < senior_share, Rank.SENIOR, Rank.JUNIOR).astype(np.int8)


def _spread(
    city: City, rows: NDArray[np.int64], names: tuple[str, ...], locals_: Mapping[str, Group]
) -> NDArray[np.int16]:
    """A local faction for each of these residents, in proportion to its fighters."""
    u = np.empty(rows.size)
    fill_uniform(city.seed, Stream.MUSTER, 2, city.resident_id[rows], u)
    bounds = np.cumsum([group.members for group in locals_.values()])
    place = np.searchsorted(bounds, u * bounds[-1], side="right")
    return np.array([names.index(name) for name in locals_], np.int16)[place]


def _enter(city: City, name: str, group: Group) -> City:
    """Let a group of outsiders enter: new households of fighters, a share of them with kin here."""
    key = name_key(name)
    n_houses = -(-group.members // LODGING)
    house_ids = np.array([identify(0, key, 1, k) for k in range(n_houses)], np.int64)
    sizes = np.full(n_houses, LODGING)
    sizes[-1] = group.members - LODGING * (n_houses - 1)
    u = np.empty((2, n_houses))
    fill_uniform(city.seed, Stream.NEWCOMER, 0, house_ids, u[0])
    fill_uniform(city.seed, Stream.NEWCOMER, 1, house_ids, u[1])
    n = group.members
    new_rows = np.arange(city.n_households, city.n_households + n_houses)
    with_kin = np.flatnonzero(u[0] < group.kin_share)
    a, b, kind = _edges(city)
    hosts = _hosts(city, house_ids[with_kin])
    return replace(
        city,
        resident_id=_join(city.resident_id, [identify(0, key, 2, k) for k in range(n)]),
        household=_join(city.household, np.repeat(new_rows, sizes)),
        camp=_join(city.camp, np.full(n, Camp.OPPOSITION)),
        sex=_join(city.sex, np.full(n, Sex.MALE)),
        age=_join(city.age, np.full(n, 25)),
        role=_join(city.role, np.full(n, Role.FIGHTER)),
        rank=_join(city.rank, np.full(n, Rank.NONE)),
        faction=_join(city.faction, np.full(n, city.faction_names.index(name))),
        household_id=_join(city.household_id, house_ids),
        first=_join(city.first, city.n_residents + np.cumsum(sizes)),
        clan=_join(city.clan, np.full(n_houses, int(city.clan.max(initial=-1)) + 1)),
        quarter=_join(city.quarter, (u[1] * city.n_quarters).astype(np.int16)),
        lean=_join(city.lean, np.zeros(n_houses)),
        **_ties(
            city.n_households + n_houses,
            np.concatenate([a, hosts.ravel()]),
            np.concatenate([b, np.repeat(new_rows[with_kin], hosts.shape[1])]),
            np.concatenate([kind, np.full(hosts.size, Tie.AFFINE, np.int8)]),
        ),
    )


def _hosts(city: City, house_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each new house, rows of the households here that it is kin to: int64[n, KIN_HOUSES or fewer]."""
    wanted = min(KIN_HOUSES, city.n_households)
    hosts = np.zeros((house_ids.size, wanted), np.int64)
    for k, ident in enumerate(house_ids):
        clocks = np.empty(city.n_households)
        fill_uniform(city.seed ^ int(ident), Stream.NEWCOMER, 2, city.household_id, clocks)
        hosts[k] = np.argsort(clocks)[:wanted]
    return hosts


def _edges(city: City) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
    """Each tie of the city once."""
    a = np.repeat(np.arange(city.n_households), np.diff(city.offsets))
    once = a < city.neighbours
    return a[once], city.neighbours[once].astype(np.int64), city.tie_kind[once]


def _ties(n: int, a: NDArray[np.int64], b: NDArray[np.int64], kind: NDArray[np.int8]) -> dict[str, NDArray]:  # type: ignore[type-arg]
    offsets, neighbours, kinds = build_ties(n, a, b, kind)
    return {"offsets": offsets, "neighbours": neighbours, "tie_kind": kinds}


def _join(column: NDArray, more: object) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate([column, np.asarray(more).astype(column.dtype)])
