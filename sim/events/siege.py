"""The army lays siege to the city [26]."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.hazard import Weights, weights
from sim.actors.postures import Posture, PostureName
from sim.kinds.felt import CityShock, FeltByCity, city_shock
from sim.kinds.order import HazardOrder, sources
from sim.schema import number


class Siege(HazardOrder, FeltByCity, name="siege"):
    """The army cuts the city off [26]: nobody passes, supplies run down."""

    events_count_as: ClassVar[str] = "sieges"
    target: ClassVar[Posture] = Posture.BESIEGING

    sources: tuple[PostureName, ...] = sources("squeezing")
    base: float = number(
        0.016,
        "rate where all covariates are 0",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    weights: Weights = weights(loyalists_left=3.0, hostility=2.0)
    fear: CityShock = city_shock(camp=0.08)
    anger: CityShock = city_shock(camp=0.08, camp_reach="opposition")
