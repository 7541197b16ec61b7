"""The council of elders: mediators with a standing, who can settle so much in a day and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mesa

from sim.actors.actor import Actor
from sim.actors.config import EldersConfig


class Elders(Actor):
    """The council. Breaches that it has not settled are its backlog, and wear its standing.

        backlog += breaches of the day
        backlog -= settled_per_day * backlog / (backlog + patience)      what it settles
        backlog -= fade * backlog                                        what is forgotten

    Of its standing the share patience / (patience + backlog) is in effect (all assumed). So it mends what
    comes slowly, and fails where more comes than it can settle: that is where the truce tips
    (docs/model/skeleton.md).
    """

    def __init__(self, model: mesa.Model, config: EldersConfig, kinds: Sequence[Any]) -> None:
        super().__init__(model, "elders", kinds)
        self.config = config
        self.agreed = 0.0  # standing that an agreement gave them, if it is more than they had
        self.backlog = 0.0  # breaches that are not settled

    @property
    def standing(self) -> float:
        """How much both sides heed them, before mediators add to it and a backlog wears it."""
        return max(self.config.standing, self.agreed)

    @property
    def attention(self) -> float:
        """Share of the standing that is in effect, in (0, 1]."""
        return self.config.patience / (self.config.patience + self.backlog)

    def end_day(self, breaches: float, help_: float, fade: float) -> None:
        """Take up the day's breaches (weighted) and settle what can be.

        `help_`: the share by which mediation raises the capacity; `fade`: the share of the rest that is
        forgotten today.
        """
        backlog = self.backlog + breaches
        capacity = self.config.settled_per_day * (1.0 + help_)
        settled = min(backlog, capacity * backlog / (self.config.patience + backlog))
        self.backlog = (backlog - settled) * (1.0 - min(1.0, fade))
