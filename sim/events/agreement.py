"""A local truce is agreed: elders are heeded, the army stands back, people calm down, old scores rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from sim.actors.postures import BESIEGED, Posture
from sim.kinds.felt import CalmsCity, CityCalm, city_calm
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World

OUTSIDE = BESIEGED | {Posture.OBSERVING, Posture.SQUEEZING, Posture.WITHDRAWN}


class Agreement(CalmsCity, name="agreement", actor="elders"):
    """A truce is agreed. It never arises by itself: it is scheduled, in a town at war until then."""

    standing: float = number(
        0.6, "standing that it gives the elders, if they had less", unit="share", ge=0, le=1
    )
    calm: float = number(
        0.8, "share by which the army's hostility and the pressure on the city fall", unit="share", ge=0, le=1
    )
    reconciles: float = number(
        0.8,
        "probability that an answer still due is dropped; share of the elders' backlog that is settled",
        unit="probability",
        ge=0,
        le=1,
    )

    fear: CityCalm = city_calm(camp=-0.1)
    anger: CityCalm = city_calm(camp=-0.1)

    @model_validator(mode="after")
    def _has_no_window(self) -> Self:
        if self.start_day != 1 or self.end_day is not None:
            raise ValueError(
                "start_day and end_day are for what may arise by itself; an agreement is scheduled by at"
            )
        return self

    def strike(self, world: World, incident: Incident) -> bool:
        """An army outside the city goes back to watching it; one that storms or holds it stays."""
        world.elders.agreed = self.standing
        world.elders.backlog *= 1.0 - self.reconciles
        world.army.hostility *= 1.0 - self.calm
        world.pressure.level *= 1.0 - self.calm
        world.grievances.reconcile(incident.day, self.reconciles)
        if world.army.posture in OUTSIDE:
            world.army.take(Posture.OBSERVING)
            world.passage.is_shut = False
        return True
