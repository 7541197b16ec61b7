"""Fighters dig up asphalt and mine the roads [32]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import FactionWeights, faction_weights
from sim.kinds.arising import FightersKind
from sim.schema import number
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.world import World


class Fortification(FightersKind, name="fortification", layer=Layer.STANDOFF):
    """A faction digs and mines: works build up, made for the last attack [32]."""

    is_alike: ClassVar[bool] = True
    base: float = number(
        0.18, "rate of all factions together at the reference number of fighters", unit="1/day", ge=0, le=1000
    )
    weights: FactionWeights = faction_weights(pressure=1.0)
    gain: float = number(
        0.03, "share of what is missing that one effort adds to the works", unit="share", ge=0, le=1
    )

    def strike(self, world: World, incident: Incident) -> bool:
        world.works.dig(self.gain)
        return True
