"""The workload in plain Mesa objects: one agent a resident, as the tutorials write it."""

from __future__ import annotations

import mesa
import numpy as np

from benchmarks.peers.workload import CONTAGION, RELAX, Answer, Workload


class Resident(mesa.Agent):
    """A resident who looks at those tied to it."""

    def __init__(self, model: mesa.Model, fear: float, rest: float, threshold: float) -> None:
        super().__init__(model)
        self.fear, self.rest, self.threshold = fear, rest, threshold
        self.next = fear
        self.here = True
        self.ties: list[Resident] = []

    def look(self) -> None:
        """Tomorrow's fear."""
        drawn = 0.0
        if self.here:
            total, n = self.fear, 1
            for other in self.ties:
                if other.here:
                    total += other.fear
                    n += 1
            drawn = CONTAGION * (total / n - self.fear)
        self.next = min(max(self.fear + RELAX * (self.rest - self.fear) + drawn, 0.0), 1.0)

    def act(self) -> None:
        """Feel it, and leave if it is too much."""
        self.fear = self.next
        if self.fear > self.threshold:
            self.here = False


class City(mesa.Model):
    """The residents."""

    def __init__(self, work: Workload) -> None:
        super().__init__()
        columns = zip(work.fear.tolist(), work.rest.tolist(), work.threshold.tolist(), strict=True)
        people = [Resident(self, *each) for each in columns]
        for a, b in zip(work.a.tolist(), work.b.tolist(), strict=True):
            people[a].ties.append(people[b])
            people[b].ties.append(people[a])
        self.people = people

    def step(self) -> None:
        """One day."""
        self.agents.do("look")
        self.agents.do("act")


def prepare(work: Workload) -> City:
    """The model."""
    return City(work)


def run(work: Workload, model: City) -> Answer:
    """All days."""
    for _ in range(work.days):
        model.step()
    left = np.array([not each.here for each in model.people])
    fear = np.array([each.fear for each in model.people])
    return Answer(left, float(fear[~left].mean()))
