"""Orders of the army: each takes it from some postures to another. Open orders compete by their clocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from sim.actors.hazard import Hazard
from sim.actors.postures import Posture, PostureName
from sim.core.luck import Stream, exponential, identify, name_key
from sim.kinds.kind import EventKind
from sim.schema import number
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


def sources(*names: PostureName) -> tuple[PostureName, ...]:
    """A field of the postures from which an order may be given."""
    return Field(
        default=names,
        strict=False,
        description="postures of the army from which this order may be given",
        json_schema_extra={"unit": "postures", "source": "assumed, from [4-7, 26]"},
    )


class ArmyOrder(EventKind, layer=Layer.STANDOFF, actor="army"):
    """An order: from one of `sources` to `target`. Not a kind by itself."""

    target: ClassVar[Posture] = Posture.OBSERVING

    sources: tuple[PostureName, ...] = sources()

    def clock(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        """When today this order would be given, in days from the morning; past 1: not today."""
        if not self.is_on(day) or not self.is_open(world):
            return math.inf
        return self.ring(world, actor, day, covariates)

    @cached_property
    def opens_in(self) -> frozenset[Posture]:
        """The postures in which it may be given."""
        return frozenset(Posture[name.upper()] for name in self.sources)

    def is_open(self, world: World) -> bool:
        """Whether the army's posture allows it."""
        return world.army.posture in self.opens_in

    def ring(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        """The clock of an open order, in days from the morning; infinite if it is not to be given."""
        raise NotImplementedError

    def order(self, actor: Actor, day: int) -> Incident:
        """The incident that carries this order out."""
        return self.incident(actor.name, day, 0, Cause.ORDER)

    def strike(self, world: World, incident: Incident) -> bool:
        """Take up the posture; a scheduled order that the posture does not allow lapses."""
        if not self.is_open(world):
            return False
        world.army.take(self.target)
        world.passage.is_shut = world.army.is_shutting
        return True


class HazardOrder(ArmyOrder, Hazard):
    """An order given at a log-linear rate while the posture allows it."""

    halving_days: float | None = number(
        None,
        "days of the army's phase after which the rate has halved: it falls as 1 / (1 + days / halving_days),"
        " so that the length of the phase has a heavy tail (Lomax); null: the rate does not age",
        unit="days",
        gt=0,
        le=100_000,
    )

    def urge(self, world: World, covariates: Sequence[float]) -> float:
        """Rate a day at which the open order is given: that of `Hazard`, times up to two factors.

        An order that escalates takes the army's pace. One that ages (`halving_days`) falls as 1 / (1 + days
        of the phase / halving_days), a Lomax law.
        """
        rate = self.rate(covariates)
        if world.army.posture < self.target <= Posture.STORMING:
            rate *= world.scenario.pace.army
        if self.halving_days is not None:
            rate /= 1.0 + world.army.days_in_phase / self.halving_days
        return rate

    def ring(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        rate = self.urge(world, covariates)
        if rate <= 0:
            return math.inf
        key = identify(name_key(self.name), actor.key, day, 0)
        return float(exponential(world.seed, Stream.HAZARD, day, key, 0)) / rate


class BattleOrder(ArmyOrder):
    """An order that a battle gives: at once, when one side has lost too many."""

    def at_once(self, is_due: bool) -> float:
        """The clock: rings in the morning if it is due, else not at all."""
        return 0.0 if is_due else math.inf

    def strike(self, world: World, incident: Incident) -> bool:
        if not super().strike(world, incident):
            return False
        world.army.battle = None
        return True
