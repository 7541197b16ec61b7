"""The bombardment ends; the siege goes on."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.postures import Posture, PostureName
from sim.kinds.order import HazardOrder, sources
from sim.schema import number


class BombardmentOver(HazardOrder, name="bombardment_over"):
    """The guns fall silent and the siege goes on."""

    is_end: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.BESIEGING

    sources: tuple[PostureName, ...] = sources("bombarding")
    base: float = number(0.1, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
