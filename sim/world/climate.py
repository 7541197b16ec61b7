"""The city's climate: free passage, pressure, supplies, works. Each is one number in [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Passage:
    """Free passage [14]. Incidents take shares of what is left; a part of the loss returns each day."""

    free: float
    is_shut: bool = False  # by a siege: nobody passes, whatever the residents allow
    escorted: float = 0.0  # share kept open by escorts, even under siege

    @property
    def open(self) -> float:
        """Share of passage that is possible today: under siege only what is escorted."""
        free = 0.0 if self.is_shut else self.free
        return self.escorted if self.escorted > free else free

    def lose(self, part: float) -> None:
        """Lose `part` of what is left of free passage."""
        self.free *= 1.0 - part

    def recover(self, rate: float) -> None:
        """One day of recovery: `rate` (1/day) of what is missing comes back."""
        self.free += min(1.0, rate) * (1.0 - self.free)


@dataclass(slots=True)
class Pressure:
    """Belief in the coming annihilation [3, 23]: rises by shares of what is missing to 1, and fades."""

    level: float

    def rise(self, part: float) -> None:
        """Move `part` (cut to [0, 1]) of the way to 1."""
        self.level += min(1.0, max(0.0, part)) * (1.0 - self.level)

    def relax(self, fade: float) -> None:
        """One day of fading by the share `fade`."""
        self.level *= max(0.0, 1.0 - fade)


@dataclass(slots=True)
class Supplies:
    """Supplies of the city, as a share of full ones: a siege uses them up, open roads fill them."""

    level: float

    @property
    def hunger(self) -> float:
        """What is missing of full supplies, in [0, 1]."""
        return 1.0 - self.level

    def use(self, share: float) -> None:
        """A day of siege: this share of full supplies is used up."""
        self.level = max(0.0, self.level - share)

    def fill(self, part: float) -> None:
        """A day of open roads: `part` of what is missing comes in."""
        self.level += min(1.0, part) * (1.0 - self.level)


@dataclass(slots=True)
class Works:
    """Dug-up and mined roads [32], made for the last attack: a bombardment of the roads undoes them [33]."""

    level: float

    def dig(self, part: float) -> None:
        """Dig `part` of what is missing."""
        self.level += part * (1.0 - self.level)

    def undo(self, part: float) -> None:
        """Lose `part` of what there is."""
        self.level *= 1.0 - part
