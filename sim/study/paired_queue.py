"""Runs where they decide: batches go to the comparisons with a base that are still open.

A comparison is settled by its first n pairs alone: either its paired interval is as narrow as asked for, or
it lies so far from 0 that repeated looks do no harm. The pairs so far decide when the next look comes: a
batch later, or sooner if the interval is expected to be narrow enough sooner. A base has as many runs as the
longest of its comparisons. So the runs that a study holds in the end depend on the plan, never on which
worker was faster, or on how often it was killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import sqrt

import numpy as np

from sim.errors import InputError
from sim.study.pairs import base_points
from sim.study.plan import Plan
from sim.study.run_queue import WHOLE, Chunk, RunQueue, Shard, Tally

# Haybittle and Peto's bound on looks before the last one (Haybittle 1971, Peto et al. 1976, recalled): some
# three standard errors, so that even a look after each batch leaves the level nearly as it was
CLEAR_SIGMAS = 3.29
_Z = 1.959964  # of a 95 % interval


def paired_ends(up: int, down: int, n: int, sigmas: float = _Z) -> tuple[float, float]:
    """Bonett and Price's (2012) interval of a difference of paired shares, from discordant pairs.

    Of `n` pairs `up` count for a positive difference and `down` for a negative one; `sigmas`: how many
    standard errors the interval reaches to either side.
    """
    more, fewer = (up + 1) / (n + 2), (down + 1) / (n + 2)
    half = sigmas * sqrt((more + fewer - (more - fewer) ** 2) / (n + 2))
    return more - fewer - half, more - fewer + half


def is_settled(up: int, down: int, n: int, precision: float) -> bool:
    """Whether n pairs are enough, of which `up` broke with the variant alone, `down` at the base alone.

    They are if the 95 % interval reaches at most `precision` (a probability) to either side, or if the
    interval of CLEAR_SIGMAS standard errors is clear of 0.
    """
    if n == 0:
        return False
    low, high = paired_ends(up, down, n)
    clear_low, clear_high = paired_ends(up, down, n, CLEAR_SIGMAS)
    return (high - low) / 2 <= precision or clear_low > 0 or clear_high < 0


class PairedQueue(RunQueue):
    """The runs of a study with precision_of=difference that are not done yet.

    Raises InputError for a shard: no point can be closed without its base.
    """

    def __init__(self, plan: Plan, done: Iterable[Tally] = (), shard: Shard = WHOLE) -> None:
        if shard.of > 1:
            raise InputError(
                "--shard: precision_of=difference decides over all points; run the study as a whole"
            )
        self._bases = base_points(plan)
        self._held: dict[int, dict[int, bool | None]] = {p: {} for p in range(plan.n_points)}  # run -> broke
        study = plan.study
        first = min(-(-study.runs // study.batch) * study.batch, study.max_runs)
        self._wanted = dict.fromkeys(range(plan.n_points), first)
        self._handed: dict[int, int] = dict.fromkeys(range(plan.n_points), 0)
        self.closed: dict[
            int, bool
        ] = {}  # variant -> whether it is settled; False for one that ran out of runs
        kept = sorted(done)
        self._there = {(tally.point, tally.run) for tally in kept}
        super().__init__(plan, kept, shard)
        self._fresh = iter(())
        for tally in kept:
            self._add(tally)
        self._decide()

    def __iter__(self) -> Iterator[Chunk]:
        """Chunks that can be started now; ends, for now, where the next ones depend on runs under way."""
        while True:  # runs that came back in the meantime may have led to more
            self._take_up()
            if not self._urgent:
                return
            yield self._urgent.popleft()

    def _take_up(self) -> None:
        """Cut the batches that were begun since the last look into chunks."""
        for point in range(self.plan.n_points):
            start, wanted = self._handed[point], self._wanted[point]
            self._handed[point] = max(start, wanted)
            missing = [run for run in range(start, wanted) if (point, run) not in self._there]
            self._urgent.extend(self._cut(point, missing))

    @property
    def expected(self) -> int:
        """Total number of runs, as far as is known now: those of all batches begun."""
        return max(self.n_done, sum(self._wanted.values()))

    def note(self, tallies: Iterable[Tally]) -> None:
        """Note runs that have been done."""
        for tally in tallies:
            self._count(tally)
            self._there.add((tally.point, tally.run))
            self._add(tally)
        self._decide()

    def _add(self, tally: Tally, *, ask: bool = True) -> None:
        self._held[tally.point][tally.run] = tally.broke if tally.is_ok else None

    def _decide(self) -> None:
        """Close what is settled, give another batch to what is open, and to the bases of both.

        A variant is examined at the end of each of its batches, once all pairs up to there are done.
        """
        study = self.plan.study
        assert study.precision is not None
        for point in range(self.plan.n_points):
            base = int(self._bases[point])
            while point not in self.closed:
                n = self._wanted[point]
                if not self._is_done(point, n):
                    break
                if base == point:
                    break
                if self._wanted[base] < n:
                    self._wanted[base] = n
                if not self._is_done(base, n):
                    break
                up, down, good = self._count_pairs(point, base, n)
                enough = is_settled(up, down, good, study.precision)
                if enough or not good or n >= study.max_runs:
                    self.closed[point] = enough
                    break
                step = next_step(up, down, good, study.precision, study.batch)
                self._wanted[point] = min(n + step, study.max_runs)
                self._wanted[base] = max(self._wanted[base], self._wanted[point])

    def _is_done(self, point: int, n: int) -> bool:
        held = self._held[point]
        return len(held) >= n and all(run in held for run in range(n))

    def _count_pairs(self, point: int, base: int, n: int) -> tuple[int, int, int]:
        """Of the first n pairs: in how many the variant alone broke, the base alone; how many ran at all."""
        ours, theirs = self._held[point], self._held[base]
        pairs = [(ours[run], theirs[run]) for run in range(n)]
        good = [(one, other) for one, other in pairs if one is not None and other is not None]
        up = sum(bool(one) and not other for one, other in good)
        down = sum(bool(other) and not one for one, other in good)
        return up, down, len(good)


def queue_of(plan: Plan, done: Iterable[Tally] = (), shard: Shard = WHOLE) -> RunQueue:
    """The queue that the study asks for; `done`: the runs that are committed already."""
    if plan.study.precision is not None and plan.study.precision_of == "difference":
        return PairedQueue(plan, done, shard)
    return RunQueue(plan, done, shard)


def more_pairs(up: int, down: int, n: int, precision: float) -> int:
    """Roughly how many more pairs an open comparison needs until its interval is as narrow as asked for.

    Arguments as in `is_settled`; 0 without a pair.
    """
    low, high = paired_ends(up, down, n)
    half = (high - low) / 2
    return max(0, int(np.ceil(n * ((half / precision) ** 2 - 1)))) if n else 0


def next_step(up: int, down: int, n: int, precision: float, batch: int) -> int:
    """Pairs until the next look: a batch, or quarters of one where fewer are expected to do.

    Arguments as in `is_settled`, after `n` pairs.
    """
    quarter = -(-batch // 4)
    needed = more_pairs(up, down, n, precision)
    return min(batch, quarter * max(1, -(-needed // quarter)))
