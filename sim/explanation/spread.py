"""Do reruns on an engine of studies: what is kept already is not done again, and what is done is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.engines.config import ENGINES, Engine
from sim.engines.engine import work_through
from sim.engines.start import started
from sim.explanation.kept import kept
from sim.explanation.rerun import Job, Row
from sim.study.progress import Standing


@dataclass
class Tally:
    """How far the reruns are."""

    expected: int
    n_done: int = 0
    n_ok: int = 0  # a share of breaks over all changes would say nothing
    n_broke: int = 0
    n_failed: int = 0


def say_nothing(_: Standing) -> None:
    """What a quiet caller is told."""


@dataclass(frozen=True)
class Execution:
    """How reruns are done: by which engine, who is told, and beside which folder they are kept meanwhile.

    Without `beside` nothing is kept.
    """

    engine: Engine = ENGINES["serial"][1]
    tell: Callable[[Standing], None] = say_nothing
    beside: Path | None = None


@contextmanager
def done(jobs: Sequence[Job], how: Execution) -> Iterator[list[list[Row]]]:
    """The rows of each job, in the order of the jobs: their places count from 0.

    They do not depend on the engine, or on how often it was stopped. What is kept is dropped
    when the block is left without an error: the results stand. Raises Unfinished or KeyboardInterrupt with
    what is done kept.
    """
    if how.beside is None:
        found: dict[int, list[Row]] = {}
        _do(jobs, found, how, found.__setitem__)
        yield [found[place] for place in range(len(jobs))]
        return
    with kept(how.beside, jobs) as there:
        _do(jobs, there.done, how, there.add)
        yield [there.done[place] for place in range(len(jobs))]
        there.drop()


def _do(
    jobs: Sequence[Job], there: dict[int, list[Row]], how: Execution, add: Callable[[int, list[Row]], None]
) -> None:
    tally = Tally(sum(len(job.lucks) for job in jobs))
    tally.n_done = sum(len(jobs[place].lucks) for place in there)
    how.tell(tally)
    left = [job for job in jobs if job.place not in there]
    if not left:
        return
    with started(how.engine, len(left), Job.__module__) as runner:
        for place, rows in work_through(runner, left):
            add(place, rows)
            tally.n_done += len(rows)
            how.tell(tally)
