"""The city's climate: free passage, pressure, supplies, works. Each is one number in [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Passage:
    """Free passage [14]. Incidents take shares of what is left; a part of the loss returns each day."""

    free: float
    recovery: float  # 1/day
    is_shut: bool = False  # by a siege: nobody passes, whatever the residents allow
    escorted: float = 0.0  # share kept open by escorts, even under siege

    @property
    def open(self) -> float:
        """Share of passage that is possible today: under siege only what is escorted."""
        return max(self.escorted, 0.0 if self.is_shut else self.free)

    def lose(self, part: float) -> None:
        """Lose `part` of what is left of free passage."""
        self.free *= 1.0 - part

    def recover(self) -> None:
        """One day of recovery."""
        self.free += min(1.0, self.recovery) * (1.0 - self.free)


@dataclass(slots=True)
class Pressure:
    """Belief in the coming annihilation [3, 23]: rises by shares of what is missing to 1, and fades."""

    level: float
    fade: float  # 1/day

    def rise(self, part: float) -> None:
        """Move `part` (cut to [0, 1]) of the way to 1."""
        self.level += min(1.0, max(0.0, part)) * (1.0 - self.level)

    def relax(self) -> None:
        """One day of fading."""
        self.level *= max(0.0, 1.0 - self.fade)


@dataclass(slots=True)
class Supplies:
    """Supplies of the city."""

    level: float
    use: float  # 1/day under siege
    recovery: float  # 1/day

    @property
    def hunger(self) -> float:
        """What is missing."""
        return 1.0 - self.level

    def pass_day(self, is_shut: bool, relief: float) -> None:
        """One day: used up under siege as far as no relief replaces it, filled again on open roads."""
        if is_shut:
            self.level = max(0.0, self.level - self.use * (1.0 - relief))
        else:
            self.level += min(1.0, self.recovery) * (1.0 - self.level)


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
