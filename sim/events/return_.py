"""Households that left come home [25]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.feelings import LEFT
from sim.core.luck import Stream, lucky
from sim.kinds.kind import EventKind
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Return(EventKind, name="return"):
    """Households return once their kin's fear in the city is well under their threshold, or as scheduled."""

    people_count_as: ClassVar[str] = "returned"
    is_move: ClassVar[bool] = True
    is_end: ClassVar[bool] = True

    share: float = number(
        0.5, "share of the departed households that a scheduled return brings home", unit="share", ge=0, le=1
    )

    def strike(self, world: World, incident: Incident) -> bool:
        houses = np.flatnonzero(world.residents.sums[:, LEFT] > 0)
        ids = world.city.household_id[houses]
        homeward = lucky(world.seed, Stream.RETURN, incident.day, ids, 2, self.share)
        incident.n_people = int(world.residents.come_home(houses[homeward]).sum())
        return incident.n_people > 0
