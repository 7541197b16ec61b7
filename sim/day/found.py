"""Found the world of day 0: the city, its people in their roles, the actors, and feelings at rest."""

from __future__ import annotations

import mesa
import numpy as np

from sim.actors.actor import Actor
from sim.actors.army import Army
from sim.actors.elders import Elders
from sim.actors.faction import Faction
from sim.actors.world import World
from sim.city.build import build_city
from sim.city.city import City
from sim.city.muster import muster
from sim.scenario import REFERENCE_RESIDENTS, Scenario
from sim.world.climate import Passage, Pressure
from sim.world.grievances import Grievances
from sim.world.residents import Residents


def found_world(model: mesa.Model, scenario: Scenario, city: City | None = None) -> World:
    """The world of day 0, after the burn-in of feelings. `city` stands for the one that would be built."""
    city = muster(city or build_city(scenario.city), scenario.city, scenario.factions)
    residents = Residents(city, scenario.feelings, scenario.kinship, scenario.flight)
    world = World(
        seed=scenario.seed,
        size=scenario.reference_residents / REFERENCE_RESIDENTS,
        city=city,
        residents=residents,
        kinship=scenario.kinship,
        flight=scenario.flight,
        passage=Passage(scenario.passage.start, scenario.passage.recovery),
        pressure=Pressure(scenario.pressure.start, scenario.pressure.fade),
        pressure_config=scenario.pressure,
        grievances=Grievances(scenario.seed, scenario.grievances.memory_days),
        p_visit=scenario.visits.p_visit,
    )
    kinds = list(scenario.events.kinds().values())
    for index, (name, config) in enumerate(scenario.factions.items()):
        rows = np.flatnonzero(city.faction == index)
        theirs = [kind for kind in kinds if kind.actor == "faction"]
        world.factions.append(Faction(model, name, index, config, theirs, rows))
    world.army = Army(model, [kind for kind in kinds if kind.actor == "army"])
    world.elders = Elders(model, scenario.elders, [kind for kind in kinds if kind.actor == "elders"])
    world.populace = Actor(model, "city", [kind for kind in kinds if kind.actor == "city"])
    for _ in range(scenario.burn_in_days):
        residents.feel()
    residents.visit(world.seed, 0, world.visit_chance)
    residents.tally()
    world.begin()
    return world
