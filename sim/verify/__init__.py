"""Limits of the model with known answers: run, compared, told in a table (`hudna verify`).

A check is a function of the number of runs that yields known answers. Deterministic answers are met to 1e-5
(counts exactly), random ones to 4 standard errors, all at fixed seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sim.verify import (
    battle,
    branches,
    captivity,
    cascade,
    feelings,
    orders,
    people,
    retaliation,
    skeleton,
    survival,
)
from sim.verify.answer import KnownAnswer

__all__ = ["CHECKS", "Check", "KnownAnswer", "answers"]


class Check(NamedTuple):
    """A check, and how many runs it takes in the usual and in the full strength."""

    run: Callable[[int], Iterator[KnownAnswer]]
    usual: int
    full: int

    @property
    def name(self) -> str:
        """Its name in words."""
        return self.run.__name__.replace("_", " ")


CHECKS = (
    Check(feelings.resting_fear, 1, 3),
    Check(feelings.fading_anger, 1, 4),
    Check(cascade.departures, 2, 10),
    Check(survival.first_events, 1000, 10_000),
    Check(retaliation.feuds, 60, 600),
    Check(captivity.releases, 8, 80),
    Check(battle.attrition, 1, 1),
    Check(people.conservation, 3, 20),
    Check(branches.a_late_event, 1, 5),
    Check(branches.one_more_resident, 1, 5),
    Check(branches.one_more_wave, 1, 5),
    Check(orders.competing_orders, 1000, 10_000),
    Check(skeleton.tipping, 1, 5),
)


def answers(
    checks: Iterable[Check] = CHECKS, *, full: bool = False, tell: Callable[[str], None] = lambda name: None
) -> Iterator[KnownAnswer]:
    """Run checks one after the other; `tell` hears the name of each before it runs."""
    for check in checks:
        tell(check.name)
        yield from check.run(check.full if full else check.usual)
