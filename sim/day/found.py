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
from sim.day.ranks import young_men
from sim.scenario import REFERENCE_RESIDENTS, Scenario
from sim.world.climate import Passage, Pressure, Supplies, Works
from sim.world.grievances import Grievances
from sim.world.residents import Residents


def found_world(model: mesa.Model, scenario: Scenario, city: City | None = None) -> World:
    """The world of day 0, after the burn-in of feelings. `city` stands for the one that would be built."""
    city = muster(city or build_city(scenario.city), scenario.city, scenario.factions)
    residents = Residents(city, scenario.feelings, scenario.kinship, scenario.flight, scenario.ranks)
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
        grievances=Grievances(scenario.seed, scenario.grievances.memory_days, _memories(scenario)),
        p_visit=scenario.visits.p_visit,
        supplies=Supplies(scenario.supplies.start, scenario.supplies.use, scenario.supplies.recovery),
        works=Works(scenario.works.start),
        hunger_fear=scenario.supplies.hunger_fear * scenario.feelings.shock_scale,
        morale_config=scenario.morale,
        measures=scenario.measures,
        young_men=young_men(city),
    )
    kinds = list(scenario.events.kinds().values())
    for index, (name, config) in enumerate(scenario.factions.items()):
        rows = np.flatnonzero(city.faction == index)
        theirs = [kind for kind in kinds if kind.actor == "faction"]
        world.factions.append(Faction(model, name, index, config, theirs, rows))
    world.army = Army(model, scenario.army, [kind for kind in kinds if kind.actor == "army"])
    world.elders = Elders(model, scenario.elders, [kind for kind in kinds if kind.actor == "elders"])
    world.passage.is_shut = world.army.is_shutting
    world.populace = Actor(model, "city", [kind for kind in kinds if kind.actor == "city"])
    for _ in range(scenario.burn_in_days):
        residents.feel()
    residents.visit(world.seed, 0, world.visit_chance)
    residents.tally()
    world.begin()
    return world


def _memories(scenario: Scenario) -> dict[str, float]:
    """Mean delay of the kinds of answers that have one of their own."""
    own = {name: getattr(kind, "memory_days", None) for name, kind in scenario.events.kinds().items()}
    return {name: days for name, days in own.items() if days is not None}
