"""Grievances: each blow draws the answers it will get, and when (Hawkes, with memory).

A blow with mean n answers of a kind draws Poisson(n) of them, each after a delay of exponential
length; so the intensity of answers to one blow is n * omega * exp(-omega * t) (Lewis et al. 2012).

Answers of a kind in `kept` are not drawn with the blow: the blow is kept as a grudge, whose answers are drawn
day by day. Both give answers of the same law (a Poisson number, split among the days, is independent Poisson
numbers), but only a grudge says today how likely an answer is, which what follows a record asks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sim.core.luck import Stream, chance, exponential, identify, name_key, poisson
from sim.world.incident import Cause, Incident

SETTLED = 1e-9  # a grudge whose mean number of answers to come is under this is dropped


@dataclass(frozen=True, slots=True)
class Grudge:
    """A blow, and the mean number of answers of one kind it is to get."""

    blow: Incident
    kind: str
    mean: float
    memory_days: float

    def mean_today(self, day: int) -> float:
        """Mean number of answers that fall due on a day."""
        age = day - self.blow.day
        if age < 1:
            return 0.0
        return self.mean * (math.exp((1 - age) / self.memory_days) - math.exp(-age / self.memory_days))

    def mean_to_come(self, day: int) -> float:
        """Mean number of answers that fall due after a day."""
        return self.mean * math.exp(min(0, self.blow.day - day) / self.memory_days)

    def answer(self, day: int, ordinal: int) -> Incident:
        """The answer of this number that falls due on a day; `ordinal` is below 65,536."""
        place = (day << 16) | ordinal
        ident = identify(self.blow.id & 0xFFFFFFFF, self.blow.id >> 32, name_key(self.kind), place)
        return _answer(self.blow, self.kind, ident, day, ordinal)

    def __deepcopy__(self, memo: dict[int, Any]) -> Grudge:
        return self  # never written


@dataclass(slots=True)
class Grievances:
    """Answers that wait for their day."""

    seed: int
    memory_days: float  # 1 / omega
    memory_of: dict[str, float] = field(default_factory=dict)  # kinds of answer with a memory of their own
    waiting: dict[int, list[Incident]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()  # kinds of answer that are drawn day by day
    grudges: list[Grudge] = field(default_factory=list)

    def __deepcopy__(self, memo: dict[int, Any]) -> Grievances:
        waiting = {day: [each.make_copy() for each in answers] for day, answers in self.waiting.items()}
        return replace(self, memory_of=dict(self.memory_of), waiting=waiting, grudges=list(self.grudges))

    def open(self, blow: Incident, means: dict[str, float]) -> None:
        """Draw the answers to `blow`; `means`: the mean number of each kind of answer.

        Of a kind in `kept` none is drawn: a grudge is kept, if the mean is above 0.
        """
        for kind, mean in means.items():
            key = name_key(kind)
            memory = self.memory_of.get(kind, self.memory_days)
            if kind in self.kept:
                if mean > 0:
                    self.grudges.append(Grudge(blow, kind, mean, memory))
                continue
            n = poisson(self.seed, Stream.ANSWERS, blow.day, blow.id, key, mean)
            for ordinal in range(n):
                ident = identify(blow.id & 0xFFFFFFFF, blow.id >> 32, key, ordinal)
                clock = exponential(self.seed, Stream.DELAY, blow.day, ident, 0)
                due = blow.day + max(1, math.ceil(clock * memory))
                self.waiting.setdefault(due, []).append(_answer(blow, kind, ident, due, ordinal))

    def withdraw(self, blow: int, p: float) -> None:
        """Each answer that is still to come to the blow of this id is given up with probability `p`.

        A grudge loses the share `p` of its mean.
        """
        for day, answers in self.waiting.items():
            if any(answer.parent == blow for answer in answers):
                self.waiting[day] = [a for a in answers if a.parent != blow or not self._give_up(day, a, p)]
        self.grudges = [
            replace(each, mean=each.mean * (1 - p)) if each.blow.id == blow else each for each in self.grudges
        ]

    def reconcile(self, today: int, p: float) -> None:
        """Each answer that waits for a day after `today` is given up with probability `p`.

        A grudge loses the share `p` of its mean.
        """
        for day, answers in self.waiting.items():
            if day > today:
                self.waiting[day] = [a for a in answers if not self._give_up(day, a, p)]
        self.grudges = [replace(each, mean=each.mean * (1 - p)) for each in self.grudges]

    def _give_up(self, day: int, answer: Incident, p: float) -> bool:
        return bool(chance(self.seed, Stream.ANSWERS, day, answer.id, 1, p))

    def due(self, day: int) -> list[Incident]:
        """Take the answers whose day has come. Their `target_camp` is still the camp of the grieved."""
        return [*self.waiting.pop(day, []), *self._draw(day)]

    def _draw(self, day: int) -> Iterator[Incident]:
        """Draw the answers to grudges that fall due today."""
        for grudge in self.grudges:
            mean, key = grudge.mean_today(day), name_key(grudge.kind)
            for ordinal in range(poisson(self.seed, Stream.DELAY, day, grudge.blow.id, key, mean)):
                yield grudge.answer(day, ordinal)

    def settle(self, day: int) -> None:
        """Drop the grudges from which nothing more is to come after this day."""
        self.grudges = [grudge for grudge in self.grudges if grudge.mean_to_come(day) >= SETTLED]


def _answer(blow: Incident, kind: str, ident: int, due: int, ordinal: int) -> Incident:
    return Incident(
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
