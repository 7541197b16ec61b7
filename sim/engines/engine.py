"""What an engine is: it takes work and gives back what came of it, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, Self


class Work(Protocol):
    """What an engine can do: plain data that may be sent to a worker, complete in itself.

    Work that has taken several workers with it is done in pieces, one at a time, so that only the guilty
    piece is set aside.
    """

    @property
    def label(self) -> str:
        """What it is, for the dashboard of a cluster."""
        ...

    def do(self) -> Any:
        """Do all of it in this process, and return what comes of it."""
        ...

    def pieces(self) -> Sequence[Self]:
        """Its smallest pieces, in order."""
        ...

    def do_piece(self) -> Any:
        """Do work that is one of `pieces`, and return what `join_pieces` takes of it."""
        ...

    def replace_lost(self, words: str) -> Any:
        """What stands for a piece that cannot be done; `words` say why. Raises Unfinished if nothing can."""
        ...

    def join_pieces(self, done: Sequence[Any]) -> Any:
        """What `do` would have given, from what came of all pieces, in the order of `pieces`."""
        ...


class Runner(Protocol):
    """Does work. Closing it stops what is under way."""

    n_workers: int

    def has_room(self) -> bool:
        """Whether more work should be handed in now."""
        ...

    def submit(self, work: Work) -> None:
        """Hand in some work."""
        ...

    def wait(self, idle: Callable[[], None] = ...) -> Any:
        """What came of the next work that is done, in any order; something must be under way.

        `idle` is called now and then meanwhile, where it can be. Raises Unfinished if nothing can be done
        any more.
        """
        ...

    def close(self) -> None:
        """Stop, and free what was taken."""
        ...


def work_through(runner: Runner, works: Sequence[Work]) -> Iterator[Any]:
    """Hand in all works, in their order, and yield what comes of each as it comes, in any order.

    Raises Unfinished as `wait` does.
    """
    n_under_way = 0
    for work in works:
        while not runner.has_room():
            yield runner.wait()
            n_under_way -= 1
        runner.submit(work)
        n_under_way += 1
    for _ in range(n_under_way):
        yield runner.wait()
