"""What all tabs of one explorer share: where it starts, the workers, and the last few histories."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.compose import catalogue
from sim.explore.side import Side

if TYPE_CHECKING:
    from sim.explore.history import History

MOST_HELD = 8


@dataclass
class Desk:
    """Where the page starts (`base`, or the folder of a result), and what is kept between two questions.

    `simulation` does histories one after the other, `errands` whatever else takes time. `keep` is the folder
    that studies stay in; None: they go with their tab.
    """

    base: tuple[str, ...] = ()
    folder: Path | None = None
    config_dir: Path | None = None
    keep: Path | None = None
    simulation: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "history"))
    errands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "errand"))

    def __post_init__(self) -> None:
        self._held: OrderedDict[str, tuple[History, dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()
        self.is_closed = False

    def history(
        self, side: Side, is_unwanted: Callable[[], bool] = lambda: False
    ) -> tuple[History, dict[str, Any]]:
        """The history of a side and its payload, held or simulated. Raises InputError, GivenUp."""
        key = side.digest
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        from sim.explore.history import payload, simulate  # the model is imported once the server listens

        history = simulate(side, lambda: self.is_closed or is_unwanted())
        found = (history, payload(history))
        with self._lock:
            self._held[key] = found
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        return found

    def scenarios(self) -> list[str]:
        """The scenarios that can be chosen, the user's own too."""
        return catalogue("scenario", self.config_dir)

    def close(self) -> None:
        """Give up what is under way and let the workers go."""
        self.is_closed = True
        self.simulation.shutdown(cancel_futures=True)
        self.errands.shutdown(cancel_futures=True)
