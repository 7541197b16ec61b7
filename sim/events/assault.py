"""The army storms the city [4, 26, 34]."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from sim.actors.battle import Battle
from sim.actors.hazard import Weights, weights
from sim.actors.postures import Posture, PostureName
from sim.core.luck import Stream, normal, uniform
from sim.kinds.felt import CityShock, FeltByCity, city_shock
from sim.kinds.order import HazardOrder, sources
from sim.schema import number
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


class Assault(HazardOrder, FeltByCity, name="assault"):
    """The army storms [26]; the battle decides whether the city falls [4, 34]."""

    events_count_as: ClassVar[str] = "assaults"
    target: ClassVar[Posture] = Posture.STORMING

    sources: tuple[PostureName, ...] = sources("besieging", "bombarding")
    base: float = number(
        0.017,
        "rate where all covariates are 0",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    weights: Weights = weights(loyalists_left=3.0, hostility=2.0, posture_age=-5.0)
    fear: CityShock = city_shock(camp=0.15)
    anger: CityShock = city_shock(camp=0.1, camp_reach="opposition")
    committed_share: float = number(
        0.4,
        "least share of the soldiers near the city that takes part; the share is uniform from it to 1",
        unit="share",
        ge=0.01,
        le=1,
    )
    soldier_breaking_share: float = number(
        0.06,
        "share of the soldiers whose loss makes the army break off the assault",
        unit="share",
        gt=0,
        le=1,
    )
    fighter_breaking_share: float = number(
        0.06,
        "share of the fighters whose loss ends resistance, before the factor (0.5 + morale)",
        unit="share",
        gt=0,
        le=1,
    )

    resolve_sigma: float = number(
        0.5,
        "log-standard deviation of both breaking shares over assaults: how long each side holds out",
        unit="log",
        ge=0,
        le=3,
    )

    def strike(self, world: World, incident: Incident) -> bool:
        if not super().strike(world, incident):
            return False
        fighters = world.find_armed()
        day, ident = incident.day, incident.id
        committed = uniform(world.seed, Stream.CHOICE, day, ident, 2)
        attackers, defenders = (
            math.exp(self.resolve_sigma * normal(world.seed, Stream.CHOICE, day, ident, ordinal))
            for ordinal in (3, 4)
        )
        share = self.committed_share + (1.0 - self.committed_share) * committed
        world.army.battle = Battle(
            soldiers_at_start=world.army.troops * share,
            fighters_at_start=int(fighters.size),
            soldier_breaking_share=self.soldier_breaking_share * attackers,
            fighter_breaking_share=self.fighter_breaking_share
            * (0.5 + world.factions.mean_morale())
            * defenders,
        )
        return True
