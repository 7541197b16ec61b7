"""All hazards of all actors, drawn at once: a day has one call for them instead of one a kind and actor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from sim.actors.covariates import NAMES
from sim.core.hazards import draw_counts
from sim.core.luck import Stream, name_key
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


def begin_all(world: World, day: int, covariates: Sequence[float]) -> list[Incident]:
    """Everything that all actors begin today, judged on yesterday's state.

    `covariates`: those of the city (`World.covariates`).
    """
    actors = world.actors
    world.factions.restrain(world.residents, world.scenario.kinship.restraint)
    seen = [actor.view(world, covariates) for actor in actors]
    counts = world.roster.draw(world, actors, seen, day)
    begun: list[Incident] = []
    for k, actor in enumerate(actors):
        begun += actor.act(world, day, seen[k], counts[k])
    return begun


class Question(NamedTuple):
    """What is asked each day of a kind: its chances, for the actor of this number."""

    kind: Any
    actor: int
    pairs: list[int]  # to which the answer applies
    first_day: float
    last_day: float


class Roster:
    """The pairs of an actor and a hazard open to it, and what is fixed of them.

    Made anew when an actor comes or its kinds change (`World.roster`).
    """

    def __init__(self, world: World) -> None:
        self._questions: list[Question] = []
        self._ends: list[int] = []  # where the pairs of each actor end
        pairs: list[tuple[Any, ...]] = []
        weights = []
        shared: dict[str, list[int]] = {}  # pairs of a kind whose chances are the same for all factions
        for k, actor in enumerate(world.actors):
            for kind in actor.hazards:
                p = len(pairs)
                pairs.append(
                    (k, (name_key(kind.name), actor.key), kind.base, kind.most_per_day,
                     kind.fighters_in(world), kind.pace_in(world), kind.is_contained(actor))
                )  # fmt: skip
                weights.append(np.zeros(len(NAMES)))
                for index, weight in kind.weights.terms:
                    weights[-1][index] = weight
                if kind.name in shared:
                    shared[kind.name].append(p)
                    continue
                first, last = kind.days_open
                if first <= last:
                    self._questions.append(Question(kind, k, [p], first, last))
                    if kind.is_alike:
                        shared[kind.name] = self._questions[-1].pairs
            self._ends.append(len(pairs))
        actors, keys, base, most, fighters, pace, contained = zip(*pairs, strict=True) if pairs else ((),) * 7
        self._fixed = (
            np.array(actors, np.int64),
            np.array(keys, np.int64).reshape(-1, 2),
            np.array(base, np.float64),
            np.array(weights, np.float64).reshape(-1, len(NAMES)),
            *(np.array(column, np.float64) for column in (most, fighters, pace)),
            np.array(contained, np.bool_),
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # never written

    def draw(
        self, world: World, actors: Sequence[Actor], seen: Sequence[Sequence[float]], day: int
    ) -> list[Sequence[int]]:
        """How many events of each of its hazards every actor begins today; their means go to `Actor.rates`.

        `seen`: the covariates as each actor sees them.
        """
        chances = [0.0] * self._ends[-1]
        for kind, k, places, first, last in self._questions:
            if first <= day <= last:
                chance = kind.chances_of(world, actors[k])
                for p in places:
                    chances[p] = chance
        present = [actor.n_acting for actor in actors]
        rates, counts = np.empty(len(chances)), np.empty(len(chances), np.int64)
        total = draw_counts(
            world.seed, Stream.HAZARD, day, np.array(seen, np.float64), np.array(present, np.float64),
            world.strength("containment"), np.array(chances, np.float64), *self._fixed, rates, counts,
        )  # fmt: skip
        drawn: list[Sequence[int]] = []
        numbers = counts.tolist() if total else ()
        start = 0
        for actor, end in zip(actors, self._ends, strict=True):
            actor.rates = rates[start:end]
            drawn.append(numbers[start:end])
            start = end
        return drawn
