"""The elders settle the release or exchange of captives, one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import Weights, weights
from sim.city.columns import Rank
from sim.core.luck import Stream, exponential, identify, name_key
from sim.kinds.kind import EventKind
from sim.schema import number
from sim.world.incident import Cause, Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Release(EventKind, name="release", actor="elders"):
    """A captive is released or exchanged."""

    people_count_as: ClassVar[str] = "released"
    is_end: ClassVar[bool] = True

    base: float = number(
        0.065,
        "rate for each captive without rank",
        unit="1/day",
        source="assumed, within the calibration (P4)",
        ge=0,
        le=100,
    )
    weights: Weights = weights(standing=1.0)
    junior_factor: float = number(0.5, "factor on the rate of a junior officer", unit="1", ge=0, le=1)
    senior_factor: float = number(0.15, "factor on the rate of a colonel or above", unit="1", ge=0, le=1)

    reconciles: float = number(
        0.7,
        "probability that an answer to the abduction which is still due is dropped at the release",
        unit="probability",
        ge=0,
        le=1,
    )

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        if not self.is_on(day) or not world.captives:
            return []
        faster = 1.0 + world.scenario.measures.exchange_speedup * world.strength("exchange_channel")
        rate = self.base * faster * math.exp(self.weights.exponent(covariates))
        settled = []
        for row in world.captives:
            rate_here = rate * self._factor(int(world.residents.rank[row]))
            ident = int(world.city.resident_id[row])
            clock = exponential(world.seed, Stream.RELEASE, day, ident, 0)
            if clock < rate_here:
                settled.append((clock / rate_here, ident, row))
        return [self._incident(world, day, row) for _, _, row in sorted(settled)[: world.cases_today()]]

    def _factor(self, rank: int) -> float:
        return {Rank.JUNIOR: self.junior_factor, Rank.SENIOR: self.senior_factor}.get(Rank(rank), 1.0)

    def _incident(self, world: World, day: int, row: int) -> Incident:
        ident = int(world.city.resident_id[row])
        event = identify(name_key(self.name), ident & 0xFFFFFFFF, ident >> 32, day)
        return Incident(
            event, self.name, day, self.actor, Cause.HAZARD, world.captives[row].event_id, victims=[row]
        )

    def strike(self, world: World, incident: Incident) -> bool:
        if incident.cause == Cause.SCHEDULED:  # all captives at once
            incident.victims = sorted(world.captives)
        incident.victims = [row for row in incident.victims if row in world.captives]
        for row in incident.victims:
            world.grievances.withdraw(world.captives[row].event_id, self.reconciles)
            world.free(row)
        return bool(incident.victims)
