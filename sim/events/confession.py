"""A captive officer is made to announce his defection on camera, and the city sees it [22]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.city.columns import Role
from sim.kinds.arising import FactionKind, OpportunityKind, SoughtIn
from sim.kinds.felt import FeltByKin, Shock, answers, shock
from sim.kinds.kind import Want, even
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World


class Confession(FactionKind, OpportunityKind, FeltByKin, name="confession"):
    """A faction broadcasts the forced defection of an officer it holds [22]; few men suffice."""

    events_count_as: ClassVar[str] = "confessions"
    sought_in: ClassVar[SoughtIn] = "nothing"  # a captive is a captive in a city of any size

    base: float = number(
        0.25, "rate for each captive officer who has not confessed", unit="1/day", ge=0, le=1000
    )
    breach: float = number(0.5, "weight in the feud window", unit="breaches", ge=0, le=100)
    fear: Shock = shock(household=0.3, ties=0.15, camp=0.09, camp_reach="loyalist")
    anger: Shock = shock(household=0.6, ties=0.3, camp=0.09, camp_reach="loyalist")
    answers: dict[str, float] = answers(counter_abduction=0.4, revenge_killing=0.4)

    def candidates(self, world: World, actor: Actor) -> float:
        return len(_captive_officers(world, actor.name)) if world.captives else 0

    def want(self, world: World, incident: Incident) -> Want:
        rows = np.array(_captive_officers(world, incident.actor), np.int64)
        return even(rows)

    def strike(self, world: World, incident: Incident) -> bool:
        row = incident.victims[0]
        if row not in world.captives:  # released this very day
            return False
        incident.parent = world.captives[row].event_id
        world.residents.stop_serving(row, Role.DEFECTOR)
        return True


def _captive_officers(world: World, captor: str) -> list[int]:
    """Rows of the officers whom this faction holds and who have not confessed, sorted."""
    role = world.residents.role
    held = (row for row, captivity in world.captives.items() if captivity.captor == captor)
    return sorted(row for row in held if int(role[row]) == Role.OFFICER)
