"""The council of elders: mediators with a standing, who can take up so many cases a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mesa

from sim.actors.actor import Actor
from sim.actors.config import EldersConfig


class Elders(Actor):
    """The council."""

    def __init__(self, model: mesa.Model, config: EldersConfig, kinds: Sequence[Any]) -> None:
        super().__init__(model, "elders", kinds)
        self.standing = config.standing
        self.cases_per_day = config.cases_per_day
