"""Deaths: how many one event takes, from a heavy-tailed distribution, and who they are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from sim.core.luck import Stream, chance, uniform
from sim.kinds.due import Due
from sim.kinds.kind import EventKind, Want
from sim.kinds.toll import Law, Toll
from sim.schema import Section, number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


PLACES = 1000  # ordinals of the draws of `exposed`


class Casualties(Section):
    """Deaths of one event: none, or k = 1, 2, ... with P(k) proportional to k^-alpha, truncated at `most`.

    A power law (zeta) of severity is the standard finding for conflict events (Clauset, Young and
    Gleditsch 2007, recalled); the truncation keeps one event in proportion to the city.
    """

    p_fatal: float = number(1.0, "probability that anybody dies", unit="probability", ge=0, le=1)
    alpha: float = number(
        2.5, "exponent of the power law", unit="1", source="assumed, near Clauset et al. 2007", ge=1.01, le=10
    )
    most: int = number(60, "largest number of deaths in one event", unit="deaths", ge=1, le=10_000)

    @cached_property
    def _cumulated(self) -> list[float]:
        weights = np.cumsum(np.arange(1, self.most + 1, dtype=np.float64) ** -self.alpha)
        return [float(x) for x in weights]

    @cached_property
    def law(self) -> Law:
        """P(k deaths), k = 0 .. most: the law of `draw`."""
        weights = np.arange(1, self.most + 1, dtype=np.float64) ** -self.alpha
        return np.append(1.0 - self.p_fatal, self.p_fatal * weights / weights.sum())

    def draw(self, seed: int, day: int, ident: int, ordinal: int = 0) -> int:
        """Number of deaths in this event. Groups that it may kill separately use ordinals two apart."""
        if not chance(seed, Stream.CASUALTIES, day, ident, ordinal, self.p_fatal):
            return 0
        u = uniform(seed, Stream.CASUALTIES, day, ident, ordinal + 1) * self._cumulated[-1]
        return bisect_left(self._cumulated, u) + 1


def casualties(**parameters: Any) -> Any:
    """A field of `Casualties` with these parameters: p_fatal, alpha, most."""
    return Field(default_factory=lambda: Casualties(**parameters), description="deaths of one event")


class Deadly(EventKind):
    """A kind that may kill. Even where nobody dies one candidate is named: it happens at his house."""

    is_aimed: ClassVar[bool] = True  # or fire that chooses nobody

    casualties: Casualties = casualties()

    def toll(self, world: World) -> Toll:
        return Toll(residents=self.casualties.law, share=1.0 if self.is_aimed else world.occupancy)

    def foretell(self, world: World, day: int, ident: int) -> tuple[int, int] | None:
        n = self.casualties.draw(world.seed, day, ident)
        return n if self.is_aimed else draw_exposed(world, day, ident, n), 0

    def hit(self, world: World, incident: Incident, want: Want) -> Want:
        """Draw the deaths into `incident.deaths`, and want as many victims.

        One is wanted even where nobody dies: it happens at his house.
        """
        told = self.told_residents(world, incident)
        drawn = self.casualties.draw(world.seed, incident.day, incident.id)
        incident.deaths = drawn if told is None else told
        return Want(want.rows, want.pull, max(1, incident.deaths))

    def told_residents(self, world: World, incident: Incident) -> int | None:
        """Deaths of residents given for a scheduled event; None: to be drawn."""
        return None if incident.due is None else incident.due.deaths

    def refuse_due(self, due: Due, factions: Collection[str]) -> str:
        if due.soldiers:
            return f"soldiers = {due.soldiers}: a {self.name} kills no soldiers"
        return self.refuse_actor(due, factions)

    def fire(self, world: World, incident: Incident, want: Want) -> Want:
        """The same for indiscriminate fire: where nobody is left, nobody dies (`draw_exposed`)."""
        aimed = self.hit(world, incident, want)
        if self.told_residents(world, incident) is None:
            incident.deaths = draw_exposed(world, incident.day, incident.id, incident.deaths)
        return Want(aimed.rows, aimed.pull, max(1, incident.deaths))

    def reap(self, world: World, incident: Incident) -> None:
        """Kill the victims, as many as were drawn and found."""
        incident.deaths = min(incident.deaths, len(incident.victims))
        for row in incident.victims[: incident.deaths]:
            world.kill(row)


def draw_exposed(world: World, day: int, ident: int, n: int) -> int:
    """How many of the `n` whom indiscriminate fire would kill are there to be hit.

    Each with probability the share of the residents who are present: those who have left cannot be hit
    (assumed). `ident`: the incident's id.
    """
    share = world.occupancy
    return sum(chance(world.seed, Stream.CASUALTIES, day, ident, PLACES + k, share) for k in range(n))
