"""The city falls: its fighters have lost too many [4, 34]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from sim.actors.postures import Posture, PostureName
from sim.kinds.felt import CityShock, FeltByCity, city_shock
from sim.kinds.order import BattleOrder, sources
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Fall(BattleOrder, FeltByCity, name="fall"):
    """Resistance ends: many fighters leave, their captives go free, the army holds the city [4, 34]."""

    events_count_as: ClassVar[str] = "times_fallen"
    is_part_of_storm: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.HOLDING

    sources: tuple[PostureName, ...] = sources("storming")
    fear: CityShock = city_shock(camp=0.1, camp_reach="opposition")
    anger: CityShock = city_shock(camp=0.05, camp_reach="opposition")
    displaced_share: float = number(
        0.6, "share of the fighters present who leave the city", unit="share", ge=0, le=1
    )

    def ring(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        return self.at_once(world.army.battle is not None and world.army.battle.is_fallen)

    def strike(self, world: World, incident: Incident) -> bool:
        if not super().strike(world, incident):
            return False
        incident.n_people = world.displace_fighters(incident, self.displaced_share)
        world.free_captives_of_factions()
        for faction in world.factions:
            faction.morale *= 1.0 - world.scenario.morale.from_fall
        return True
