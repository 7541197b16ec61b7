"""Work on the workers of a dask cluster, whoever started them.

Work whose worker dies is given to another by dask. What takes several workers with it is called bad; then
its pieces are done one at a time with nothing else under way, so that the guilty one is known and only that
one is set aside.
"""

from __future__ import annotations

import platform
import queue
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from sim.engines.engine import Work
from sim.errors import InputError, Unfinished
from sim.version import __version__

LOOK_SECONDS = 0.5
AHEAD = 2  # works handed in for each worker: one under way, one that waits
KILLED = "it killed every worker that it was given to; perhaps it needs more memory than there is"


def facts() -> tuple[str, ...]:
    """The versions, "name number" each, that all workers must share for tables to agree to the last bit."""
    return (
        f"hudna {__version__}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("numpy", "numba", "pyarrow")),
    )


@dataclass
class _Suspect:
    """Work that took its workers with it, and what came of those of its pieces that have been done alone."""

    work: Work
    done: list[Any] = field(default_factory=list)


class Cluster:
    """Work on dask workers, through a `client` of distributed.

    At most two works at a time are handed in for each of the `n_workers`. While a result is waited for,
    `look_after` is called every half second; `close` calls `stop`, which ends what was started.
    """

    def __init__(
        self, client: Any, n_workers: int, look_after: Callable[[], None], stop: Callable[[], None]
    ) -> None:
        self.client, self.n_workers = client, n_workers
        self._look_after, self._stop = look_after, stop
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._under_way: dict[str, tuple[Any, Work]] = {}
        self._suspects: deque[_Suspect] = deque()
        self._n_handed_in = 0
        self._looked = 0.0

    def check_workers(self) -> None:
        """Raise InputError unless every worker can import hudna and has our versions (`facts`)."""
        try:
            found = self.client.run(facts, on_error="return")
        except Exception as error:  # whatever a strange worker answers
            raise InputError(f"the dask workers cannot run hudna: {_line(error)}") from None
        ours = facts()
        for worker, theirs in found.items():
            if not isinstance(theirs, tuple):
                raise InputError(
                    f"the dask worker {worker} cannot run hudna: {_line(theirs)}; install it there"
                )
            for one, other in zip(ours, theirs, strict=False):
                if one != other:
                    raise InputError(
                        f"the dask worker {worker} has {other}, and this is {one}; make them the same"
                    )

    def has_room(self) -> bool:
        """Whether more work should be handed in now; suspects are done before anything else."""
        return not self._suspects and len(self._under_way) < AHEAD * self.n_workers

    def submit(self, work: Work) -> None:
        """Hand in some work."""
        self._hand_in(_do, work)

    def wait(self, idle: Callable[[], None] = lambda: None) -> Any:
        """The next result; `idle` is called every half second meanwhile. Something must be under way.

        Work that took its workers with it is done again piece by piece, and its lost pieces are replaced.
        Raises Unfinished if the cluster is lost, or a worker fails in any other way than by dying.
        """
        while True:
            if not self._under_way and self._suspects:
                return self._apart(self._suspects.popleft(), idle)
            future, work = self._next(idle)
            if future.status == "finished":
                return future.result()
            self._suspects.append(_Suspect(work))

    def _apart(self, suspect: _Suspect, idle: Callable[[], None]) -> Any:
        """Do the pieces of a work one at a time, with nothing else under way."""
        for piece in suspect.work.pieces():
            self._hand_in(_do_piece, piece)
            future, work = self._next(idle)
            is_done = future.status == "finished"
            suspect.done.append(future.result() if is_done else work.replace_lost(KILLED))
        return suspect.work.join_pieces(suspect.done)

    def _hand_in(self, how: Callable[[Work], Any], work: Work) -> None:
        self._n_handed_in += 1
        key = f"hudna-{id(self):x}-{self._n_handed_in}-{work.label}"
        future = self.client.submit(how, work, key=key, pure=False)
        self._under_way[key] = (future, work)
        future.add_done_callback(self._done.put)

    def _next(self, idle: Callable[[], None]) -> tuple[Any, Work]:
        """The next future that is over, well or because its workers died; any other end is an error."""
        from distributed import KilledWorker

        while True:
            if time.monotonic() - self._looked > LOOK_SECONDS:
                self._look_after()
                idle()
                self._looked = time.monotonic()
            try:
                future = self._done.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if self.client.status not in ("running", "connecting"):
                    raise Unfinished("the dask scheduler is lost") from None
                continue
            future, work = self._under_way.pop(future.key)
            if future.status == "finished":
                return future, work
            if future.status != "error":
                raise Unfinished("the dask scheduler is lost, or was restarted")
            error = future.exception()
            if isinstance(error, KilledWorker):
                return future, work
            raise Unfinished(f"a dask worker cannot do its work: {_line(error)}")

    def close(self) -> None:
        """Give up what is under way, and stop what was started."""
        for future, _ in self._under_way.values():
            with suppress(Exception):
                future.cancel(force=True)
        self._under_way.clear()
        with suppress(Exception):
            self.client.close(timeout=5)
        self._stop()


def _do(work: Work) -> Any:
    return work.do()


def _do_piece(work: Work) -> Any:
    return work.do_piece()


def _line(error: object) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
