"""What all actors share: they are Mesa agents, and each day every kind of event open to them may arise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import mesa

from sim.core.luck import name_key
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Arising(Protocol):
    """A kind of event that may arise on a day (events/base.py)."""

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        """Incidents of this kind that this actor begins today."""
        ...


class Actor(mesa.Agent):
    """An actor with a name and the kinds of events open to it."""

    def __init__(self, model: mesa.Model, name: str, kinds: Sequence[Arising]) -> None:
        super().__init__(model)
        # Mesa 3.3 counts agents in a class-level table that keeps every model alive: drop ours
        self._ids.pop(model, None)
        self.unique_id = len(model.agents)
        self.name = name
        self.key = name_key(name)
        self.kinds = tuple(kinds)

    def view(self, world: World, covariates: Sequence[float]) -> Sequence[float]:
        """The covariates as this actor sees them."""
        return covariates

    def act(self, world: World, day: int, covariates: Sequence[float]) -> list[Incident]:
        """Everything this actor begins today, judged on yesterday's state."""
        seen = self.view(world, covariates)
        begun: list[Incident] = []
        for kind in self.kinds:
            begun += kind.arise(world, self, day, seen)
        return begun
