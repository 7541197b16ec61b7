"""Two factions clash over who holds the city [31]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.actors.hazard import FactionWeights, faction_weights
from sim.city.columns import Status
from sim.kinds.arising import FightersKind, OpportunityKind, SoughtIn, draw_faction
from sim.kinds.deadly import Casualties, Deadly, casualties
from sim.kinds.felt import FeltByKin, Settled, Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Clash(FightersKind, OpportunityKind, FeltByKin, Settled, Deadly, name="clash"):
    """A faction clashes with one of another origin: local, independent, or from outside [31]."""

    is_violent: ClassVar[bool] = True
    sought_in: ClassVar[SoughtIn] = "residents"
    base: float = number(
        0.06,
        "rate of all factions together at the reference numbers",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    reference: float = number(700, "fighters of factions of another origin", unit="candidates", gt=0, le=1e9)
    weights: FactionWeights = faction_weights(standing=-2.0, command=-1.0)
    breach: float = number(0.75, "weight in the feud window", unit="breaches", ge=0, le=100)
    fear: Shock = shock(household=0.45, ties=0.15, quarter=0.075, camp=0.015, camp_reach="all")
    anger: Shock = shock(household=0.45, ties=0.15)
    answers: dict[str, float] = answers("assumed, within the calibration (P3 to P16)", clash=0.79)
    casualties: Casualties = casualties(p_fatal=0.5, alpha=2.5, most=20)

    def candidates(self, world: World, actor: Actor) -> float:
        return float(world.factions.count_rivals(actor.name))

    def answer(self, world: World, incident: Incident) -> None:
        # the side that was struck strikes back: `other` now acts
        incident.actor, incident.other = incident.other, incident.actor

    def want(self, world: World, incident: Incident) -> Want:
        if not incident.other:
            incident.other = draw_faction(world, incident.day, incident.id, rival_of=incident.actor)
        sides = (world.factions.find(incident.actor), world.factions.find(incident.other))
        if None in sides:
            return Want(np.zeros(0, np.int64), np.zeros(0))
        rows = np.concatenate([side.rows for side in sides if side is not None])
        rows = np.sort(rows[world.residents.status[rows] == Status.PRESENT])
        return self.hit(world, incident, even(rows))

    def strike(self, world: World, incident: Incident) -> bool:
        self.reap(world, incident)
        return True
