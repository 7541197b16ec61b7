"""The army lays siege to the city [26]."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.army import Posture
from sim.actors.hazard import Weights, weights
from sim.events.army_order import ArmyOrder
from sim.events.base import CityShock, FeltByCity, city_shock
from sim.schema import number


class Siege(ArmyOrder, FeltByCity, name="siege"):
    """The army shuts the city in [26]: nobody passes."""

    sources: ClassVar[tuple[Posture, ...]] = (Posture.OBSERVING,)
    target: ClassVar[Posture] = Posture.BESIEGING

    base: float = number(0.0005, "rate while observing", unit="1/day", ge=0, le=1000)
    weights: Weights = weights(loyalists_left=3.0, fear=2.0)
    fear: CityShock = city_shock(camp=0.08)
    anger: CityShock = city_shock(camp=0.08, camp_reach="opposition")
