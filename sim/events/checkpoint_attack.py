"""Fighters attack a checkpoint of the army [28]."""

from __future__ import annotations

from typing import ClassVar

from sim.kinds.attack import Attack
from sim.kinds.deadly import Casualties, casualties
from sim.kinds.felt import Shock, answers, shock
from sim.schema import number


class CheckpointAttack(Attack, name="checkpoint_attack"):
    """A faction attacks a checkpoint, to forestall what it fears [28]; the army may answer by shelling."""

    is_violent: ClassVar[bool] = True

    base: float = number(
        0.13,
        "rate of all factions together at the reference numbers",
        unit="1/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    fear: Shock = shock(household=0.3, ties=0.1, camp=0.005, camp_reach="all")
    anger: Shock = shock(household=0.3, ties=0.1)
    answers: dict[str, float] = answers("assumed, within the calibration (P3 to P16)", shelling=0.71)
    casualties: Casualties = casualties(p_fatal=0.4, alpha=1.7, most=20)
