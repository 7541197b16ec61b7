"""The army outside the city: a posture, and the orders that change it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

import mesa

from sim.actors.actor import Actor
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Order(Protocol):
    """A kind of event that is an order of the army (events/army_order.py)."""

    def clock(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        """When today it would be given; past 1: not today."""
        ...

    def order(self, actor: Actor, day: int) -> Incident:
        """The incident that carries it out."""
        ...


class Posture(IntEnum):
    """What the army does. Numbers are permanent."""

    OBSERVING = 0
    BESIEGING = 2
    STORMING = 4


class Army(Actor):
    """The army. Its orders compete: on a day the one whose clock rings first is given."""

    def __init__(self, model: mesa.Model, orders: Sequence[Order]) -> None:
        super().__init__(model, "army", ())
        self.orders = tuple(orders)
        self.posture = Posture.OBSERVING
        self.days_in_posture = 0

    def take(self, posture: Posture) -> None:
        """Change posture."""
        self.posture = posture
        self.days_in_posture = 0

    def act(self, world: World, day: int, covariates: Sequence[float]) -> list[Incident]:
        """At most one order a day: the earliest clock among those open in this posture."""
        given = [
            (clock, order.order(self, day))
            for order in self.orders
            if (clock := order.clock(world, self, day, covariates)) < 1.0
        ]
        return [min(given, key=lambda pair: pair[0])[1]] if given else []
