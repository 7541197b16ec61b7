"""Fighters attack the airbase nearby [29]."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.hazard import FactionWeights, faction_weights
from sim.kinds.attack import Attack
from sim.kinds.deadly import Casualties, casualties
from sim.kinds.felt import Shock, answers, shock
from sim.schema import number


class AirbaseAttack(Attack, name="airbase_attack"):
    """A faction attacks the airbase nearby: pre-emption of a larger kind [29]."""

    is_violent: ClassVar[bool] = True

    base: float = number(
        0.012,
        "rate of all factions together at the reference numbers",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    weights: FactionWeights = faction_weights(pressure=1.5, standing=-1.0)
    fear: Shock = shock(household=0.3, ties=0.1, camp=0.01, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1)
    answers: dict[str, float] = answers(shelling=1.0)
    casualties: Casualties = casualties(p_fatal=0.6, alpha=2.0, most=30)
    hostility_rise: float = number(
        0.25, "share of what is missing to 1 by which the army's hostility rises", unit="share", ge=0, le=1
    )
