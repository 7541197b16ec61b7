"""The likelihood of one day: Poisson processes and, beside them, groups that each make one event at most.

Let the seen events of a day be 1 .. n, with their marks (deaths, kind, actor). The Poisson processes together
have the mean `mean` and at the marks of event j the density single[j]. Group g makes the event j with
probability joint[g][j], and nothing that is seen with probability unseen[g]. The likelihood of the unordered
set of events is

    exp(-mean) * sum over ways to give events to groups, each at most one, of
        product of joint[g][j] of those given, unseen[g] of the other groups, single[j] of the other events

over n! by class: a mixed Poisson process's Janossy density (Daley and Vere-Jones 2003, section 5.3). With
single[j] = mean and joint[g][j] = the group's probability of any seen event, it is that of the counts alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DayChances:
    """What determines the likelihood of one day; see the module."""

    mean: float
    single: tuple[float, ...]  # [n]
    joint: tuple[tuple[float, ...], ...] = ()  # [G][n]
    unseen: tuple[float, ...] = ()  # [G]
    log_orders: float = 0.0  # log of the product of n! by class

    def log_likelihood(self) -> float:
        """Log likelihood of the events; -inf where they cannot happen."""
        total = self._sum(0, tuple(range(len(self.single))))
        return math.log(total) - self.mean - self.log_orders if total > 0 else -math.inf

    def _sum(self, group: int, left: tuple[int, ...]) -> float:
        if group == len(self.joint):
            return math.prod(self.single[j] for j in left)
        total = self.unseen[group] * self._sum(group + 1, left)
        for j in left:
            if self.joint[group][j] > 0:
                total += self.joint[group][j] * self._sum(group + 1, _without(left, j))
        return total

    def assign(self, luck: Sequence[float]) -> tuple[int | None, ...]:
        """The event (its place among those of the day) that each group makes, None for none.

        Drawn from its law given the events. `luck`: one number in [0, 1) for each group.
        """
        left = tuple(range(len(self.single)))
        given: list[int | None] = []
        for group in range(len(self.joint)):
            ways: list[tuple[int | None, float]] = [(None, self.unseen[group] * self._sum(group + 1, left))]
            ways += [(j, self.joint[group][j] * self._sum(group + 1, _without(left, j))) for j in left]
            j = ways[pick([weight for _, weight in ways], luck[group])][0]
            given.append(j)
            left = left if j is None else _without(left, j)
        return tuple(given)


def pick(weights: Sequence[float], u: float) -> int:
    """The place that a uniform number u falls on, where places are as wide as their weights."""
    bar = u * sum(weights)
    for k, weight in enumerate(weights):
        bar -= weight
        if bar < 0:
            return k
    return max(range(len(weights)), key=lambda k: weights[k])


def log_factorial(n: int) -> float:
    """Log of n!"""
    return math.lgamma(n + 1)


def _without(left: tuple[int, ...], j: int) -> tuple[int, ...]:
    return tuple(k for k in left if k != j)
