"""The toll of an incident: the law of the deaths it would take today, before any of it is drawn.

What follows a recorded history (sim/following) needs probabilities where the day needs draws. A kind that
draws deaths in a new way says their law beside the draw; a test plays every deadly kind against its law.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Law = NDArray[np.float64]  # P(0), P(1), ...

NOBODY: Law = np.ones(1)
_TAIL = 10.0  # standard deviations at which a Poisson law is cut


@dataclass(frozen=True, slots=True)
class Toll:
    """Law of the deaths of one incident: of residents, each there with probability `share`, and of soldiers.

    `struck` is the probability that anything comes of it at all: a warned attack leaves no trace.
    """

    struck: float = 1.0
    residents: Law = field(default_factory=lambda: NOBODY)
    soldiers: Law = field(default_factory=lambda: NOBODY)
    share: float = 1.0

    def p_at_least(self, deaths: int) -> float:
        """Probability that it happens and takes at least so many lives."""
        if deaths == 1:  # by far the most common
            return self.struck * (1.0 - self._p_residents(0) * float(self.soldiers[0]))
        return self.struck * max(0.0, 1.0 - sum(self._p(k) for k in range(deaths)))

    def p_of(self, deaths: int, soldiers: int | None = None) -> float:
        """Probability that it happens and takes exactly this many lives, this many of them soldiers'."""
        if soldiers is None:
            return self.struck * self._p(deaths)
        if not 0 <= soldiers < self.soldiers.size:
            return 0.0
        return self.struck * self._p_residents(deaths - soldiers) * float(self.soldiers[soldiers])

    @property
    def most(self) -> int:
        """Most lives that it can take."""
        return self.residents.size + self.soldiers.size - 2

    def _p(self, deaths: int) -> float:
        least = max(0, deaths - self.residents.size + 1)
        most = min(deaths, self.soldiers.size - 1)
        return float(sum(self._p_residents(deaths - k) * self.soldiers[k] for k in range(least, most + 1)))

    def _p_residents(self, k: int) -> float:
        if not 0 <= k < self.residents.size:
            return 0.0
        return float(self.residents[k] if self.share >= 1.0 else _p_kept(self.residents, k, self.share))


def thin(law: Law, share: float) -> Law:
    """The law of those who are left if each of a law's number is kept with probability `share`."""
    if share >= 1.0:
        return law
    return np.array([_p_kept(law, k, share) for k in range(law.size)])


def poisson_law(mean: float, most: int | None = None) -> Law:
    """A Poisson law, with all that lies past `most` at `most`; cut where nothing is left of it."""
    from scipy.special import gammaln  # heavy, and a plain run needs no law

    if mean <= 0:  # the draw takes a mean under 0 for 0 as well: a day of battle against nobody has one
        return NOBODY
    k = np.arange(int(mean + _TAIL * np.sqrt(mean) + _TAIL) + 1)
    law: Law = np.exp(k * np.log(mean) - mean - gammaln(k + 1))
    if most is not None and law.size > most + 1:
        law = np.append(law[:most], law[most:].sum())
    return law


def _p_kept(law: Law, k: int, share: float) -> float:
    if k == 0:
        return float(law @ (1.0 - share) ** np.arange(law.size))
    from scipy.special import comb

    n = np.arange(k, law.size)
    return float(law[k:] @ (comb(n, k) * share**k * (1.0 - share) ** (n - k)))
