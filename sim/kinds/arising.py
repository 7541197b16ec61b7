"""How kinds arise by themselves: a log-linear hazard, with candidates or without, of a faction or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from sim.actors.hazard import FactionWeights, Hazard, OpportunityHazard, faction_weights, saturate
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
    """A kind that arises by a log-linear hazard, and saturates: the number on a day is Poisson."""

    most_per_day: float = number(
        10.0,
        "upper limit of its mean number a day; of a kind that fighters begin: for the reference number of "
        "fighters",
        unit="1/day",
        gt=0,
        le=1e6,
    )

    def most_of(self, world: World, actor: Actor) -> float:
        """Mean number a day that this actor cannot pass."""
        return self.most_per_day

    def chances_of(self, world: World, actor: Actor) -> float:
        """Factor of the opportunity on the rate: 1 for a kind without candidates."""
        return 1.0

    def rate_today(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        """Mean number that this actor begins today; the actor draws the number (actors/actor.py).

        `covariates`: yesterday's, as the actor sees them, in the order of `NAMES` (actors/covariates.py).
        """
        if self.base == 0 or not self.is_on(day):
            return 0.0
        chances = self.chances_of(world, actor)
        if chances <= 0:  # most kinds on most days: nobody to strike, or no posture for it
            return 0.0
        return saturate(self.rate(covariates) * chances, self.most_of(world, actor))


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

    def force_of(self, world: World, actor: Actor) -> float:
        """How much the faction can do, as a share of what base is stated for."""
        return 1.0

    def most_of(self, world: World, actor: Actor) -> float:
        return self.most_per_day * self.force_of(world, actor)

    def chances_of(self, world: World, actor: Actor) -> float:
        if actor.n_present == 0:
            return 0.0
        chances = super().chances_of(world, actor) * self.force_of(world, actor)
        if actor.outsiders and self.layer == Layer.SOCIAL:
            chances *= 1.0 - world.strength("containment")
        return chances * world.scenario.pace.factions

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

    def force_of(self, world: World, actor: Actor) -> float:
        return actor.n_present / (self.fighters * world.size)


def draw_faction(world: World, day: int, ident: int, rival_of: str = "") -> str:
    """Name of a faction drawn by its number of fighters in the city; empty if there is none.

    `ident`: the id to which the draw belongs. `rival_of`: the name of a faction that it must differ from in
    origin.
    """
    rival = world.faction_named(rival_of)
    clocks = [
        (exponential(world.seed, Stream.CHOICE, day, ident, faction.key) / faction.n_present, faction.name)
        for faction in world.factions
        if faction.n_present > 0 and (rival is None or faction.origin != rival.origin)
    ]
    return min(clocks)[1] if clocks else ""
