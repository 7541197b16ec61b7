"""The army squeezes the surroundings: limited operations [24]."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.hazard import Weights, weights
from sim.actors.postures import Posture, PostureName
from sim.kinds.order import HazardOrder, sources
from sim.schema import number


class Squeeze(HazardOrder, name="squeeze"):
    """Limited operations around the city begin, and push fighters into it [24]."""

    target: ClassVar[Posture] = Posture.SQUEEZING

    sources: tuple[PostureName, ...] = sources("observing")
    base: float = number(0.02, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
    weights: Weights = weights(hostility=1.0)
