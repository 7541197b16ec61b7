"""A day of battle in the city [4, 5, 34]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.actors.battle import Battle, lanchester
from sim.actors.postures import Posture
from sim.city.columns import Camp, Role
from sim.core.luck import Stream, poisson
from sim.core.sums import add_in_order
from sim.kinds.deadly import Casualties, casualties, draw_exposed
from sim.kinds.felt import FeltByKin, Shock, shock
from sim.kinds.kind import Want, even
from sim.kinds.toll import Toll, poisson_law, thin
from sim.schema import number, switch
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class BattleDay(FeltByKin, name="battle", layer=Layer.STANDOFF, actor="army"):
    """One day of an assault: dozens may die on both sides [5], and residents between them."""

    is_part_of_storm: ClassVar[bool] = True
    is_certain: ClassVar[bool] = True

    breach: float = number(1.0, "weight in the count of standoff breaches", unit="breaches", ge=0, le=100)
    fear: Shock = shock(household=0.3, ties=0.1, camp=0.05, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1, camp=0.02, camp_reach="opposition")
    soldier_lethality: float = number(
        0.016, "fighters killed per day by one soldier on foot", unit="1/day", ge=0, le=10
    )
    armour_bonus: float = number(
        1.0, "rise of soldiers' lethality for each armoured vehicle per soldier", unit="1", ge=0, le=100
    )
    fighter_lethality: float = number(
        0.025, "soldiers killed per day by one fully armed fighter", unit="1/day", ge=0, le=10
    )
    works_bonus: float = number(
        1.0, "rise of fighters' lethality behind full works [32]", unit="1", ge=0, le=100
    )
    civilians: Casualties = casualties(alpha=1.8, most=60)
    luck: bool = switch(True, "whether losses are drawn; off: they follow the closed form")

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        battle = world.army.battle
        if not self.is_on(day) or world.army.posture != Posture.STORMING or battle is None:
            return []
        if battle.is_fallen or battle.is_repulsed:
            return []
        return [self.incident(actor.name, day, 0, Cause.ORDER)]

    def lethalities(self, world: World) -> tuple[float, float]:
        """Deaths a day that one soldier and one fighter inflict today."""
        army, armed = world.army, [f for f in world.factions if f.n_present > 0]
        vehicles = army.config.armour / max(1, army.config.troops)
        soldier = self.soldier_lethality * (1 + self.armour_bonus * vehicles)
        n = sum(f.n_present for f in armed)
        skill = add_in_order(f.n_present * f.arms * (0.5 + f.morale) for f in armed) / max(1, n)
        return soldier, self.fighter_lethality * skill * (1 + self.works_bonus * world.works.level)

    def wants(self, world: World, incident: Incident) -> tuple[Want, ...]:
        battle = world.army.battle
        if battle is None:
            return ()
        fighters = world.find_armed()
        loss, own = self._losses(world, battle, fighters.size)
        if self.luck:
            dead, own = self._draw_losses(world, incident.day, incident.id, loss, own)
        else:
            dead = round(battle.fighters_lost + loss) - round(battle.fighters_lost)
        battle.loss_today = loss
        incident.soldiers = own
        civilians = world.present(tuple(Camp), (Role.CIVILIAN,))
        n = draw_exposed(world, incident.day, incident.id, self._draw_aimed(world, incident.day, incident.id))
        return (even(fighters, min(dead, fighters.size)), even(civilians, min(n, civilians.size)))

    def _losses(self, world: World, battle: Battle, n: int) -> tuple[float, float]:
        """What the law takes today of `n` fighters and of the soldiers."""
        a, b = self.lethalities(world)
        strength = self._strength(world, n)
        soldiers, standing = lanchester(battle.soldiers, strength, a, b, 1.0)
        return strength - standing, battle.soldiers - soldiers

    def _draw_losses(self, world: World, day: int, ident: int, loss: float, own: float) -> tuple[int, float]:
        """Fighters and soldiers who fall, by luck."""
        dead = poisson(world.seed, Stream.CASUALTIES, day, ident, 2, loss)
        return dead, float(poisson(world.seed, Stream.CASUALTIES, day, ident, 3, own))

    def _draw_aimed(self, world: World, day: int, ident: int) -> int:
        """Civilians whom the day would kill if all residents of day 0 were there."""
        return self.civilians.draw(world.seed, day, ident)

    def toll(self, world: World) -> Toll:
        battle = world.army.battle
        if battle is None:
            return Toll(struck=0.0)
        n = world.count_armed()
        loss, own = self._losses(world, battle, n)
        if self.luck:
            fighters, soldiers = poisson_law(loss, n), poisson_law(own)
        else:
            dead = round(battle.fighters_lost + loss) - round(battle.fighters_lost)
            fighters, soldiers = np.eye(dead + 1)[-1], np.eye(round(own) + 1)[-1]
        civilians = thin(self.civilians.law, world.occupancy)
        return Toll(1.0, np.convolve(fighters, civilians), soldiers)

    def foretell(self, world: World, day: int, ident: int) -> tuple[int, int] | None:
        battle = world.army.battle
        if battle is None:
            return None
        n = world.count_armed()
        loss, own = self._losses(world, battle, n)
        if self.luck:
            dead, own = self._draw_losses(world, day, ident, loss, own)
        else:
            dead = round(battle.fighters_lost + loss) - round(battle.fighters_lost)
        return min(dead, n) + draw_exposed(world, day, ident, self._draw_aimed(world, day, ident)), round(own)

    def _strength(self, world: World, present: int) -> float:
        """Fighters as the law counts them: those present; without luck, the exact number left."""
        battle = world.army.battle
        assert battle is not None
        return float(present) if self.luck else battle.fighters_at_start - battle.fighters_lost

    def strike(self, world: World, incident: Incident) -> bool:
        battle = world.army.battle
        if battle is None:
            return False
        fallen = int(np.count_nonzero(world.residents.faction[incident.victims] >= 0))
        battle.fighters_lost += fallen if self.luck else battle.loss_today
        battle.soldiers = max(0.0, battle.soldiers - incident.soldiers)
        world.army.troops = max(0.0, world.army.troops - incident.soldiers)
        for row in incident.victims:
            world.kill(row)
        incident.deaths = len(incident.victims)
        return True
