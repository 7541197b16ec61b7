"""A rumour runs through the city: a "systematic plan" [23]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.actors.hazard import Weights, weights
from sim.kinds.arising import HazardKind
from sim.kinds.felt import CityShock, FeltByCity, city_shock
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Rumour(HazardKind, FeltByCity, name="rumour"):
    """A rumour of the coming annihilation [23]: pressure rises, and everybody's fear."""

    base: float = number(0.03, "rate in the city", unit="1/day", ge=0, le=1000)
    weights: Weights = weights(loyalists_left=2.0)
    fear: CityShock = city_shock(camp=0.03)

    def strike(self, world: World, incident: Incident) -> bool:
        world.pressure.rise(world.scenario.pressure.from_rumour)
        return True
