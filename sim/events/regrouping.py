"""After a battle the factions recuperate and regroup [7]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from sim.actors.postures import Posture
from sim.city.columns import Status
from sim.core.luck import Stream, lucky
from sim.kinds.kind import EventKind
from sim.schema import daily
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World

AWAY = (Posture.OBSERVING, Posture.SQUEEZING, Posture.WITHDRAWN)


class Regrouping(EventKind, name="regrouping", layer=Layer.STANDOFF, actor="faction"):
    """Fighters who left when the city fell return once the army is gone [7]. One line a day and faction."""

    is_move: ClassVar[bool] = True
    is_end: ClassVar[bool] = True

    rate: float = daily(0.04, "rate at which one displaced fighter comes back")

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        if not self.is_on(day) or world.army.posture not in AWAY:
            return []
        faction = world.factions.find(actor.name)
        if faction is None or faction.n_present >= len(faction.rows):
            return []
        return [self.incident(actor.name, day, 0, Cause.HAZARD)]

    def strike(self, world: World, incident: Incident) -> bool:
        faction = world.factions.find(incident.actor)
        if faction is None:
            return False
        everybody = incident.cause == Cause.SCHEDULED
        residents, ids = world.residents, world.city.resident_id
        rows = faction.rows[residents.status[faction.rows] == Status.DEPARTED]
        if not everybody:
            rows = rows[
                lucky(world.seed, Stream.RETURN, incident.day, ids[rows], 1, 1 - math.exp(-self.rate))
            ]
        for row in rows:
            residents.set_status(int(row), Status.PRESENT)
        incident.n_people = len(rows)
        return incident.n_people > 0
