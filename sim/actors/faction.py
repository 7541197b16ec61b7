"""An armed faction: members, arms, command, morale, and the captives it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.actors.actor import Actor
from sim.actors.config import Band, FactionConfig
from sim.actors.covariates import INDEX, unit
from sim.world.config import MoraleConfig

if TYPE_CHECKING:
    from sim.actors.world import World

_RESTRAINT = INDEX["restraint"]
_MORALE = INDEX["morale"]
_ARMS = INDEX["arms"]
_COMMAND = INDEX["command"]


class Faction(Actor):
    """A faction. Its fighters are residents; `rows` (int64) are those of its living members.

    `index` is its number in `World.factions`, and in the residents' column `faction`.
    """

    def __init__(
        self,
        model: mesa.Model,
        name: str,
        index: int,
        config: Band,
        kinds: Sequence[Any],
        rows: NDArray[np.int64],
    ) -> None:
        super().__init__(model, name, kinds)
        self.index = index
        self.arms = config.arms
        self.command = config.command
        self.morale = config.morale
        self.rest_morale = config.morale
        # a band that has just entered is of outsiders, and a rival to those who were there
        self.outsiders = config.outsiders if isinstance(config, FactionConfig) else True
        self.is_rival = config.rival if isinstance(config, FactionConfig) else True
        # where it comes from: factions of one origin do not clash, however many names they bear
        self.origin = (self.outsiders, self.is_rival)
        self.rows = rows
        self.n_at_start = len(rows)
        self.restraint = 0.0  # of this morning (`Factions.restrain`)
        self.lost = 0  # today
        self.n_present = len(rows)  # as of yesterday

    @property
    def n_acting(self) -> int:  # type: ignore[override]
        """By whom it acts: its fighters in the city, as of yesterday."""
        return self.n_present

    @property
    def strength(self) -> float:
        """Members in the city times arms."""
        return self.n_present * self.arms

    def lose(self, row: int) -> None:
        """A member is gone for good, and the others take it to heart."""
        self.lost += 1
        self.leave(row)

    def leave(self, row: int) -> None:
        """A member goes home."""
        self.rows = self.rows[self.rows != row]

    def end_day(self, config: MoraleConfig, hunger: float, present: int) -> None:
        """Morale falls with losses and hunger, and comes back slowly to that of the start:

            morale += relax * (morale at the start - morale)
            morale -= from_losses * share of members lost today + from_hunger * hunger

        cut to [0, 1] (assumed). `hunger`: what is missing of the supplies, in [0, 1]; `present`: its fighters
        in the city, by whom it acts tomorrow.
        """
        share_lost = self.lost / max(1, self.lost + len(self.rows))
        self.lost = 0
        self.n_present = present
        self.morale += min(1.0, config.relax) * (self.rest_morale - self.morale)
        self.morale = unit(self.morale - config.from_losses * share_lost - config.from_hunger * hunger)

    def gain(self, row: int) -> None:
        """A resident becomes a member."""
        self.rows = np.append(self.rows, row)

    def view(self, world: World, covariates: Sequence[float]) -> Sequence[float]:
        """The city's covariates with this faction's morale, command and arms, and this morning's restraint.

        `Factions.restrain` finds that for all factions first (`begin_all`).
        """
        seen = list(covariates)
        seen[_RESTRAINT] = self.restraint
        seen[_MORALE] = self.morale
        seen[_COMMAND] = self.command + world.strength("pact") * (1.0 - self.command)
        seen[_ARMS] = self.arms
        return seen
