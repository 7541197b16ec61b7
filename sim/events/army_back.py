"""The army comes back to watch the city."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.postures import Posture, PostureName
from sim.kinds.order import HazardOrder, sources
from sim.schema import number


class ArmyBack(HazardOrder, name="army_back"):
    """After a withdrawal the army takes up its checkpoints around the city again."""

    is_end: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.OBSERVING

    sources: tuple[PostureName, ...] = sources("withdrawn")
    base: float = number(0.1, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
