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
from sim.city.columns import Camp, Rank, Role, Sex
from sim.city.config import CityConfig
from sim.city.entry import Entry, enter
from sim.core.luck import Stream, fill_normal, fill_uniform, name_key
from sim.errors import InputError

MEN = (18, 55)  # ages of service, assumed


class Group(Protocol):
    """What the muster needs to know of a faction."""

    @property
    def members(self) -> int:
        """Fighters."""

    @property
    def outsiders(self) -> bool:
        """Whether they come from outside."""

    @property
    def kin_share(self) -> float:
        """Share of the outsiders' lodgings that have kin in the city."""


def muster(city: City, config: CityConfig, factions: Mapping[str, Group]) -> City:
    """Give roles, ranks and factions; let outsiders enter. Returns a new city.

    Officers come from loyalist men first, fighters and defectors from opposition men first; within a
    camp by keyed clocks, so that one more officer moves nobody else. `factions`: name -> group. Raises
    InputError if more men are wanted than there are, or if the user's own table names an unknown faction.
    """
    names = tuple(factions)
    if np.any(city.role != Role.CIVILIAN):
        return _check_given_roles(city, names)
    role, rank, faction = city.role.copy(), city.rank.copy(), city.faction.copy()
    is_man = (city.sex == Sex.MALE) & (city.age >= MEN[0]) & (city.age <= MEN[1])
    locals_ = {name: group for name, group in factions.items() if not group.outsiders}
    n_fighters = sum(group.members for group in locals_.values())
    n_wanted = config.n_officers + config.n_defectors + n_fighters
    if n_wanted > int(is_man.sum()):
        remedy = "lower them or raise city.n_residents"
        if config.residents is not None:
            remedy = f"lower them, or give the roles in {config.residents}"
        raise InputError(
            f"city.n_officers + city.n_defectors + fighters of local factions = {n_wanted}, more than the "
            f"{int(is_man.sum())} men aged {MEN[0]}-{MEN[1]}; {remedy}"
        )
    free = is_man.copy()

    def take(n: int, camps: tuple[Camp, ...], purpose: str, by_clan: float = 0.0) -> NDArray[np.int64]:
        rows = np.flatnonzero(free)
        order = np.array(camps).argsort()[city.camp[rows]]
        seed = city.seed ^ name_key(purpose) << 16
        clock = np.empty(rows.size)
        fill_uniform(seed, Stream.MUSTER, 0, city.resident_id[rows], clock)
        if by_clan > 0:  # men of the clans that the group draws on come first
            clan = city.clan[city.household[rows]].astype(np.int64)
            pull = np.empty(clan.max(initial=-1) + 1)
            fill_normal(seed, Stream.MUSTER, 3, np.arange(pull.size), pull)
            clock = -np.log1p(-clock) / np.exp(by_clan * pull[clan])
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
        fighters = take(group.members, rebels, f"fighter of {name}", config.clan_recruiting)
        role[fighters] = Role.FIGHTER
        faction[fighters] = names.index(name)
    peopled = replace(city, role=role, rank=rank, faction=faction, faction_names=names)
    for name, group in factions.items():
        if group.outsiders and group.members > 0:
            entry = Entry((0, name_key(name), 0, 0), group.members, names.index(name), group.kin_share)
            peopled = enter(peopled, entry)
    return peopled


def _check_given_roles(city: City, names: tuple[str, ...]) -> City:
    """The user's table gave roles: its factions must be those of the scenario."""
    unknown = [name for name in city.faction_names if name not in names]
    if unknown:
        raise InputError(
            f"city.residents names faction {unknown[0]!r}, unknown here; factions: {', '.join(names)}"
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
    faction: NDArray[np.int16] = np.array([names.index(name) for name in locals_], np.int16)[place]
    return faction
