"""The army strikes civilians: a raid, an execution, an air strike. Switched off as shipped: base is 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import Weights, weights
from sim.city.columns import Camp, Role
from sim.kinds.arising import HazardKind
from sim.kinds.deadly import Casualties, Deadly, casualties
from sim.kinds.felt import FeltByKin, Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Raid(HazardKind, FeltByKin, Deadly, name="raid", layer=Layer.STANDOFF, actor="army"):
    """The army kills civilians who are not loyalists, by a raid, an execution or an air strike.

    The source reports none, so it does not arise unless base is set; records of other towns do.
    """

    is_violent: ClassVar[bool] = True

    base: float = number(0.0, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
    breach: float = number(1.0, "weight in the count of standoff breaches", unit="breaches", ge=0, le=100)
    weights: Weights = weights()
    fear: Shock = shock(household=0.5, ties=0.2, quarter=0.1, camp=0.02)
    anger: Shock = shock(household=0.6, ties=0.3, camp=0.04, camp_reach="opposition")
    answers: dict[str, float] = answers("assumed, as of shelling", checkpoint_attack=0.9)
    casualties: Casualties = casualties(alpha=1.8, most=60)

    def chances_of(self, world: World, actor: Actor) -> float:
        return world.scenario.pace.army

    def want(self, world: World, incident: Incident) -> Want:
        rows = world.present((Camp.UNCOMMITTED, Camp.OPPOSITION), (Role.CIVILIAN,))
        return self.hit(world, incident, even(rows))

    def strike(self, world: World, incident: Incident) -> bool:
        self.reap(world, incident)
        return True
