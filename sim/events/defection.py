"""A serving officer leaves the army and joins a local faction [17]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.actors.hazard import Weights, weights
from sim.city.columns import Camp, Role, Status
from sim.core.luck import Stream, exponential
from sim.kinds.arising import OpportunityKind
from sim.kinds.felt import FeltByKin
from sim.kinds.kind import Want
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.faction import Faction
    from sim.actors.world import World


class Defection(OpportunityKind, FeltByKin, name="defection"):
    """An officer defects to the opposition and comes home to a local faction [17]."""

    events_count_as: ClassVar[str] = "defections"

    base: float = number(
        0.1,
        "rate among the reference number of officers",
        unit="1/day",
        source="assumed, within the calibration (P7)",
        ge=0,
        le=1000,
    )
    reference: float = number(
        1560, "serving officers from al-Rastan", unit="candidates", source="[16]", gt=0, le=1e9
    )
    weights: Weights = weights(fear=2.0)
    kin_hold: float = number(
        1.0, "how strongly kin among the loyalists keep an officer in service", unit="log", ge=0, le=20
    )

    def candidates(self, world: World, actor: Actor) -> float:
        return float(world.residents.serving.size)

    def want(self, world: World, incident: Incident) -> Want:
        residents = world.residents
        rows = residents.serving[residents.status[residents.serving] != int(Status.CAPTIVE)]
        reach = world.residents.reach(world.city.household[rows], Camp.LOYALIST)
        return Want(rows, np.exp(-self.kin_hold * reach))

    def strike(self, world: World, incident: Incident) -> bool:
        faction = _local_faction(world, incident)
        if faction is None:
            return False
        row = incident.victims[0]
        world.residents.stop_serving(row, Role.DEFECTOR)
        world.residents.set_status(row, Status.PRESENT)
        world.enlist(row, faction, Role.DEFECTOR)
        return True


def _local_faction(world: World, incident: Incident) -> Faction | None:
    """The local faction that takes the officer in, drawn by its number of fighters."""
    clocks = [
        (
            exponential(world.seed, Stream.CHOICE, incident.day, incident.id, faction.key)
            / faction.n_present,
            faction,
        )
        for faction in world.factions
        if not faction.outsiders and faction.n_present > 0
    ]
    return min(clocks, key=lambda clock: clock[0])[1] if clocks else None
