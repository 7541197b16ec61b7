"""The army lifts the siege."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.army import Posture
from sim.events.army_order import ArmyOrder
from sim.schema import number


class SiegeLifted(ArmyOrder, name="siege_lifted"):
    """The army lifts the siege and observes again."""

    sources: ClassVar[tuple[Posture, ...]] = (Posture.BESIEGING,)
    target: ClassVar[Posture] = Posture.OBSERVING

    base: float = number(0.025, "rate while besieging", unit="1/day", ge=0, le=1000)
