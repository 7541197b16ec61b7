"""Fighters dig up asphalt and mine the roads [32]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.actors.hazard import FactionWeights, faction_weights
from sim.kinds.arising import FactionKind
from sim.schema import number
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Fortification(FactionKind, name="fortification", layer=Layer.STANDOFF):
    """A faction digs and mines: works build up, made for the last attack [32]."""

    base: float = number(
        0.05, "rate of one faction at the reference opportunity", unit="1/day", ge=0, le=1000
    )
    reference: float = number(250, "fighters of one faction", unit="candidates", gt=0, le=1e9)
    weights: FactionWeights = faction_weights(pressure=1.0)
    gain: float = number(
        0.03, "share of what is missing that one effort adds to the works", unit="share", ge=0, le=1
    )

    def candidates(self, world: World, actor: Actor) -> float:
        faction = world.faction_named(actor.name)
        return float(faction.n_present) if faction is not None else 0.0

    def strike(self, world: World, incident: Incident) -> bool:
        world.works.dig(self.gain)
        return True
