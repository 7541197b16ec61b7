"""Attacks on the army: what those on a checkpoint, on the airbase and by a roadside bomb share [28, 29]."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

from sim.actors.hazard import FactionWeights, faction_weights
from sim.actors.postures import Posture
from sim.city.columns import Status
from sim.core.luck import Stream, chance
from sim.kinds.arising import FightersKind, OpportunityKind
from sim.kinds.deadly import Casualties, Deadly, casualties
from sim.kinds.due import Due
from sim.kinds.felt import FeltByKin, Settled
from sim.kinds.kind import Want, even
from sim.kinds.toll import Toll
from sim.schema import number
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World

SOLDIERS = 2  # their luck is separate from that of the residents whom the same attack may kill
NEAR = (Posture.OBSERVING, Posture.SQUEEZING, Posture.BESIEGING, Posture.BOMBARDING, Posture.HOLDING)


class Attack(FightersKind, OpportunityKind, FeltByKin, Settled, Deadly, layer=Layer.STANDOFF):
    """A faction attacks the army outside, or in the city that it holds.

    Loyalists in the city may warn the army; then the attack comes to nothing.
    """

    is_alike: ClassVar[bool] = True

    breach: float = number(1.0, "weight in the count of standoff breaches", unit="breaches", ge=0, le=100)
    reference: float = number(900, "soldiers near the city", unit="candidates", gt=0, le=1e9)
    hostility_rise: float = number(
        0.1, "share of its distance to 1 by which the army's hostility rises", unit="share", ge=0, le=1
    )
    occupied: float = number(
        2.5,
        "factor on the soldiers within reach while the army holds the city",
        unit="1",
        source="assumed, for P11",
        ge=0,
        le=100,
    )
    p_warned: float = number(
        0.3,
        "probability that the army is warned while all loyalists are present",
        unit="probability",
        ge=0,
        le=1,
    )
    soldiers: Casualties = casualties(p_fatal=0.5, alpha=1.6, most=20)
    weights: FactionWeights = faction_weights(pressure=1.5, arms=1.0, restraint=-1.0, standing=-1.0)

    def candidates(self, world: World, actor: Actor) -> float:
        if world.army.posture not in NEAR:
            return 0.0
        return world.army.troops * (self.occupied if world.army.posture == Posture.HOLDING else 1.0)

    def want(self, world: World, incident: Incident) -> Want | None:
        faction = world.factions.find(incident.actor)
        if faction is None:
            return None
        rows = faction.rows[world.residents.status[faction.rows] == int(Status.PRESENT)]
        return self.hit(world, incident, even(rows))

    def _is_warned(self, world: World, day: int, ident: int) -> bool:
        return bool(chance(world.seed, Stream.CHOICE, day, ident, 1, self.p_warned * world.informants()))

    def told_residents(self, world: World, incident: Incident) -> int | None:
        told = super().told_residents(world, incident)
        return None if told is None else told - self._count_soldiers(world, incident)

    def _count_soldiers(self, world: World, incident: Incident) -> int:
        """Soldiers who die: as given for a scheduled attack, otherwise drawn, at most the deaths given."""
        due = incident.due
        if due is not None and due.soldiers is not None:
            return due.soldiers
        n = self.soldiers.draw(world.seed, incident.day, incident.id, SOLDIERS)
        return n if due is None or due.deaths is None else min(n, due.deaths)

    def refuse_due(self, due: Due, factions: Collection[str]) -> str:
        return self.refuse_actor(due, factions)

    def toll(self, world: World) -> Toll:
        is_near = world.army.posture in NEAR
        struck = 1.0 - self.p_warned * world.informants() if is_near else 0.0
        return Toll(struck, self.casualties.law, self.soldiers.law)

    def foretell(self, world: World, day: int, ident: int) -> tuple[int, int] | None:
        if world.army.posture not in NEAR or self._is_warned(world, day, ident):
            return None
        soldiers = self.soldiers.draw(world.seed, day, ident, SOLDIERS)
        return self.casualties.draw(world.seed, day, ident), soldiers

    def strike(self, world: World, incident: Incident) -> bool:
        is_known = incident.due is not None and incident.due.deaths is not None  # then it did happen
        is_warned = not is_known and self._is_warned(world, incident.day, incident.id)
        if world.army.posture not in NEAR or is_warned:
            return False
        self.reap(world, incident)
        n = self._count_soldiers(world, incident)
        incident.soldiers = float(min(n, world.army.troops))
        world.army.troops -= incident.soldiers
        hotline = world.strength("hotline")
        world.army.resent(self.hostility_rise * (1.0 - hotline))
        return True
