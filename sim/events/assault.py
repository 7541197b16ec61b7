"""The army storms the city [4, 26, 34]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.actors.army import Posture
from sim.actors.hazard import Weights, weights
from sim.city.columns import Camp, Role
from sim.events.army_order import ArmyOrder
from sim.events.base import Casualties, FeltByKin, Shock, Want, casualties, shock
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Assault(ArmyOrder, FeltByKin, name="assault"):
    """The army storms [26]: dozens die [5]."""

    sources: ClassVar[tuple[Posture, ...]] = (Posture.OBSERVING, Posture.BESIEGING)
    target: ClassVar[Posture] = Posture.STORMING

    base: float = number(0.0004, "rate while observing or besieging", unit="1/day", ge=0, le=1000)
    weights: Weights = weights(loyalists_left=3.0, fear=2.0)
    fear: Shock = shock(household=0.3, ties=0.1, camp=0.15, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1, camp=0.15, camp_reach="opposition")
    casualties: Casualties = casualties(alpha=1.5, most=200)

    def want(self, world: World, incident: Incident) -> Want:
        rows = world.present(tuple(Camp), (Role.FIGHTER, Role.DEFECTOR, Role.CIVILIAN))
        is_civilian = world.residents.role[rows] == Role.CIVILIAN
        # fighters bear about half of the deaths: their pull makes up for how few they are
        n_armed = max(1, int(rows.size - is_civilian.sum()))
        pull = np.where(is_civilian, 1.0, is_civilian.sum() / n_armed)
        return Want(rows, pull, self.casualties.draw(world.seed, incident.day, incident.id))

    def strike(self, world: World, incident: Incident) -> bool:
        if not super().strike(world, incident):
            return False
        for row in incident.victims:
            world.kill(row)
        incident.deaths = len(incident.victims)
        return True
