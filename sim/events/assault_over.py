"""The assault passes, and the army withdraws [6]."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.army import Posture
from sim.events.army_order import ArmyOrder
from sim.schema import number


class AssaultOver(ArmyOrder, name="assault_over"):
    """The army leaves the city and observes again [6]."""

    sources: ClassVar[tuple[Posture, ...]] = (Posture.STORMING,)
    target: ClassVar[Posture] = Posture.OBSERVING

    base: float = number(0.2, "rate while storming", unit="1/day", ge=0, le=1000)
