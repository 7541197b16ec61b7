"""The city surrenders by negotiation; its fighters leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import Weights, weights
from sim.actors.postures import Posture, PostureName
from sim.kinds.order import HazardOrder, sources
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Surrender(HazardOrder, name="surrender"):
    """A negotiated surrender ends the siege: the fighters leave the city, the army holds it."""

    events_count_as: ClassVar[str] = "surrenders"
    is_end: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.HOLDING

    sources: tuple[PostureName, ...] = sources("besieging", "bombarding")
    base: float = number(0.0004, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
    weights: Weights = weights(hunger=2.0)

    def strike(self, world: World, incident: Incident) -> bool:
        if not super().strike(world, incident):
            return False
        incident.n_people = world.displace_fighters(incident, 1.0)
        return True
