"""Flight and return by threshold: the day's decisions of households, logged a line a quarter and camp."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sim.city.columns import Camp
from sim.kinds.kind import EventKind
from sim.world.incident import Cause, Incident

if TYPE_CHECKING:
    from sim.actors.world import World


def fly_and_return(world: World, departure: EventKind, homecoming: EventKind, day: int) -> list[Incident]:
    """Move the households that decide to leave or return today; return their incidents, already struck."""
    flight, residents = world.flight, world.residents
    passage = world.passage.open
    p_leave = 1 - math.exp(-flight.rate * passage) if departure.is_on(day) else 0.0
    guarantees = world.strength("guarantees")
    rate_return = flight.return_rate * (1.0 + world.measures.guarantee_speedup * guarantees)
    p_return = 1 - math.exp(-rate_return * passage) if homecoming.is_on(day) else 0.0
    margin = flight.return_margin * (1.0 - guarantees)
    shift = flight.camp_shift
    shifts = np.array([shift.loyalist, shift.uncommitted, shift.opposition], np.float32)
    leaving, returning = residents.decide_flight(
        world.seed, day, flight.follow, shifts, p_leave, margin, p_return
    )
    gone = Counter[tuple[int, int]]()
    home = Counter[tuple[int, int]]()
    for house in leaving:
        gone[_place(world, house)] += residents.depart(int(house))
    for house in returning:
        home[_place(world, house)] += residents.come_home(int(house))
    return _incidents(departure, day, gone) + _incidents(homecoming, day, home)


def _place(world: World, house: int) -> tuple[int, int]:
    return int(world.city.quarter[house]), int(world.residents.household_camp[house])


def _incidents(kind: EventKind, day: int, people: Counter[tuple[int, int]]) -> list[Incident]:
    found = []
    for (quarter, camp), n in sorted(people.items()):
        if n > 0:
            incident = kind.incident(f"{Camp(camp).name.lower()} households", day, quarter, Cause.HAZARD)
            incident.quarter, incident.target_camp, incident.n_people = quarter, camp, n
            incident.breach = kind.breach
            found.append(incident)
    return found
