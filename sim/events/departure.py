"""Households leave the city [25]: by their flight threshold, or scheduled."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.city.columns import Camp
from sim.core.feelings import LEFT
from sim.core.luck import Stream, lucky
from sim.kinds.kind import EventKind
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Departure(EventKind, name="departure"):
    """Households leave [25]: a line a day, quarter and camp. If scheduled: a share of a camp's households."""

    people_count_as: ClassVar[str] = "left"
    is_move: ClassVar[bool] = True

    share: float = number(
        0.1, "share of the camp's households that a scheduled departure takes", unit="share", ge=0, le=1
    )
    camp: Literal["loyalist", "uncommitted", "opposition"] = Field(
        default="loyalist",
        description="camp of the households that a scheduled departure takes",
        json_schema_extra={"unit": "camp", "source": "[25]"},
    )

    def strike(self, world: World, incident: Incident) -> bool:
        residents, city = world.residents, world.city
        camp = Camp[self.camp.upper()]
        houses = np.flatnonzero((residents.household_camp == camp) & (residents.sums[:, LEFT] == 0))
        leave = lucky(world.seed, Stream.LEAVE, incident.day, city.household_id[houses], 1, self.share)
        incident.n_people = int(residents.depart(houses[leave]).sum())
        incident.target_camp = camp
        return incident.n_people > 0
