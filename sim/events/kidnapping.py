"""A faction kidnaps a visiting officer or a loyalist: the first crack in the truce [21]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.actors.hazard import FactionWeights, faction_weights
from sim.city.columns import Camp, Role, Status
from sim.kinds.arising import FightersKind, OpportunityKind, SoughtIn
from sim.kinds.felt import Answering, FeltByKin, Shock, answers, shock
from sim.kinds.kind import Want
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World

SKETCH = "assumed (numerical sketch)"


class Kidnapping(FightersKind, OpportunityKind, FeltByKin, Answering, name="kidnapping"):
    """A faction takes a visiting officer or a loyalist civilian captive [21]."""

    is_alike: ClassVar[bool] = True
    people_count_as: ClassVar[str] = "taken"
    is_violent: ClassVar[bool] = True
    sought_in: ClassVar[SoughtIn] = "residents"
    strikes: ClassVar[Camp | None] = Camp.LOYALIST

    base: float = number(
        0.09,
        "rate of all factions together at the reference numbers",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    reference: float = number(
        14_000, "usual pull of all candidates in al-Rastan", unit="candidates", gt=0, le=1e9
    )
    weights: FactionWeights = faction_weights(
        arms=1.0, pressure=2.0, restraint=-2.0, command=-1.0, anger=3.0, standing=-2.0
    )
    breach: float = number(
        1.0, "weight in the feud window: the unit of account", unit="breaches", ge=0, le=100
    )
    fear: Shock = shock(SKETCH, household=0.6, ties=0.22, quarter=0.045, camp=0.06)
    anger: Shock = shock(SKETCH, household=0.6, ties=0.3, camp=0.045)
    answers: dict[str, float] = answers(
        "assumed, within the calibration (P3 to P16)", counter_abduction=0.67, revenge_killing=1.0
    )
    officer_pull: float = number(
        20.0,
        "pull of a visiting officer: how much likelier he is taken than a civilian",
        unit="1",
        ge=0,
        le=10_000,
    )
    civilian_pull: float = number(
        1.0, "pull of a loyalist civilian; 0: officers only", unit="1", ge=0, le=10_000
    )

    def candidates(self, world: World, actor: Actor) -> float:
        residents = world.residents
        n_officers = residents.n_officers_in_city
        n_civilians = residents.count_of(Camp.LOYALIST, Status.PRESENT) - n_officers
        return self.officer_pull * n_officers + self.civilian_pull * max(0, n_civilians)

    def answer(self, world: World, incident: Incident) -> None:
        super().answer(world, incident)
        incident.target_camp = Camp.LOYALIST

    def want(self, world: World, incident: Incident) -> Want:
        serving = world.residents.serving
        officers = serving[world.residents.status[serving] == int(Status.PRESENT)]
        civilians = world.present((Camp.LOYALIST,), (Role.CIVILIAN,))
        pull = np.full(officers.size + civilians.size, self.civilian_pull)
        pull[: officers.size] = self.officer_pull
        return Want(np.concatenate([officers, civilians]), pull)

    def strike(self, world: World, incident: Incident) -> bool:
        world.seize(incident.victims[0], incident)
        return True
