"""Households leave the city [25]: by their flight threshold, or scheduled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from sim.city.columns import Camp
from sim.core.luck import Stream, chance
from sim.kinds.kind import EventKind
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Departure(EventKind, name="departure"):
    """Households leave [25]. One line a day, quarter and camp; scheduled: a share of a camp's households."""

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
        for house in range(city.n_households):
            if residents.household_camp[house] == camp and not residents.has_left(house):
                ident = int(city.household_id[house])
                if chance(world.seed, Stream.LEAVE, incident.day, ident, 1, self.share):
                    incident.n_people += residents.depart(house)
        incident.target_camp = camp
        return incident.n_people > 0
