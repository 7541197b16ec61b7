"""One hazard without weights: the days before the first event follow the exponential law."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.verify.answer import KnownAnswer, compare_drawn
from sim.verify.towns import HAMLET, QUIET, UNARMED, history, town

RATE = 0.03
DAYS = 60


def first_events(runs: int) -> Iterator[KnownAnswer]:
    """Share of `runs` histories without any event by some day."""
    alone = {"enabled": True, "base": RATE, "most_per_day": 1e6, "weights": {"loyalists_left": 0.0}}
    scenario = town(QUIET, UNARMED, HAMLET, {"days": DAYS, "events": {"rumour": alone}})
    logs = [history(scenario, seed).world.log for seed in range(runs)]
    first = np.array([min((incident.day for incident in log), default=DAYS + 1) for log in logs])
    for day in (10, 30, DAYS):
        p = math.exp(-RATE * day)
        yield compare_drawn(
            f"no event by day {day}, one hazard without weights",
            "exp(-rate t)",
            f"{runs} histories",
            p,
            float(np.mean(first > day)),
            math.sqrt(p * (1 - p) / runs),
        )
