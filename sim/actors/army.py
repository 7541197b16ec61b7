"""The army outside the city: posture, strength, hostility, and the orders that change its posture."""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

import mesa

from sim.actors.actor import Actor
from sim.actors.battle import Battle
from sim.actors.config import ArmyConfig
from sim.actors.covariates import INDEX
from sim.actors.postures import BESIEGED, SHUT, Posture
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Order(Protocol):
    """A kind of event that is an order of the army (kinds/order.py)."""

    @property
    def opens_in(self) -> Collection[Posture]:
        """The postures in which it may be given."""

    def clock(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        """When today it would be given; past 1: not today."""
        ...

    def order(self, actor: Actor, day: int) -> Incident:
        """The incident that carries it out."""
        ...


class Army(Actor):
    """The army. Its orders compete: on a day the one whose clock rings first is given."""

    def __init__(self, model: mesa.Model, config: ArmyConfig, kinds: Sequence[Any]) -> None:
        super().__init__(model, "army", kinds)
        self.config = config
        self.posture = Posture[config.start.upper()]
        self.days_in_phase = 0  # a siege and the bombardments within it are one phase
        self.hostility = config.hostility
        self.troops = float(config.troops)
        self.battle: Battle | None = None

    def open_to(self, kinds: Sequence[Any]) -> None:
        """Orders among the kinds compete; the others arise side by side."""
        super().open_to([kind for kind in kinds if not hasattr(kind, "clock")])
        self.orders: tuple[Order, ...] = tuple(kind for kind in kinds if hasattr(kind, "clock"))
        self._orders_by_posture = {
            posture: tuple(order for order in self.orders if posture in order.opens_in) for posture in Posture
        }

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = super().__deepcopy__(memo)
        twin.battle = copy.deepcopy(self.battle, memo)
        return twin

    @property
    def is_shutting(self) -> bool:
        """Whether nobody passes."""
        return self.posture in SHUT

    def take(self, posture: Posture) -> None:
        """Change posture. `days_in_phase` starts again at 0, except between siege and bombardment."""
        if not {self.posture, posture} <= BESIEGED:
            self.days_in_phase = 0
        self.posture = posture

    def resent(self, part: float) -> None:
        """Hostility rises by `part` (cut to [0, 1]) of what is missing to 1."""
        self.hostility += min(1.0, max(0.0, part)) * (1.0 - self.hostility)

    def rest(self) -> None:
        """One day: hostility fades, losses are made good."""
        self.days_in_phase += 1
        self.hostility *= max(0.0, 1.0 - self.config.hostility_fade)
        if self.posture != Posture.STORMING:
            self.troops += min(1.0, self.config.reinforcement) * (self.config.troops - self.troops)

    def view(self, world: World, covariates: Sequence[float]) -> Sequence[float]:
        """The city's covariates; without the shield loyalists in the city hold nobody back."""
        if self.config.shield:
            return covariates
        seen = list(covariates)
        seen[INDEX["loyalists_left"]] = 1.0
        seen[INDEX["loyalists_present"]] = 0.0
        return seen

    def act(
        self, world: World, day: int, covariates: Sequence[float], counts: Sequence[int]
    ) -> list[Incident]:
        """What it does in its posture, and at most one order: the earliest clock among those open."""
        begun = super().act(world, day, covariates, counts)
        given = [
            (clock, order.order(self, day))
            for order in self._orders_by_posture[self.posture]
            if (clock := order.clock(world, self, day, covariates)) < 1.0
        ]
        return [*begun, min(given, key=lambda pair: pair[0])[1]] if given else begun
