"""The army answers an attack by shelling a quarter (P6: within two days)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.actors.hazard import Weights, weights
from sim.actors.postures import Posture
from sim.city.columns import Camp, Role
from sim.core.luck import Stream, exponential
from sim.kinds.deadly import Casualties, Deadly, casualties
from sim.kinds.felt import FeltByKin, Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.world import World

FAR = (Posture.HOLDING, Posture.WITHDRAWN, Posture.STORMING)


class Shelling(FeltByKin, Deadly, name="shelling", layer=Layer.STANDOFF, actor="army"):
    """A quarter is shelled in answer to an attack; loyalists present hold it back (the shield)."""

    memory_days: float | None = number(
        1.5,
        "mean delay of this answer; null: grievances.memory_days",
        unit="days",
        source="assumed, for P6",
        gt=0,
        le=3650,
    )
    is_aimed: ClassVar[bool] = False

    breach: float = number(1.0, "weight in the count of standoff breaches", unit="breaches", ge=0, le=100)
    weights: Weights = weights(loyalists_present=-0.5)
    fear: Shock = shock(household=0.4, ties=0.15, quarter=0.1, camp=0.01, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1, camp=0.02, camp_reach="opposition")
    answers: dict[str, float] = answers("calibrated, not identified", checkpoint_attack=0.49)
    casualties: Casualties = casualties(p_fatal=0.75, alpha=1.4, most=25)

    def answer(self, world: World, incident: Incident) -> None:
        incident.actor = self.actor
        incident.target_camp = -1

    def p_dares(self, world: World, incident: Incident) -> float:
        if world.army.posture in FAR:
            return 0.0
        return math.exp(min(0.0, self.weights.exponent(world.army.view(world, world.covariates()))))

    def want(self, world: World, incident: Incident) -> Want:
        quarter = self._quarter(world, incident)
        rows = world.present(tuple(Camp), (Role.CIVILIAN, Role.FIGHTER, Role.DEFECTOR), quarter)
        return self.fire(world, incident, even(rows))

    def _quarter(self, world: World, incident: Incident) -> int:
        """The quarter that is shelled, drawn by the number of fighters who live there, and one."""
        homes = world.city.quarter[world.city.household[world.armed_present()]]
        pull = np.bincount(homes, minlength=world.city.n_quarters) + 1.0
        clocks = [
            exponential(world.seed, Stream.PLACE, incident.day, incident.id, q) / pull[q]
            for q in range(world.city.n_quarters)
        ]
        return int(np.argmin(clocks))

    def strike(self, world: World, incident: Incident) -> bool:
        self.reap(world, incident)
        return True
