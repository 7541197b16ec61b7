"""The army lifts the siege and withdraws."""

from __future__ import annotations

from typing import ClassVar

from sim.actors.postures import Posture, PostureName
from sim.kinds.order import HazardOrder, sources
from sim.schema import number


class SiegeLifted(HazardOrder, name="siege_lifted"):
    """The siege ends without a battle: the army withdraws."""

    is_end: ClassVar[bool] = True
    target: ClassVar[Posture] = Posture.WITHDRAWN

    sources: tuple[PostureName, ...] = sources("besieging", "bombarding")
    base: float = number(0.025, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
    halving_days: float | None = number(
        10.0,
        "days of siege after which the rate has halved; null: it does not age",
        unit="days",
        source="assumed, for P14",
        gt=0,
        le=100_000,
    )
