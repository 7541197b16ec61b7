"""Orders of the army that compete: exponential clocks, of which the first decides."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.verify.answer import KnownAnswer, compare_drawn
from sim.verify.towns import HAMLET, QUIET, UNARMED, day_by_day, town

RATES = {"assault": 0.02, "siege_lifted": 0.03, "surrender": 0.01, "bombardment": 0.04}


def competing_orders(runs: int) -> Iterator[KnownAnswer]:
    """Which order ends a siege, and on which day, in `runs` sieges."""
    given, days = [], []
    siege = {"army": {"start": "besieging"}, "pace": {"army": 1.0}, "days": 400}
    events = {
        name: {"enabled": True, "base": rate, "weights": {"works": 0.0}, "halving_days": None}
        for name, rate in RATES.items()
    }
    scenario = town(QUIET, UNARMED, HAMLET, siege, {"events": events})
    for seed in range(runs):
        for model in day_by_day(scenario, seed):
            if model.world.log:
                given.append(model.world.log[0].kind)
                days.append(model.day)
                break
    total, n = sum(RATES.values()), len(given)
    sample = f"{n} sieges"
    for name, rate in RATES.items():
        p = rate / total
        yield compare_drawn(
            f"sieges that end by {name}", "rate / sum of rates", sample,
            p, given.count(name) / n, math.sqrt(p * (1 - p) / n),
        )  # fmt: skip
    p = 1 - math.exp(-total)
    yield compare_drawn(
        "days to the first order", "1 / (1 - exp(-sum of rates))", sample,
        1 / p, float(np.mean(days)), math.sqrt((1 - p) / n) / p,
    )  # fmt: skip
