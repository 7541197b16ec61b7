"""Residents are stopped and insulted at the edge of the city; free passage suffers [14]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import FactionWeights, faction_weights
from sim.city.columns import Camp, Role, Status
from sim.kinds.arising import FightersKind, OpportunityKind, SoughtIn
from sim.kinds.felt import FeltByKin, Shock, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Harassment(FightersKind, OpportunityKind, FeltByKin, name="harassment"):
    """Fighters stop and insult loyalists who pass; a part of free passage is lost [14]."""

    is_alike: ClassVar[bool] = True
    sought_in: ClassVar[SoughtIn] = "residents"
    base: float = number(
        1.0,
        "rate of all factions together at the reference numbers",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    reference: float = number(10_000, "loyalists present in al-Rastan", unit="candidates", gt=0, le=1e9)
    weights: FactionWeights = faction_weights(
        pressure=1.5, anger=2.0, restraint=-2.0, command=-1.0, standing=-2.0
    )
    breach: float = number(0.25, "weight in the feud window", unit="breaches", ge=0, le=100)
    fear: Shock = shock(household=0.15, ties=0.045, camp=0.008)
    anger: Shock = shock(household=0.15, ties=0.045, camp=0.008)
    passage_loss: float = number(
        0.06, "share of the remaining free passage that one incident takes", unit="share", ge=0, le=1
    )

    def candidates(self, world: World, actor: Actor) -> float:
        return float(world.residents.count_of(Camp.LOYALIST, Status.PRESENT))

    def want(self, world: World, incident: Incident) -> Want:
        rows = world.present((Camp.LOYALIST,), (Role.CIVILIAN, Role.OFFICER))
        return even(rows)

    def strike(self, world: World, incident: Incident) -> bool:
        world.passage.lose(self.passage_loss)
        return True
