"""The army eases its squeeze."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.postures import Posture, PostureName
from sim.kinds.order import HazardOrder, sources
from sim.schema import number


class Ease(HazardOrder, name="ease"):
    """Operations around the city end; the army observes again."""

    is_end: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.OBSERVING

    sources: tuple[PostureName, ...] = sources("squeezing")
    base: float = number(0.03, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
