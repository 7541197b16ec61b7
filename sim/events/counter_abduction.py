"""Kin of a victim abduct somebody of the other side in answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.city.columns import Camp, Role
from sim.kinds.felt import Answering, FeltByKin, Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class CounterAbduction(FeltByKin, Answering, name="counter_abduction", actor="kin"):
    """An opposition resident is taken in answer to a kidnapping."""

    people_count_as: ClassVar[str] = "taken"
    is_violent: ClassVar[bool] = True
    strikes: ClassVar[Camp | None] = Camp.OPPOSITION

    breach: float = number(1.0, "weight in the feud window", unit="breaches", ge=0, le=100)
    fear: Shock = shock(household=0.6, ties=0.22, quarter=0.045, camp=0.04)
    anger: Shock = shock(household=0.6, ties=0.3, camp=0.045)
    answers: dict[str, float] = answers(kidnapping=0.5, revenge_killing=0.6)

    def answer(self, world: World, incident: Incident) -> None:
        incident.actor = self.actor
        incident.target_camp = Camp.OPPOSITION

    def want(self, world: World, incident: Incident) -> Want:
        rows = world.present((Camp.OPPOSITION,), (Role.CIVILIAN,))
        return even(rows)

    def strike(self, world: World, incident: Incident) -> bool:
        world.seize(incident.victims[0], incident)
        return True
