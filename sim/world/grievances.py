"""Grievances: each blow draws the answers it will get, and when (Hawkes, with memory).

A blow with mean n answers of a kind draws Poisson(n) of them, each after a delay of exponential
length; so the intensity of answers to one blow is n * omega * exp(-omega * t) (Lewis et al. 2012).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.core.luck import Stream, chance, exponential, identify, name_key, poisson
from sim.world.incident import Cause, Incident


@dataclass(slots=True)
class Grievances:
    """Answers that wait for their day."""

    seed: int
    memory_days: float  # 1 / omega
    memory_of: dict[str, float] = field(default_factory=dict)  # kinds of answer with a memory of their own
    waiting: dict[int, list[Incident]] = field(default_factory=dict)

    def open(self, blow: Incident, means: dict[str, float]) -> None:
        """Draw the answers to `blow`; `means` by kind of answer."""
        for kind, mean in means.items():
            key = name_key(kind)
            memory = self.memory_of.get(kind, self.memory_days)
            n = poisson(self.seed, Stream.ANSWERS, blow.day, blow.id, key, mean)
            for ordinal in range(n):
                ident = identify(blow.id & 0xFFFFFFFF, blow.id >> 32, key, ordinal)
                clock = exponential(self.seed, Stream.DELAY, blow.day, ident, 0)
                due = blow.day + max(1, math.ceil(clock * memory))
                answer = Incident(
                    id=ident,
                    kind=kind,
                    day=due,
                    actor=blow.actor,
                    cause=Cause.ANSWER,
                    parent=blow.id,
                    ordinal=ordinal,
                    household=blow.household,
                    quarter=blow.quarter,
                    target_camp=blow.target_camp,
                    other=blow.other,
                )
                self.waiting.setdefault(due, []).append(answer)

    def withdraw(self, blow: int, p: float) -> None:
        """Each answer that waits for this blow is given up with probability `p`."""
        for day, answers in self.waiting.items():
            if any(answer.parent == blow for answer in answers):
                self.waiting[day] = [a for a in answers if a.parent != blow or not self._given_up(day, a, p)]

    def reconcile(self, today: int, p: float) -> None:
        """Each answer that waits for a day after `today` is given up with probability `p`."""
        for day, answers in self.waiting.items():
            if day > today:
                self.waiting[day] = [a for a in answers if not self._given_up(day, a, p)]

    def _given_up(self, day: int, answer: Incident, p: float) -> bool:
        return bool(chance(self.seed, Stream.ANSWERS, day, answer.id, 1, p))

    def due(self, day: int) -> list[Incident]:
        """Take the answers whose day has come. Their `target_camp` is still the camp of the grieved."""
        return self.waiting.pop(day, [])
