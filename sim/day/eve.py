"""The eve of day 0: what weeks of social life without the standoff leave behind, and how it is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.sums import add_in_order
from sim.scenario import Scenario
from sim.world.incident import Layer
from sim.world.measures import Measures

if TYPE_CHECKING:
    from sim.actors.world import World


class Eve(NamedTuple):
    """A truce that has settled: feelings float32[R] and levels of the climate. No run's luck is in it."""

    fear: NDArray[np.float32]
    anger: NDArray[np.float32]
    passage: float
    pressure: float
    backlog: float


def quiet(scenario: Scenario) -> Scenario:
    """The same town without the standoff, without measures, with nothing scheduled, for its burn-in.

    The army does nothing in it, so its pace is 1: towns that differ in that alone share an eve.
    """
    kinds = {
        name: kind.model_copy(update={"at": (), "enabled": kind.enabled and kind.layer == Layer.SOCIAL})
        for name, kind in scenario.events.kinds().items()
    }
    return scenario.model_copy(
        update={
            "name": "burn_in",
            "days": scenario.burn_in_days,
            "burn_in_days": 0,
            "events": scenario.events.model_copy(update=kinds),
            "measures": Measures(),
            "pace": scenario.pace.model_copy(update={"army": 1.0}),
            "army": scenario.army.model_copy(update={"start": "observing"}),
            "records": scenario.records.model_copy(update={"snapshots": (), "quarter_days": 0}),
        }
    )


def eve_of(world: World, daily: Mapping[str, Sequence[float]]) -> Eve:
    """What this world leaves to the day that follows: its feelings, and its mean climate of late.

    daily: the columns of its days. A mean over the second half, since the last day alone is luck.
    """
    residents = world.residents
    half = len(daily["passage"]) // 2
    passage, pressure, backlog = (
        add_in_order(daily[name][half:]) / (len(daily[name]) - half)
        for name in ("passage", "pressure", "backlog")
    )
    return Eve(residents.fear.copy(), residents.anger.copy(), passage, pressure, backlog)


def settle(world: World, eve: Eve) -> None:
    """Let a world of day 0 start from the eve: everybody at home, feelings and climate at rest."""
    residents = world.residents
    residents.fear[:], residents.anger[:] = eve.fear, eve.anger
    world.passage.free = eve.passage
    world.pressure.level = eve.pressure
    world.elders.backlog = eve.backlog
    residents.visit(world.seed, 0, world.visit_chance)
    residents.add_up()
    world.begin()
