"""The workload in starsim: a static network, and a module that adds up over its edges with numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import starsim as ss

from benchmarks.peers.workload import CONTAGION, RELAX, Answer, Workload


class Ties(ss.Network):  # type: ignore[misc]
    """The ties of the workload, which never change."""

    def __init__(self, work: Workload) -> None:
        super().__init__(name="ties")
        self._work = work

    def init_post(self, *args: Any, **kw: Any) -> None:
        """Lay the edges."""
        super().init_post(*args, **kw)
        self.append(p1=self._work.a, p2=self._work.b, beta=np.ones(self._work.a.size, np.float32))

    def step(self) -> None:
        """Nothing changes."""


class Fear(ss.Module):  # type: ignore[misc]
    """Fear, and who left."""

    def __init__(self, work: Workload) -> None:
        super().__init__(name="fear")
        self._work = work
        self.define_states(ss.FloatArr("level"), ss.BoolState("gone"))

    def init_post(self) -> None:
        """Start."""
        super().init_post()
        self.level[:] = self._work.fear
        self.gone[:] = False

    def step(self) -> None:
        """One day."""
        work, n = self._work, self._work.n
        edges = self.sim.networks.ties.edges
        fear = np.asarray(self.level.raw[:n])
        here = (~np.asarray(self.gone.raw[:n])).astype(float)
        felt = fear * here
        total = felt + np.bincount(edges.p2, weights=felt[edges.p1], minlength=n)
        total += np.bincount(edges.p1, weights=felt[edges.p2], minlength=n)
        number = here + np.bincount(edges.p2, weights=here[edges.p1], minlength=n)
        number += np.bincount(edges.p1, weights=here[edges.p2], minlength=n)
        kin = total / np.maximum(number, 1)
        fear = np.clip(fear + RELAX * (work.rest - fear) + here * CONTAGION * (kin - fear), 0, 1)
        self.level[:] = fear
        self.gone[:] = (here == 0) | (fear > work.threshold)


def prepare(work: Workload) -> ss.Sim:
    """The simulation, initialised."""
    sim = ss.Sim(
        n_agents=work.n, networks=Ties(work), modules=Fear(work),
        start=ss.days(0), dur=ss.days(work.days - 1), dt=ss.days(1), verbose=0, rand_seed=1,
    )  # fmt: skip
    sim.init()
    return sim


def run(work: Workload, sim: ss.Sim) -> Answer:
    """All days."""
    sim.run(verbose=0)
    fear = next(module for module in sim.modules if isinstance(module, Fear))
    left = np.asarray(fear.gone.raw[: work.n]).astype(bool)
    return Answer(left, float(np.asarray(fear.level.raw[: work.n])[~left].mean()))
