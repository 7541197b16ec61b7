"""The army outside the city: posture, strength, hostility, and the orders that change its posture."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

import mesa
from pydantic import Field

from sim.actors.actor import Actor
from sim.actors.battle import Battle
from sim.actors.covariates import INDEX
from sim.schema import Section, daily, number, share, switch
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World

PostureName = Literal["observing", "squeezing", "besieging", "bombarding", "storming", "holding", "withdrawn"]


class Posture(IntEnum):
    """What the army does. Numbers are permanent."""

    OBSERVING = 0
    SQUEEZING = 1
    BESIEGING = 2
    BOMBARDING = 3
    STORMING = 4
    HOLDING = 5
    WITHDRAWN = 6


SHUT = frozenset({Posture.BESIEGING, Posture.BOMBARDING, Posture.STORMING})  # nobody passes
CALM = frozenset({Posture.OBSERVING, Posture.SQUEEZING})  # the truce may form again


class ArmyConfig(Section):
    """The army near the city, and how the loyalists inside work on it: three switches."""

    start: PostureName = Field(
        default="observing",
        description="posture on day 0",
        json_schema_extra={"unit": "posture", "source": "[4-7], assumed"},
    )
    troops: int = number(
        900,
        "soldiers near the city",
        unit="soldiers",
        source="seen, press and UN reports 2011",
        ge=0,
        le=10_000_000,
    )
    armour: int = number(
        250,
        "armoured vehicles near the city",
        unit="vehicles",
        source="seen, press and UN reports 2011",
        ge=0,
        le=1_000_000,
    )
    reinforcement: float = daily(0.05, "share of lost troops and vehicles made good in a day, out of battle")
    hostility: float = share(0.2, "hostility on day 0")
    hostility_fade: float = daily(0.05, "fading of hostility in a day")
    shield: bool = switch(True, "loyalists still present hold the army back from siege, shelling and assault")
    information: bool = switch(True, "loyalists still present warn the army of attacks")
    signal: bool = switch(True, "loyalists seen leaving raise the pressure on those who stay [25, 26]")


class Order(Protocol):
    """A kind of event that is an order of the army (events/army_order.py)."""

    def clock(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        """When today it would be given; past 1: not today."""
        ...

    def order(self, actor: Actor, day: int) -> Incident:
        """The incident that carries it out."""
        ...


class Army(Actor):
    """The army. Its orders compete: on a day the one whose clock rings first is given."""

    def __init__(self, model: mesa.Model, config: ArmyConfig, kinds: Sequence[Any]) -> None:
        super().__init__(model, "army", [kind for kind in kinds if not hasattr(kind, "clock")])
        self.orders: tuple[Order, ...] = tuple(kind for kind in kinds if hasattr(kind, "clock"))
        self.config = config
        self.posture = Posture[config.start.upper()]
        self.days_in_posture = 0
        self.hostility = config.hostility
        self.troops = float(config.troops)
        self.battle: Battle | None = None

    @property
    def is_shutting(self) -> bool:
        """Whether nobody passes."""
        return self.posture in SHUT

    def take(self, posture: Posture) -> None:
        """Change posture."""
        self.posture = posture
        self.days_in_posture = 0

    def resent(self, part: float) -> None:
        """Hostility rises by `part` of what is missing to 1."""
        self.hostility += min(1.0, max(0.0, part)) * (1.0 - self.hostility)

    def rest(self) -> None:
        """One day: hostility fades, losses are made good."""
        self.days_in_posture += 1
        self.hostility *= max(0.0, 1.0 - self.config.hostility_fade)
        if self.posture != Posture.STORMING:
            self.troops += min(1.0, self.config.reinforcement) * (self.config.troops - self.troops)

    def view(self, world: World, covariates: Sequence[float]) -> Sequence[float]:
        """The city's covariates; without the shield the army does not mind which loyalists are there."""
        if self.config.shield:
            return covariates
        seen = list(covariates)
        seen[INDEX["loyalists_left"]] = 0.0
        seen[INDEX["loyalists_present"]] = 1.0
        return seen

    def act(self, world: World, day: int, covariates: Sequence[float]) -> list[Incident]:
        """What it does in its posture, and at most one order: the earliest clock among those open."""
        begun = super().act(world, day, covariates)
        seen = self.view(world, covariates)
        given = [
            (clock, order.order(self, day))
            for order in self.orders
            if (clock := order.clock(world, self, day, seen)) < 1.0
        ]
        return [*begun, min(given, key=lambda pair: pair[0])[1]] if given else begun
