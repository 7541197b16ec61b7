"""Which runs are still to be done, in which order, and when a point has enough of them.

Runs are identified by point and number alone. A point gets its runs in batches of the plan's size, and only
when a batch is complete is it decided whether another one is needed. So the runs that a study holds in the
end depend on the plan, never on which worker was faster, or on how often it was killed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sim.errors import InputError
from sim.stats.intervals import wilson
from sim.study.plan import Plan

Chunk = tuple[tuple[int, int], ...]  # (point, run), in their order


class Tally(NamedTuple):
    """What the queue needs to know of a run that is done."""

    point: int
    run: int
    is_ok: bool
    broke: bool


class Shard(NamedTuple):
    """Part `number` (from 1) of `of`."""

    number: int = 1
    of: int = 1

    def has(self, index: int) -> bool:
        """Whether the chunk or point of this index is in the part."""
        return index % self.of == self.number - 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """A shard written as "3/10". Raises InputError."""
        number, slash, of = text.partition("/")
        if not slash or not number.isdigit() or not of.isdigit():
            raise InputError(f"--shard {text[:40]}: write i/N, e.g. 3/10 for the third of ten")
        if not 1 <= int(number) <= int(of):
            raise InputError(
                f"--shard {text[:40]}: out of range; shards are numbered from 1/{of} to {of}/{of}"
            )
        return cls(int(number), int(of))


WHOLE = Shard()


@dataclass(slots=True)
class _Open:
    """A point that is being worked on, with a precision."""

    wanted: int  # runs of all batches begun so far
    n_done: int = 0
    n_ok: int = 0
    n_broke: int = 0


class RunQueue:
    """The runs of a study, or of one shard of it, that are not done yet; `done`: those that are.

    Shards take the chunks in turn; with a precision, the points.
    """

    def __init__(self, plan: Plan, done: Iterable[Tally] = (), shard: Shard = WHOLE) -> None:
        self.plan, self.shard = plan, shard
        self.n_done = self.n_ok = self.n_broke = self.n_failed = 0
        self._kept: dict[int, list[Tally]] = {}
        for tally in sorted(done):
            self._kept.setdefault(tally.point, []).append(tally)
            self._count(tally)
        self._urgent: deque[Chunk] = deque()  # later batches of points that are begun
        self._open: dict[int, _Open] = {}
        self._fresh = self._fix() if plan.study.precision is None else self._first_batches()
        self._begun: dict[Chunk, float] = {}
        self._settled = 0  # runs of points that are closed, with a precision

    def __iter__(self) -> Iterator[Chunk]:
        """Chunks that can be started now; ends, for now, where the next ones depend on runs under way."""
        while True:
            if self._urgent:
                yield self._urgent.popleft()
            elif (chunk := next(self._fresh, None)) is not None:
                yield chunk
            elif not self._urgent:
                return

    def begin(self, chunk: Chunk) -> None:
        """Note that a chunk was handed out."""
        self._begun[chunk] = time.monotonic()

    def end(self, chunk: Chunk) -> None:
        """Note that a chunk came back."""
        self._begun.pop(chunk, None)

    @property
    def under_way(self) -> str:
        """What has been under way longest, in words; empty if nothing is."""
        if not self._begun:
            return ""
        chunk = min(self._begun, key=lambda each: self._begun[each])
        (first, run), (last, _) = chunk[0], chunk[-1]
        seconds = time.monotonic() - self._begun[chunk]
        points = f"point {first}" if first == last else f"points {first} to {last}"
        words = f"{points} from run {run} on ({self.plan.points.label(first)[:100]})"
        return f"{words} under way for {seconds:.0f} s"

    def note(self, tallies: Iterable[Tally]) -> None:
        """Note runs that have been done."""
        for tally in tallies:
            self._count(tally)
            if self.plan.study.precision is not None:
                self._add(tally)

    @property
    def expected(self) -> int:
        """Total number of runs, as far as is known now: with a precision, those of all batches begun."""
        if self.plan.study.precision is None:
            return self._n_fixed()
        return max(self.n_done, self._settled + sum(each.wanted for each in self._open.values()))

    def _count(self, tally: Tally) -> None:
        self.n_done += 1
        self.n_ok += tally.is_ok
        self.n_broke += tally.broke
        self.n_failed += not tally.is_ok

    def _n_fixed(self) -> int:
        total, chunk = self.plan.most_runs, self.plan.chunk
        n_chunks = -(-total // chunk)
        mine = len(range(self.shard.number - 1, n_chunks, self.shard.of))
        has_last = n_chunks > 0 and self.shard.has(n_chunks - 1)
        return mine * chunk - (n_chunks * chunk - total if has_last else 0)

    def _fix(self) -> Iterator[Chunk]:
        """All runs in the order of points, cut into chunks."""
        n, total, chunk = self.plan.study.runs, self.plan.most_runs, self.plan.chunk
        done = {point: {tally.run for tally in tallies} for point, tallies in self._kept.items()}
        for index in range(self.shard.number - 1, -(-total // chunk), self.shard.of):
            keys = (divmod(k, n) for k in range(index * chunk, min(total, (index + 1) * chunk)))
            left = tuple(key for key in keys if key[1] not in done.get(key[0], ()))
            if left:
                yield left

    def _first_batches(self) -> Iterator[Chunk]:
        """The first batch of one point after another; of points already begun, what is missing."""
        study = self.plan.study
        first = min(-(-study.runs // study.batch) * study.batch, study.max_runs)
        for point in range(self.shard.number - 1, self.plan.n_points, self.shard.of):
            kept = self._kept.pop(point, [])
            self._open[point] = _Open(first)
            has = {tally.run: tally for tally in kept}
            start = 0
            while (begun := self._open.get(point)) is not None:
                batch = range(start, begun.wanted)
                missing = [run for run in batch if run not in has]
                start = begun.wanted
                for run in batch:
                    if run in has:
                        self._add(has[run], ask=False)
                if missing:
                    yield from self._cut(point, missing)
                    break
                self._ask(point, begun, cut=False)

    def _cut(self, point: int, runs: list[int]) -> Iterator[Chunk]:
        for start in range(0, len(runs), self.plan.chunk):
            yield tuple((point, run) for run in runs[start : start + self.plan.chunk])

    def _add(self, tally: Tally, *, ask: bool = True) -> None:
        begun = self._open[tally.point]
        begun.n_done += 1
        begun.n_ok += tally.is_ok
        begun.n_broke += tally.broke
        if ask and begun.n_done == begun.wanted:
            self._ask(tally.point, begun)

    def _ask(self, point: int, begun: _Open, *, cut: bool = True) -> None:
        """When a batch is complete: close the point, or begin another batch."""
        study = self.plan.study
        assert study.precision is not None
        low, high = wilson(begun.n_broke, begun.n_ok)
        is_enough = begun.n_ok > 0 and (high - low) / 2 <= study.precision
        is_hopeless = begun.n_ok == 0  # nothing of it runs
        if is_enough or is_hopeless or begun.wanted >= study.max_runs:
            self._settled += begun.n_done
            del self._open[point]
            return
        start = begun.wanted
        begun.wanted = min(start + study.batch, study.max_runs)
        if cut:
            self._urgent.extend(self._cut(point, list(range(start, begun.wanted))))
