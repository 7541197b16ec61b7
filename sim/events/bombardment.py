"""The army bombs the roads, and so undoes what the fighters dug for the last attack [33]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import Weights, weights
from sim.actors.postures import Posture, PostureName
from sim.city.columns import Camp, Role
from sim.kinds.deadly import Casualties, Deadly, casualties
from sim.kinds.felt import FeltByKin, Shock, shock
from sim.kinds.kind import Want, even
from sim.kinds.order import HazardOrder, sources
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Bombardment(HazardOrder, FeltByKin, Deadly, name="bombardment"):
    """All roads are bombed; the troops may then enter "without any trouble" [33]."""

    is_by_guns: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.BOMBARDING
    is_aimed: ClassVar[bool] = False

    sources: tuple[PostureName, ...] = sources("besieging")
    base: float = number(0.015, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
    weights: Weights = weights(works=1.5)
    fear: Shock = shock(household=0.3, ties=0.1, camp=0.08, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1, camp=0.05, camp_reach="opposition")
    casualties: Casualties = casualties(alpha=2.0, most=60)
    works_undone: float = number(
        1.0, "share of the works that a bombardment undoes", unit="share", source="[33]", ge=0, le=1
    )

    def want(self, world: World, incident: Incident) -> Want | None:
        if not self.is_open(world):
            return None
        return self.fire(world, incident, even(world.present(tuple(Camp), (Role.CIVILIAN,))))

    def strike(self, world: World, incident: Incident) -> bool:
        if not super().strike(world, incident):
            return False
        world.works.undo(self.works_undone)
        self.reap(world, incident)
        return True
