"""Found the world of day 0: the city, its people in their roles, the actors, and feelings at rest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.actors.actor import Actor
from sim.actors.army import Army
from sim.actors.elders import Elders
from sim.actors.faction import Faction
from sim.actors.world import World
from sim.city.build import build_city
from sim.city.city import City, lock
from sim.city.muster import muster
from sim.day.ranks import young_men
from sim.scenario import REFERENCE_RESIDENTS, Scenario
from sim.world.climate import Passage, Pressure, Supplies, Works
from sim.world.grievances import Grievances
from sim.world.residents import Residents

MOST_HELD = 2  # peopled cities kept for the next run
MOST_RESIDENTS_HELD = 1_000_000  # a larger city is not kept


# what a branch may change; what people are, and what has accumulated, stays
CHANGEABLE = (
    "events", "measures", "pace", "kinship", "flight", "visits", "passage", "pressure", "supplies", "morale",
    "army", "elders", "truce", "ranks", "grievances", "records",
)  # fmt: skip


class Peopled(NamedTuple):
    """A city on the eve of day 0: everybody in their role, feelings at rest. No run's luck is in it."""

    city: City
    residents: Residents
    young_men: NDArray[np.int64]


# the city is held along, so that the id in the key stays its own
_held: OrderedDict[tuple[object, ...], tuple[City, Peopled]] = OrderedDict()
_one_at_a_time = threading.Lock()


def found_world(model: mesa.Model, scenario: Scenario, city: City | None = None) -> World:
    """The world of day 0, after the burn-in of feelings. `city` stands for the one that would be built."""
    peopled = _peopled(scenario, city or build_city(scenario.city))
    city, residents = peopled.city, peopled.residents.copied()
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
        young_men=peopled.young_men,
        pace_of_factions=scenario.pace.factions,
        pace_of_army=scenario.pace.army,
    )
    for index, (name, config) in enumerate(scenario.factions.items()):
        rows = np.flatnonzero(city.faction == index)
        world.add_faction(Faction(model, name, index, config, (), rows))
    world.army = Army(model, scenario.army, ())
    world.elders = Elders(model, scenario.elders, ())
    world.passage.is_shut = world.army.is_shutting
    world.populace = Actor(model, "city", ())
    _open_kinds(world, scenario)
    residents.visit(world.seed, 0, world.visit_chance)
    residents.add_up()
    world.begin()
    return world


def adopt(world: World, scenario: Scenario) -> None:
    """Let what a changed scenario says be in force from now on; levels and people stay as they are."""
    world.kinship, world.flight, world.measures = scenario.kinship, scenario.flight, scenario.measures
    world.pressure_config, world.morale_config = scenario.pressure, scenario.morale
    world.p_visit = scenario.visits.p_visit
    world.pace_of_factions, world.pace_of_army = scenario.pace.factions, scenario.pace.army
    world.passage.recovery, world.pressure.fade = scenario.passage.recovery, scenario.pressure.fade
    world.supplies.use, world.supplies.recovery = scenario.supplies.use, scenario.supplies.recovery
    world.hunger_fear = scenario.supplies.hunger_fear * scenario.feelings.shock_scale
    world.grievances.memory_days = scenario.grievances.memory_days
    world.grievances.memory_of = _memories(scenario)
    world.army.config = scenario.army
    world.elders.standing, world.elders.cases_per_day = (
        scenario.elders.standing,
        scenario.elders.cases_per_day,
    )
    _open_kinds(world, scenario)


def _open_kinds(world: World, scenario: Scenario) -> None:
    """Open to each actor the kinds of events of its sort."""
    kinds = list(scenario.events.kinds().values())
    for actor in world.actors:
        sort = "faction" if isinstance(actor, Faction) else actor.name
        actor.open_to([kind for kind in kinds if kind.actor == sort])


def _peopled(scenario: Scenario, city: City) -> Peopled:
    """The city after muster and burn-in, residents for the caller to change.

    It is the same in every run on one city, so it is kept for the next one unless it is very large.
    """
    if city.n_residents > MOST_RESIDENTS_HELD:
        return _people(scenario, city)
    sections = (scenario.city, scenario.feelings, scenario.kinship, scenario.flight, scenario.ranks)
    factions = tuple((name, each.model_dump_json()) for name, each in scenario.factions.items())
    key = (id(city), *(each.model_dump_json() for each in sections), factions, scenario.burn_in_days)
    with _one_at_a_time:
        if key not in _held:
            _held[key] = (city, _people(scenario, city))
        _held.move_to_end(key)
        while len(_held) > MOST_HELD:
            _held.popitem(last=False)
        peopled = _held[key][1]
    return peopled._replace(residents=peopled.residents.copied())


def _people(scenario: Scenario, city: City) -> Peopled:
    """Give everybody a role, and let feelings come to rest."""
    city = lock(muster(city, scenario.city, scenario.factions))
    residents = Residents(city, scenario.feelings, scenario.kinship, scenario.flight, scenario.ranks)
    for _ in range(scenario.burn_in_days):
        residents.feel()
    return Peopled(city, residents, young_men(city))


def _memories(scenario: Scenario) -> dict[str, float]:
    """Mean delay of the kinds of answers that have one of their own."""
    own = {name: getattr(kind, "memory_days", None) for name, kind in scenario.events.kinds().items()}
    return {name: days for name, days in own.items() if days is not None}
