"""What an engine is: it takes jobs and gives back outcomes, in any order."""

from __future__ import annotations

from typing import Protocol

from sim.study.runner import Job, Outcome


class Runner(Protocol):
    """Does jobs. Closing it stops what is under way."""

    n_workers: int

    def has_room(self) -> bool:
        """Whether another job should be handed in now."""
        ...

    def submit(self, job: Job) -> None:
        """Hand in a job."""
        ...

    def wait(self) -> Outcome:
        """The next outcome. Raises Unfinished if nothing can be done any more."""
        ...

    def close(self) -> None:
        """Stop, and free what was taken."""
        ...
