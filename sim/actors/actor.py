"""What all actors share: they are Mesa agents, and each day every kind of event open to them may arise."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.core.luck import name_key
from sim.world.incident import Cause, Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Hazardous(Protocol):
    """A kind of event that arises by a hazard (kinds/arising.py)."""

    @property
    def name(self) -> str:
        """Name of the kind."""

    base: float
    most_per_day: float
    weights: Any
    is_alike: bool
    days_open: tuple[float, float]

    def chances_of(self, world: World, actor: Actor) -> float:
        """Factor of the opportunity on the rate; 0 where it cannot arise."""

    def fighters_in(self, world: World) -> float:
        """Number of fighters that base is stated for; 0: its rate does not depend on it."""

    def pace_in(self, world: World) -> float:
        """Factor of the scenario's pace on the rate."""

    def is_contained(self, actor: Actor) -> bool:
        """Whether containment lowers the rate at which this actor begins it."""

    def incident(self, actor: str, day: int, ordinal: int, cause: Cause) -> Incident:
        """A new incident of this kind."""


class Arising(Protocol):
    """A kind of event that arises in a way of its own."""

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        """Incidents of this kind that this actor begins today."""
        ...


class Actor(mesa.Agent):
    """An actor with a name and the kinds of events open to it."""

    n_acting: int = 1  # by whom it acts: of a faction its fighters in the city, as of yesterday
    outsiders: bool = False  # whether it is a faction that came from outside

    def __init__(self, model: mesa.Model, name: str, kinds: Sequence[Any]) -> None:
        if hasattr(model, "agent_id_counter"):
            super().__init__(model)
        else:
            # up to Mesa 3.4.1 Agent counts in a table of the class, which keeps every model alive
            self.model, self.pos, self.unique_id = model, None, 0
            model.register_agent(self)
        self.unique_id = len(model.agents)
        self.name = name
        self.key = name_key(name)
        self.open_to(kinds)

    def open_to(self, kinds: Sequence[Any]) -> None:
        """From now on these kinds of events are open to it."""
        self.kinds = tuple(kinds)
        self.hazards: tuple[Hazardous, ...] = tuple(kind for kind in kinds if hasattr(kind, "chances_of"))
        self.others: tuple[Arising, ...] = tuple(kind for kind in kinds if hasattr(kind, "arise"))
        self.rates: NDArray[np.float64] = np.zeros(0)  # of the hazards, on the day it acted last

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy in the copied model. `rows` of a faction is replaced, never written, so it is shared."""
        twin = copy.copy(self)
        memo[id(self)] = twin
        twin.model = copy.deepcopy(self.model, memo)
        return twin

    def view(self, world: World, covariates: Sequence[float]) -> Sequence[float]:
        """The covariates as this actor sees them, in the order of `NAMES` (covariates.py)."""
        return covariates

    def act(
        self, world: World, day: int, covariates: Sequence[float], counts: Sequence[int]
    ) -> list[Incident]:
        """Everything this actor begins today, judged on yesterday's state.

        `covariates`: as it sees them (`view`). `counts`: how many of each of its hazards; empty for none.
        """
        begun: list[Incident] = []
        if counts:
            for kind, n in zip(self.hazards, counts, strict=True):
                for ordinal in range(n):
                    begun.append(kind.incident(self.name, day, ordinal, Cause.HAZARD))
        for other in self.others:
            begun += other.arise(world, self, day, covariates)
        return begun
