"""Orders of the army: each takes it from some postures to another. Open orders compete by their clocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from sim.actors.army import Posture
from sim.core.luck import Stream, exponential, identify, name_key
from sim.events.base import HazardKind
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class ArmyOrder(HazardKind, layer=Layer.STANDOFF, actor="army"):
    """An order: from one of `sources` to `target`. Not a kind by itself."""

    sources: ClassVar[tuple[Posture, ...]] = ()
    target: ClassVar[Posture] = Posture.OBSERVING

    def clock(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        """When today this order would be given, in days from the morning; past 1: not today."""
        if not self.is_on(day) or world.army.posture not in self.sources:
            return math.inf
        rate = self.rate(covariates)
        if rate <= 0:
            return math.inf
        key = identify(name_key(self.name), actor.key, day, 0)
        return float(exponential(world.seed, Stream.HAZARD, day, key, 0)) / rate

    def order(self, actor: Actor, day: int) -> Incident:
        """The incident that carries this order out."""
        return self.incident(actor.name, day, 0, Cause.ORDER)

    def strike(self, world: World, incident: Incident) -> bool:
        """Take up the posture; a scheduled order that the posture does not allow lapses."""
        army = world.army
        if army.posture not in self.sources:
            return False
        army.take(self.target)
        world.passage.is_shut = self.target in (Posture.BESIEGING, Posture.STORMING)
        return True
