"""Battle: Lanchester's square law, a day at a time, with a breaking point on each side [4, 5, 34].

    dA/dt = -b D        dD/dt = -a A

A soldiers in the assault, D fighters in the city; a, b deaths a day that one soldier or one fighter
inflicts. A day is the exact solution over one day, so that without luck the days of a battle lie on the
closed form: with k = sqrt(a b),

    A(t) = A0 cosh(k t) - D0 sqrt(b / a) sinh(k t)        D(t) = D0 cosh(k t) - A0 sqrt(a / b) sinh(k t)

The city falls when the fighters have lost their breaking share, the assault is broken off when the
soldiers have lost theirs: both sides give up long before the last man (Lanchester 1916; breaking points
are assumed).
"""

from __future__ import annotations

import math
from dataclasses import dataclass


def lanchester(soldiers: float, fighters: float, a: float, b: float, days: float) -> tuple[float, float]:
    """Soldiers and fighters left after `days` of Lanchester's square law (1916), exactly; never under 0.

    `a`: fighters whom one soldier puts out of action in a day; `b`: soldiers whom one fighter does (1/day).
    """
    if a <= 0 or b <= 0:  # one side does not hurt the other: the limit is linear
        return max(0.0, soldiers - b * fighters * days), max(0.0, fighters - a * soldiers * days)
    k = math.sqrt(a * b)
    cosh, sinh = math.cosh(k * days), math.sinh(k * days)
    left = soldiers * cosh - fighters * math.sqrt(b / a) * sinh
    standing = fighters * cosh - soldiers * math.sqrt(a / b) * sinh
    return max(0.0, left), max(0.0, standing)


@dataclass(slots=True)
class Battle:
    """One assault while it lasts."""

    soldiers_at_start: float
    fighters_at_start: int
    soldier_breaking_share: float
    fighter_breaking_share: float
    soldiers: float = 0.0
    fighters_lost: float = 0.0
    loss_today: float = 0.0  # of fighters, as the law has it

    def __post_init__(self) -> None:
        self.soldiers = self.soldiers_at_start

    @property
    def is_fallen(self) -> bool:
        """Whether the fighters have lost their breaking share, or there is none."""
        return self.fighters_lost >= self.fighter_breaking_share * self.fighters_at_start

    @property
    def is_repulsed(self) -> bool:
        """Whether the soldiers have lost their breaking share, and the fighters have not."""
        lost = self.soldiers_at_start - self.soldiers
        return not self.is_fallen and lost >= self.soldier_breaking_share * self.soldiers_at_start
