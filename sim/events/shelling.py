"""The army shells a quarter, by its own decision or in answer to an attack (P6: within two days)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from sim.actors.hazard import Weights, weights
from sim.actors.postures import Posture
from sim.city.columns import Camp, Role
from sim.core.luck import Stream
from sim.core.moves import count_by_quarter
from sim.core.race import find_first_of_few
from sim.kinds.arising import HazardKind
from sim.kinds.deadly import Casualties, Deadly, casualties
from sim.kinds.felt import FeltByKin, Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import Section, number, section
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World

_NAMES = tuple(posture.name.lower() for posture in Posture)
FAR = (Posture.HOLDING, Posture.WITHDRAWN, Posture.STORMING)


def _factor(default: float, posture: str) -> Any:
    return number(default, f"factor on the rate while {posture}", unit="1", ge=0, le=1000)


class Fire(Section):
    """The army's own fire by posture: factors on the rate of shelling."""

    observing: float = _factor(1.0, "it observes")
    squeezing: float = _factor(2.0, "it squeezes the surroundings")
    besieging: float = _factor(10.0, "it besieges")
    bombarding: float = _factor(20.0, "it bombards")

    def factor(self, posture: Posture) -> float:
        """Factor in a posture; 0 where it does not shell the city."""
        return float(getattr(self, _NAMES[posture], 0.0))


class Shelling(HazardKind, FeltByKin, Deadly, name="shelling", layer=Layer.STANDOFF, actor="army"):
    """A quarter is shelled, by the army's own decision or in answer to an attack.

    Loyalists present make both rarer (the shield), hostility makes both more likely.
    """

    is_violent: ClassVar[bool] = True
    is_by_guns: ClassVar[bool] = True

    base: float = number(
        0.08,
        "rate while it observes, where all covariates are 0",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    by_posture: Fire = section(Fire, "the army's own fire by posture")

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
    weights: Weights = weights(loyalists_present=-0.8, hostility=1.5)
    fear: Shock = shock(household=0.4, ties=0.15, quarter=0.1, camp=0.01, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1, camp=0.02, camp_reach="opposition")
    answers: dict[str, float] = answers("assumed, within the calibration (P3 to P16)", checkpoint_attack=0.7)
    casualties: Casualties = casualties(p_fatal=0.75, alpha=1.4, most=25)

    def chances_of(self, world: World, actor: Actor) -> float:
        return self.by_posture.factor(world.army.posture) * world.scenario.pace.army

    def answer(self, world: World, incident: Incident) -> None:
        incident.actor = self.actor
        incident.target_camp = -1

    def p_dared(self, world: World, incident: Incident) -> float:
        if world.army.posture in FAR:
            return 0.0
        exponent = self.weights.exponent(world.army.view(world, world.covariates()))
        return math.exp(min(0.0, exponent))

    def want(self, world: World, incident: Incident) -> Want:
        quarter = self._quarter(world, incident)
        rows = world.present(tuple(Camp), (Role.CIVILIAN, Role.FIGHTER, Role.DEFECTOR), quarter)
        return self.fire(world, incident, even(rows))

    def _quarter(self, world: World, incident: Incident) -> int:
        """The quarter that is shelled, drawn with weight 1 + the number of fighters who live there."""
        if incident.due is not None and incident.due.quarter is not None:
            return incident.due.quarter
        members, _ = world.factions.list_members()
        pull = 1.0 + count_by_quarter(
            members, world.residents.status, world.city.household, world.city.quarter, world.city.n_quarters
        )
        return int(find_first_of_few(world.seed, Stream.PLACE, incident.day, incident.id, pull))

    def strike(self, world: World, incident: Incident) -> bool:
        self.reap(world, incident)
        return True
