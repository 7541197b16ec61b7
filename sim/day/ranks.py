"""Who joins a faction and who deserts today, logged a line a faction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp, Role, Sex
from sim.city.muster import MEN
from sim.core.luck import Stream, exponential
from sim.core.ranks import decide_deserting, decide_joining
from sim.core.sums import add_in_order
from sim.kinds.kind import EventKind
from sim.world.config import RanksConfig
from sim.world.incident import Cause, Incident

if TYPE_CHECKING:
    from sim.actors.faction import Faction
    from sim.actors.world import World


def join_and_desert(
    world: World, config: RanksConfig, joining: EventKind, desertion: EventKind, day: int
) -> list[Incident]:
    """Move those who join or desert today; return their incidents, already struck, one a kind and faction.

    `joining`, `desertion`: the two kinds, which say whether it may happen on this day.
    """
    deserters = _desert(world, config, day) if desertion.is_on(day) else {}
    joiners = _join(world, config, day) if joining.is_on(day) else {}
    incidents = []
    for kind, counts in ((desertion, deserters), (joining, joiners)):
        for name, n in counts.items():
            incident = kind.incident(name, day, 0, Cause.HAZARD)
            incident.n_people, incident.target_camp = n, Camp.OPPOSITION
            incident.breach = kind.breach
            incidents.append(incident)
    return incidents


def _join(world: World, config: RanksConfig, day: int) -> dict[str, int]:
    city, residents = world.city, world.residents
    hosts = [faction for faction in world.factions if not faction.outsiders and faction.n_present > 0]
    if not hosts:
        return {}
    out = world.room_for(world.young_men.size)
    missing = 1.0 - sum(len(host.rows) for host in hosts) / max(1, sum(host.n_at_start for host in hosts))
    arms = add_in_order(host.strength for host in hosts) / sum(host.n_present for host in hosts)
    call = config.join_losses * max(0.0, missing) + config.join_arms * arms
    n = decide_joining(
        world.seed, day, world.young_men, residents.status, residents.role, city.resident_id, city.household,
        residents.fear, residents.anger, world.join_threshold, city.offsets, city.neighbours,
        residents.weights, residents.own_weight, residents.has_loyalist, call, config.join_fear,
        config.join_restraint * world.scenario.kinship.restraint, 1 - math.exp(-config.join_rate), out,
    )  # fmt: skip
    counts: dict[str, int] = {}
    for row in out[:n]:
        host = _draw_host(world, hosts, day, int(city.resident_id[row]))
        world.enlist(int(row), host, Role.FIGHTER)
        counts[host.name] = counts.get(host.name, 0) + 1
    return counts


def _draw_host(world: World, hosts: list[Faction], day: int, ident: int) -> Faction:
    """The faction that somebody joins, drawn by its fighters in the city."""
    clocks = [
        (exponential(world.seed, Stream.CHOICE, day, ident, host.key) / host.n_present, k)
        for k, host in enumerate(hosts)
    ]
    return hosts[min(clocks)[1]]


def _desert(world: World, config: RanksConfig, day: int) -> dict[str, int]:
    city, residents = world.city, world.residents
    rows, ends = world.factions.list_members()
    out = world.room_for(rows.size)
    morale = np.array([faction.morale for faction in world.factions], np.float64)
    n = decide_deserting(
        world.seed, day, rows, ends, residents.status, city.resident_id, city.household, residents.fear,
        residents.desert_threshold, city.offsets, morale, config.desert_morale, config.desert_rooted,
        1 - math.exp(-config.desert_rate), out,
    )  # fmt: skip
    counts: dict[str, int] = {}
    for row in out[:n].tolist():
        faction = world.factions[int(residents.faction[row])]
        world.discharge(row, faction)
        counts[faction.name] = counts.get(faction.name, 0) + 1
    return counts


def young_men(city: City) -> NDArray[np.int64]:
    """Rows of the opposition men of an age to fight, int64[n]."""
    of_age = (city.age >= MEN[0]) & (city.age <= MEN[1])
    return np.flatnonzero((city.camp == Camp.OPPOSITION) & (city.sex == Sex.MALE) & of_age)
