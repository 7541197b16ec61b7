"""Runs in this process, one after the other."""

from __future__ import annotations

import gc
from collections import deque

from sim.study.runner import Job, Outcome, run_chunk


class Serial:
    """Does each job when its outcome is asked for."""

    n_workers = 1

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()
        gc.collect()
        gc.freeze()  # what is there stays meanwhile: collecting after each chunk need not look at it

    def has_room(self) -> bool:
        """Whether another job should be handed in now."""
        return not self._waiting

    def submit(self, job: Job) -> None:
        """Hand in a job."""
        self._waiting.append(job)

    def wait(self) -> Outcome:
        """Do the next job."""
        return run_chunk(self._waiting.popleft())

    def close(self) -> None:
        """Forget what was not begun."""
        self._waiting.clear()
        gc.unfreeze()
