"""Kin of a victim kill on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.city.columns import Camp, Role
from sim.kinds.deadly import Casualties, Deadly, casualties
from sim.kinds.felt import Answering, FeltByKin, Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class RevengeKilling(FeltByKin, Answering, Deadly, name="revenge_killing", actor="kin"):
    """Civilians of the other side are killed in revenge."""

    is_violent: ClassVar[bool] = True

    breach: float = number(2.0, "weight in the feud window", unit="breaches", ge=0, le=100)
    fear: Shock = shock(household=0.6, ties=0.22, quarter=0.075, camp=0.06)
    anger: Shock = shock(household=0.6, ties=0.3, camp=0.045)
    answers: dict[str, float] = answers(
        "assumed, within the calibration (P3 to P16); total near Lewis et al. 2012",
        revenge_killing=0.54,
        kidnapping=0.3,
        counter_abduction=0.3,
    )
    casualties: Casualties = casualties(alpha=3.0, most=10)

    def answer(self, world: World, incident: Incident) -> None:
        incident.actor = self.actor
        grieved = incident.target_camp
        incident.target_camp = Camp.OPPOSITION if grieved == Camp.LOYALIST else Camp.LOYALIST

    def want(self, world: World, incident: Incident) -> Want:
        # one that is scheduled answers nobody: it strikes loyalists
        camp = Camp(incident.target_camp) if incident.target_camp >= 0 else Camp.LOYALIST
        rows = world.present((camp,), (Role.CIVILIAN,))
        return self.hit(world, incident, even(rows))

    def strike(self, world: World, incident: Incident) -> bool:
        self.reap(world, incident)
        return True
