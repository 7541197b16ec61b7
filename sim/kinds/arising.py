"""How kinds arise by themselves: a log-linear hazard, with candidates or without, of a faction or not."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from sim.actors.hazard import FactionWeights, Hazard, OpportunityHazard, faction_weights
from sim.core.luck import Stream, exponential, identify, name_key
from sim.errors import closest
from sim.kinds.due import Due
from sim.kinds.kind import EventKind
from sim.schema import number
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World

SoughtIn = Literal["place", "residents", "nothing"]


class HazardKind(EventKind, Hazard):
    """A kind that arises by a log-linear hazard, and saturates: the number on a day is Poisson.

    All hazards of a day are drawn together (actors/roster.py); `core/hazards.py` has the formula.
    """

    most_per_day: float = number(
        10.0,
        "upper limit of its mean number a day; of a kind that fighters begin: for the reference number of "
        "fighters",
        unit="1/day",
        gt=0,
        le=1e6,
    )

    is_alike: ClassVar[bool] = False  # its chances are the same for all actors: they are asked for once a day

    def chances_of(self, world: World, actor: Actor) -> float:
        """Factor of the opportunity on the rate: 1 for a kind without candidates, 0 where it cannot arise."""
        return 1.0

    def fighters_in(self, world: World) -> float:
        """Number of fighters that base is stated for, in this city; 0: its rate does not depend on it."""
        return 0.0

    def pace_in(self, world: World) -> float:
        """Factor of the scenario's pace on the rate."""
        return 1.0

    def is_contained(self, actor: Actor) -> bool:
        """Whether containment lowers the rate at which this actor begins it."""
        return False

    @cached_property
    def days_open(self) -> tuple[float, float]:
        """First and last day on which it may arise by its hazard; the last before the first: never."""
        if not self.enabled or self.base == 0:
            return math.inf, 0.0
        return float(self.start_day), math.inf if self.end_day is None else float(self.end_day)


class OpportunityKind(HazardKind, OpportunityHazard):
    """A kind whose rate rises with the number of those who could be struck.

    Where fighters seek them among residents, their share of the city counts: ten times the city, with ten
    times the fighters, has ten times the incidents and not a hundred times.
    """

    sought_in: ClassVar[SoughtIn] = "place"  # what the reference grows with

    def candidates(self, world: World, actor: Actor) -> float:
        """How many could be struck, from yesterday's tallies: the opportunity, in the unit of `reference`."""
        raise NotImplementedError

    def chances_of(self, world: World, actor: Actor) -> float:
        candidates = self.candidates(world, actor)
        if candidates <= 0:
            return 0.0
        if self.sought_in == "nothing":
            return self.chances(candidates, 1.0)
        return self.chances(candidates, world.size if self.sought_in == "place" else world.inhabited)


class FactionKind(HazardKind, actor="faction"):
    """A kind that a faction begins while it has fighters in the city, however many."""

    weights: FactionWeights = faction_weights()
    by: str | None = Field(
        default=None,
        description="faction that carries out the scheduled ones; null: one drawn by its number of fighters",
        json_schema_extra={"unit": "faction", "source": "assumed"},
    )

    def pace_in(self, world: World) -> float:
        return world.scenario.pace.factions

    def is_contained(self, actor: Actor) -> bool:
        return actor.outsiders and self.layer == Layer.SOCIAL

    def scheduled_actor(self, world: World, day: int) -> str:
        if self.by is not None:
            return self.by
        return draw_faction(world, day, identify(name_key(self.name), 0, day, 1))

    def refuse_actor(self, due: Due, factions: Collection[str]) -> str:
        if due.actor is not None and due.actor not in factions:
            return f"actor = {due.actor}: names no faction; {closest(due.actor, factions)}"
        return ""

    def answer(self, world: World, incident: Incident) -> None:
        incident.actor = draw_faction(world, incident.day, incident.id)


class FightersKind(FactionKind):
    """A kind that a faction begins at a rate proportional to its fighters in the city: names do not count."""

    fighters: float = number(
        900,
        "number of fighters in all that base is stated for, in a city of reference_residents",
        unit="residents",
        gt=0,
        le=1e9,
    )

    def fighters_in(self, world: World) -> float:
        return self.fighters * world.size


def draw_faction(world: World, day: int, ident: int, rival_of: str = "") -> str:
    """Name of a faction drawn by its number of fighters in the city; empty if there is none.

    `ident`: the id to which the draw belongs. `rival_of`: the name of a faction that it must differ from in
    origin.
    """
    rival = world.factions.find(rival_of)
    clocks = [
        (exponential(world.seed, Stream.CHOICE, day, ident, faction.key) / faction.n_present, faction.name)
        for faction in world.factions
        if faction.n_present > 0 and (rival is None or faction.origin != rival.origin)
    ]
    return min(clocks)[1] if clocks else ""
