"""The army withdraws from the city that it took [6]."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.postures import Posture, PostureName
from sim.kinds.order import HazardOrder, sources
from sim.schema import number


class Withdrawal(HazardOrder, name="withdrawal"):
    """The army leaves the city that it holds [6]."""

    is_end: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.WITHDRAWN

    sources: tuple[PostureName, ...] = sources("holding")
    base: float = number(0.006, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
