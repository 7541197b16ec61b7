"""Flight on a complete graph without fear: Granovetter's cascade of thresholds (1978)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.stats import norm

from sim.core.feelings import LEFT
from sim.verify.answer import KnownAnswer, compare_drawn, exact
from sim.verify.towns import QUIET, UNARMED, complete_city, history, town

HOUSES = 1500
SPREAD = 0.3  # standard deviation of the thresholds
MEANS = (0.3, 0.5)  # of the thresholds: one cascade takes nearly all, the other dies out early


def departures(runs: int) -> Iterator[KnownAnswer]:
    """Share that left in the end, in `runs` cities: exactly by the thresholds drawn, and by their law."""
    for mean in MEANS:
        scenario = town(QUIET, UNARMED, _alone(mean))
        left, known = [], []
        for city_seed in range(runs):
            model = history(scenario, city=complete_city(HOUSES, city_seed))
            left.append(int(np.count_nonzero(model.world.residents.sums[:, LEFT])))
            known.append(last_of_cascade(model.world.residents.threshold))
        share, n = fixed_point(mean), HOUSES * runs
        sample = f"{n} households"
        yield exact(
            f"departures on a complete graph, thresholds of mean {mean}",
            "n(t + 1) = households whose threshold is under n(t) / (N - 1)",
            sample,
            sum(known),
            sum(left),
            difference=max(abs(a - b) for a, b in zip(left, known, strict=True)),
            allowed=0.0,
        )
        slope = float(norm.pdf(share, mean, SPREAD))
        yield compare_drawn(
            f"share departed, thresholds of mean {mean}",
            "x = F(x), the lowest root",
            sample,
            share,
            sum(left) / n,
            math.sqrt(share * (1 - share) / n) / (1 - slope),
        )


def _alone(mean: float) -> dict[str, object]:
    """Nobody feels anything; who passes the threshold leaves the same day, and nobody returns."""
    flight = {
        "threshold_mean": mean, "threshold_sd": SPREAD, "connectedness": 0.0,
        "follow": 1.0, "rate": 100.0, "return_rate": 0.0,
        "camp_shift": {"loyalist": 0.0, "uncommitted": 0.0, "opposition": 0.0},
    }  # fmt: skip
    return {
        "days": 60,
        "feelings": {"rest_fear_max": 0.0},
        "flight": flight,
        "events": {"departure": {"enabled": True}},
    }


def last_of_cascade(thresholds: np.ndarray[tuple[int], np.dtype[np.float32]]) -> int:
    """Households that have left when no further one wants to.

    `thresholds`: of each household, the share of the others above which it leaves too.
    """
    n = 0
    while (more := int(np.sum(n / (thresholds.size - 1) > thresholds))) > n:
        n = more
    return n


def fixed_point(mean: float) -> float:
    """The lowest x with x = F(x), F the normal law of thresholds with this mean (Granovetter 1978)."""
    share = 0.0
    for _ in range(10_000):
        share = float(norm.cdf(share, mean, SPREAD))
    return share
