"""The assault is broken off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from sim.actors.postures import Posture, PostureName
from sim.kinds.order import BattleOrder, sources
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Repulse(BattleOrder, name="repulse"):
    """The army has lost too many: it breaks off the assault and withdraws; the fighters take heart."""

    is_part_of_storm: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.WITHDRAWN

    sources: tuple[PostureName, ...] = sources("storming")

    def ring(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> float:
        return self.at_once(world.army.battle is not None and world.army.battle.is_repulsed)

    def strike(self, world: World, incident: Incident) -> bool:
        if not super().strike(world, incident):
            return False
        for faction in world.factions:
            faction.morale += world.scenario.morale.from_repulse * (1.0 - faction.morale)
        return True
