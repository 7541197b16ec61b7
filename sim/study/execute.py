"""The loop of a study: hand out chunks and commit what comes back until nothing is left to do."""

from __future__ import annotations

import errno
from collections.abc import Callable

from sim.engines.engine import Runner
from sim.errors import FailedFast, Unfinished
from sim.study.run_queue import RunQueue
from sim.study.runner import job_of
from sim.study.store import Store

Told = Callable[[RunQueue], None]


def execute(store: Store, queue: RunQueue, engine: Runner, tell: Told, *, fail_fast: bool = False) -> None:
    """Do all runs of the queue and commit them to the store, which must be locked.

    `tell` is called with the queue after each chunk, and while the next is waited for. Raises Unfinished if
    the disk is full or the engine is lost, FailedFast after a failed run if `fail_fast`.
    """
    chunks = iter(queue)
    n_under_way = 0
    while True:
        while engine.has_room():
            chunk = next(chunks, None)
            if chunk is None:
                chunks = iter(queue)  # a chunk that comes back may lead to more
                break
            engine.submit(job_of(store.plan, chunk))
            queue.begin(chunk)
            n_under_way += 1
        if not n_under_way:
            return
        outcome = engine.wait(lambda: tell(queue))
        queue.end(outcome.chunk)
        n_under_way -= 1
        try:
            store.commit(outcome)
        except OSError as error:
            raise Unfinished(describe_stop(store, queue, full_disk(error))) from None
        queue.note(outcome.tallies)
        tell(queue)
        if fail_fast and queue.n_failed:
            raise FailedFast(describe_stop(store, queue, "a run failed, and --fail-fast was given"))


def full_disk(error: OSError) -> str:
    """Why nothing can be written, in words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no room is left on the disk"
    return f"cannot write to the disk ({error.strerror or error})"


def describe_stop(store: Store, queue: RunQueue, why: str) -> str:
    """What a study that stops early says: `why` (a clause), what is kept, and how to continue."""
    kept = f"{queue.n_done:,} of {queue.expected:,} runs are kept"
    return f"{why}; {kept}; `hudna resume {store.folder}` goes on"
