"""Fighters are pushed into the city while the army squeezes [24]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.actors.config import Band
from sim.actors.postures import Posture
from sim.core.luck import Stream, chance, poisson
from sim.kinds.arising import HazardKind
from sim.schema import number, section
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Inflow(HazardKind, name="inflow", layer=Layer.STANDOFF, actor="army"):
    """A wave of fighters without kin in the city enters; it joins outsiders or founds a faction."""

    people_count_as: ClassVar[str] = "entered"

    base: float = number(0.06, "rate while the army squeezes", unit="1/day", ge=0, le=1000)
    size_mean: float = number(
        25.0,
        "mean number of fighters in a wave, in a city of al-Rastan's size",
        unit="residents",
        ge=0,
        le=500,
    )
    p_found: float = number(
        0.3, "probability that a wave founds a faction of its own", unit="probability", ge=0, le=1
    )
    founded: Band = section(Band, "arms, command and morale of a faction founded by newcomers")

    def chances_of(self, world: World, actor: Actor) -> float:
        return 1.0 if world.army.posture == Posture.SQUEEZING else 0.0

    def strike(self, world: World, incident: Incident) -> bool:
        held_back = world.strength("containment")
        mean = self.size_mean * world.size * (1.0 - held_back)
        n = poisson(world.seed, Stream.NEWCOMER, incident.day, incident.id, 3, mean)
        if n == 0:
            return False
        hosts = [faction for faction in world.factions if faction.outsiders]
        founds = chance(world.seed, Stream.NEWCOMER, incident.day, incident.id, 4, self.p_found)
        if founds or not hosts:
            ordered = "scheduled_" if incident.cause == Cause.SCHEDULED else ""
            name = f"entrants_{ordered}{incident.day}_{incident.ordinal}"
            faction = world.found_faction(name, self.founded)
        else:
            faction = max(hosts, key=lambda host: (host.strength, host.name))
        world.enter(incident, faction, n)
        return True
