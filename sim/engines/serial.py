"""Work in this process, one after the other."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable
from typing import Any

from sim.engines.engine import Work


class Serial:
    """Does each work when its result is asked for."""

    n_workers = 1

    def __init__(self) -> None:
        self._waiting: deque[Work] = deque()
        gc.collect()
        gc.freeze()  # what is there stays meanwhile: collecting after each chunk need not look at it

    def has_room(self) -> bool:
        """Whether more work should be handed in now."""
        return not self._waiting

    def submit(self, work: Work) -> None:
        """Hand in some work."""
        self._waiting.append(work)

    def wait(self, idle: Callable[[], None] = lambda: None) -> Any:
        """Do the next one."""
        idle()
        return self._waiting.popleft().do()

    def close(self) -> None:
        """Forget what was not begun."""
        self._waiting.clear()
        gc.unfreeze()
