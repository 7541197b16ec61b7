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
from sim.events import EventKind
from sim.scenario import Scenario
from sim.world.climate import Passage, Pressure, Supplies, Works
from sim.world.grievances import Grievances
from sim.world.residents import Residents

MOST_HELD = 2  # peopled cities kept for the next run
MOST_RESIDENTS_HELD = 1_000_000  # a larger city is not kept


# what a branch may change; what people are, and what has accumulated, stays
CHANGEABLE = (
    "events", "measures", "pace", "kinship", "flight", "visits", "passage", "pressure", "supplies", "morale",
    "army", "elders", "truce", "ranks", "grievances", "records", "limits",
)  # fmt: skip

# of those sections: what acts on day 0 alone, or was drawn for each person then
OF_DAY_0 = (
    "passage.start", "pressure.start", "supplies.start", "army.start", "army.hostility",
    "flight.threshold_mean", "flight.threshold_sd", "flight.connectedness", "ranks.join_threshold_mean",
    "ranks.join_threshold_sd", "ranks.desert_threshold_mean", "ranks.desert_threshold_sd",
    "kinship.close", "kinship.cousin", "kinship.affine", "kinship.own",
)  # fmt: skip


class Peopled(NamedTuple):
    """A city on the eve of day 0: everybody in their role, feelings at rest. No run's luck is in it."""

    city: City
    residents: Residents
    young_men: NDArray[np.int64]
    join_threshold: NDArray[np.float32]  # of the young men


# the city is held along, so that the id in the key stays its own
_held: OrderedDict[tuple[object, ...], tuple[City, Peopled]] = OrderedDict()
_one_at_a_time = threading.Lock()


def found_world(model: mesa.Model, scenario: Scenario, city: City | None = None) -> World:
    """The world of day 0, feelings at rest, its actors agents of `model`.

    `city` stands for the one that would be built. Raises InputError for tables of a city that cannot be used.
    """
    peopled = _find_people(scenario, city or build_city(scenario.city))
    city, residents = peopled.city, peopled.residents
    world = World(
        seed=scenario.seed,
        city=city,
        residents=residents,
        passage=Passage(scenario.passage.start),
        pressure=Pressure(scenario.pressure.start),
        grievances=Grievances(scenario.seed, scenario.grievances.memory_days, _memories(scenario)),
        supplies=Supplies(scenario.supplies.start),
        works=Works(scenario.works.start),
        young_men=peopled.young_men,
        join_threshold=peopled.join_threshold,
        scenario=scenario,
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
    world.scenario = scenario
    world.grievances.memory_days = scenario.grievances.memory_days
    world.grievances.memory_of = _memories(scenario)
    world.army.config, world.elders.config = scenario.army, scenario.elders
    _open_kinds(world, scenario)


def _open_kinds(world: World, scenario: Scenario) -> None:
    """Open to each actor the kinds of events of its sort."""
    kinds = list(scenario.events.kinds().values())

    def choose(actor: Actor) -> list[EventKind]:
        sort = "faction" if isinstance(actor, Faction) else actor.name
        return [kind for kind in kinds if kind.actor == sort]

    world.open_kinds(choose)


def _find_people(scenario: Scenario, city: City) -> Peopled:
    """The city after the muster, its residents for the caller alone, to change.

    It is the same in every run on one city, so it is kept for the next one unless it is very large.
    """
    if city.n_residents > MOST_RESIDENTS_HELD:
        return _people(scenario, city)
    sections = (scenario.city, scenario.feelings, scenario.kinship, scenario.flight, scenario.ranks)
    factions = tuple((name, each.model_dump_json()) for name, each in scenario.factions.items())
    key = (id(city), *(each.model_dump_json() for each in sections), factions)
    with _one_at_a_time:
        if key not in _held:
            _held[key] = (city, _people(scenario, city))
        _held.move_to_end(key)
        while len(_held) > MOST_HELD:
            _held.popitem(last=False)
        peopled = _held[key][1]
    return peopled._replace(residents=peopled.residents.make_copy())


def _people(scenario: Scenario, city: City) -> Peopled:
    """Give everybody a role; feelings are at rest."""
    city = lock(muster(city, scenario.city, scenario.factions))
    residents = Residents(city, scenario.feelings, scenario.kinship, scenario.flight, scenario.ranks)
    young = young_men(city)
    return Peopled(city, residents, young, residents.join_threshold[young])


def _memories(scenario: Scenario) -> dict[str, float]:
    """Mean delay of the kinds of answers that have one of their own."""
    own = {name: getattr(kind, "memory_days", None) for name, kind in scenario.events.kinds().items()}
    return {name: days for name, days in own.items() if days is not None}
