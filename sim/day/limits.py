"""When a run is given up: too many events on a day, too much time, too much memory."""

from __future__ import annotations

import time

import psutil

from sim.errors import InputError
from sim.scenario import LimitsConfig

_GB = 1e9
LOOK_SECONDS = 0.1  # between two looks at the memory; a look costs as much as an event


def check_events(limits: LimitsConfig, n_events: int, day: int, size: float = 1.0) -> None:
    """Raise InputError if more events are about to strike on a day than the run may have.

    `size`: of the city, as a share of al-Rastan's; a larger one may have as many more.
    """
    most = limits.events_per_day * max(1.0, size)
    if 0 < most < n_events:
        here = f" ({most:,.0f} in a city of this size)" if size > 1 else ""
        raise InputError(
            f"given up on day {day}: {n_events:,} events, and limits.events_per_day is "
            f"{limits.events_per_day:,}{here}; lower rates or shocks, or raise the limit (0: none)"
        )


class Watch:
    """Time and memory since a run began."""

    def __init__(self, limits: LimitsConfig) -> None:
        self.limits = limits
        self.begun = time.monotonic()
        self.process = psutil.Process()
        self.memory = self._memory()
        self._next_look = 0.0  # in seconds since the run began

    def check(self, day: int) -> None:
        """Raise InputError if the run has taken more than it may."""
        seconds, most = time.monotonic() - self.begun, self.limits.seconds
        if 0 < most < seconds:
            raise InputError(
                f"given up on day {day}: {seconds:,.0f} s, and limits.seconds is {most:g}; lower rates "
                "or days, or raise the limit (0: none)"
            )
        most = self.limits.memory_gb
        if most <= 0 or seconds < self._next_look:
            return
        self._next_look = seconds + LOOK_SECONDS
        grown = (self._memory() - self.memory) / _GB
        if most < grown:
            raise InputError(
                f"given up on day {day}: {grown:.1f} GB, and limits.memory_gb is {most:g}; lower rates "
                "or days, or raise the limit (0: any)"
            )

    def _memory(self) -> int:
        return int(self.process.memory_info().rss)
