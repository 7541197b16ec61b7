"""A bomb by the road is meant for the army and kills whoever passes. Switched off as shipped: base is 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import FactionWeights, faction_weights
from sim.city.columns import Camp, Role
from sim.kinds.attack import Attack
from sim.kinds.deadly import Casualties, casualties
from sim.kinds.felt import Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class RoadsideBomb(Attack, name="roadside_bomb"):
    """A faction lays a bomb by the road: it kills soldiers, and residents who pass.

    The source reports none, so it does not arise unless base is set; records of other towns do.
    """

    is_violent: ClassVar[bool] = True

    base: float = number(
        0.0, "rate of all factions together at the reference numbers", unit="1/day", ge=0, le=1000
    )
    weights: FactionWeights = faction_weights()
    fear: Shock = shock(household=0.4, ties=0.1, quarter=0.05, camp=0.005, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1)
    answers: dict[str, float] = answers("assumed, half of that of an attack on a checkpoint", shelling=0.35)
    casualties: Casualties = casualties(p_fatal=0.3, alpha=2.0, most=20)

    def want(self, world: World, incident: Incident) -> Want:
        return self.hit(world, incident, even(world.present(tuple(Camp), (Role.CIVILIAN,))))
