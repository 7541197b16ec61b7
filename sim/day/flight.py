"""Flight and return by threshold: the day's decisions of households, logged a line a quarter and camp."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Camp
from sim.kinds.kind import EventKind
from sim.world.incident import Cause, Incident

if TYPE_CHECKING:
    from sim.actors.world import World

HOUSEHOLDS = tuple(f"{camp.name.lower()} households" for camp in Camp)  # as actors of the event log, by camp


def fly_and_return(world: World, departure: EventKind, homecoming: EventKind, day: int) -> list[Incident]:
    """Move the households that decide to leave or return today; return their incidents, already struck.

    `departure`, `homecoming`: the two kinds, which say whether it may happen on this day. An incident stands
    for all households of a quarter and camp that move the same way.
    """
    flight, residents = world.scenario.flight, world.residents
    passage = world.passage.open
    p_leave = 1 - math.exp(-flight.rate * passage) if departure.is_on(day) else 0.0
    guarantees = world.strength("guarantees")
    rate_return = flight.return_rate * (1.0 + world.scenario.measures.guarantee_speedup * guarantees)
    p_return = 1 - math.exp(-rate_return * passage) if homecoming.is_on(day) else 0.0
    margin = flight.return_margin * (1.0 - guarantees)
    shift = flight.camp_shift
    shifts = np.array([shift.loyalist, shift.uncommitted, shift.opposition], np.float32)
    leaving, returning = residents.decide_flight(
        world.seed, day, flight.follow, shifts, p_leave, margin, p_return
    )
    gone = residents.depart(leaving)
    home = residents.come_home(returning)
    return [
        *_incidents(world, departure, day, leaving, gone),
        *_incidents(world, homecoming, day, returning, home),
    ]


def _incidents(
    world: World, kind: EventKind, day: int, houses: NDArray[np.integer], people: NDArray[np.int64]
) -> Iterator[Incident]:
    """One incident per quarter and camp for these households; `people` (int64[n]): how many moved of each."""
    if not houses.size:
        return
    quarters, camps = world.city.quarter[houses].tolist(), world.residents.household_camp[houses].tolist()
    n_by_place: dict[tuple[int, int], int] = {}
    for quarter, camp, n in zip(quarters, camps, people.tolist(), strict=True):
        n_by_place[quarter, camp] = n_by_place.get((quarter, camp), 0) + n
    for (quarter, camp), n in sorted(n_by_place.items()):
        if n > 0:
            incident = kind.incident(HOUSEHOLDS[camp], day, quarter, Cause.HAZARD)
            incident.quarter, incident.target_camp, incident.n_people = quarter, camp, n
            incident.breach = kind.breach
            yield incident
