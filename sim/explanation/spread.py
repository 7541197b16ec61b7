"""Do reruns on an engine of studies: what is kept is not done again, and what is done is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sim.engines.config import ENGINES, Engine
from sim.engines.engine import Work, work_through
from sim.engines.start import started
from sim.explanation.kept import kept
from sim.explanation.rerun import Job, Row
from sim.study.progress import Standing


@dataclass
class Tally:
    """The progress of the reruns."""

    expected: int
    n_done: int = 0
    n_ok: int = 0  # a share of breaks over all changes would say nothing
    n_broke: int = 0
    n_failed: int = 0


def say_nothing(_: Standing) -> None:
    """Say nothing, for callers who want no progress."""


@dataclass(frozen=True)
class Execution:
    """How reruns are done: on which engine, who is told, beside which folder they are kept meanwhile.

    Without `beside` nothing is kept.
    """

    engine: Engine = ENGINES["serial"][1]
    tell: Callable[[Standing], None] = say_nothing
    beside: Path | None = None


class Placed(Work, Protocol):
    """Work with a place among others; doing it gives the place and the result."""

    @property
    def place(self) -> int:
        """From 0."""
        ...


@contextmanager
def done(jobs: Sequence[Job], how: Execution) -> Iterator[list[list[Row]]]:
    """Do the jobs, and give the rows of each in the order of the jobs (`jobs[k]` has place k).

    The rows do not depend on the engine, or on how often it was stopped. What was kept for resuming is
    dropped when the block is left without an error, since the results are then complete. Raises Unfinished or
    KeyboardInterrupt if it is stopped; what is done by then is kept.
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
    sizes = [len(job.lucks) for job in jobs]
    do_works(jobs, sizes, there, how, add)


def do_works(
    works: Sequence[Placed],
    sizes: Sequence[int],
    there: Mapping[int, Any],
    how: Execution,
    add: Callable[[int, Any], None],
) -> None:
    """Do the works that are not `there`, by their places from 0; `add` takes place and result of each.

    `sizes`: number of reruns of each work, by place, for the progress. Raises what the engine raises.
    """
    tally = Tally(sum(sizes))
    tally.n_done = sum(sizes[place] for place in there)
    how.tell(tally)
    left = [work for work in works if work.place not in there]
    if not left:
        return
    with started(how.engine, len(left), type(left[0]).__module__) as runner:
        for place, found in work_through(runner, left):
            add(place, found)
            tally.n_done += sizes[place]
            how.tell(tally)
