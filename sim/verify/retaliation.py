"""Answers that nobody holds back or adds to: a Hawkes process in whole days (Lewis et al. 2012)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.verify.answer import KnownAnswer, compare_drawn
from sim.verify.towns import QUIET, history, town
from sim.world.incident import Cause, Incident

BASE = 0.1  # first blows a day
ANSWERS = 0.5  # mean answers to a blow
MEMORY = 14.0  # days
FIGHTERS = 10
EARLY, SETTLED, DAYS = 60, 200, 400
_ALONE = {
    "days": DAYS,
    "kinship": {"restraint": 0.0, "revenge": 0.0},
    "grievances": {"memory_days": MEMORY, "most_per_day": 10**6},
    "factions": {"locals": {"members": FIGHTERS}},
    "reference_residents": 65_000,
    "city": {"n_residents": 300, "n_officers": 0, "n_defectors": 0},
    "feelings": {"shock_scale": 0.0},
    "elders": {"cases_per_day": 1000, "standing": 0.0},
    "events": {
        "kidnapping": {
            "enabled": True,
            "base": BASE,
            "opportunity": 0.0,
            "fighters": FIGHTERS,
            "most_per_day": 1e6,
            "weights": {"anger": 0.0},
            "answers": {"kidnapping": ANSWERS},
        },
        "release": {"enabled": True, "base": 5.0, "reconciles": 0.0},
    },
}


def feuds(runs: int) -> Iterator[KnownAnswer]:
    """Kidnappings answered by kidnappings alone: how many, how many answers to each, how late they come."""
    scenario = town(QUIET, _ALONE)
    logs = [
        [incident for incident in history(scenario, seed).world.log if incident.kind == "kidnapping"]
        for seed in range(runs)
    ]
    sample = f"{runs} histories"
    yield _mean(
        f"blows on days 1-{EARLY}, while the feud builds up",
        "sum of mu + n sum g(lag) rate(t - lag)",
        sample,
        building_up(EARLY),
        [sum(blow.day <= EARLY for blow in log) for log in logs],
    )
    settled = DAYS - SETTLED
    yield _mean(
        "blows a day once the feud has settled",
        "mu / (1 - n)",
        sample,
        BASE / (1 - ANSWERS),
        [sum(blow.day > SETTLED for blow in log) / settled for log in logs],
    )
    yield from _answers(logs)


def _answers(logs: list[list[Incident]]) -> Iterator[KnownAnswer]:
    """Number and delays of the answers to blows that leave time for all of their answers."""
    n_blows, lags = 0, []
    for log in logs:
        struck = {blow.id: blow.day for blow in log if blow.day <= SETTLED and blow.cause != Cause.LAPSED}
        n_blows += len(struck)
        lags += [blow.day - struck[blow.parent] for blow in log if blow.parent in struck]
    n, late = len(lags), np.array(lags) > MEMORY
    yield compare_drawn(
        "answers to one blow", "n, Poisson", f"{n_blows} blows",
        ANSWERS, n / n_blows, math.sqrt(ANSWERS / n_blows),
    )  # fmt: skip
    p = 1 - math.exp(-1 / MEMORY)  # of an answer to come on a day, given that it has not come yet
    yield compare_drawn(
        "days to an answer", "1 / (1 - exp(-omega))", f"{n} answers",
        1 / p, float(np.mean(lags)), math.sqrt((1 - p) / n) / p,
    )  # fmt: skip
    q = math.exp(-1)
    yield compare_drawn(
        f"answers later than {MEMORY:g} days", "exp(-omega t)", f"{n} answers",
        q, float(late.mean()), math.sqrt(q * (1 - q) / n),
    )  # fmt: skip


def _mean(what: str, formula: str, sample: str, expected: float, counts: list[float]) -> KnownAnswer:
    error = float(np.std(counts, ddof=1)) / math.sqrt(len(counts))
    return compare_drawn(what, formula, sample, expected, float(np.mean(counts)), error)


def building_up(days: int) -> float:
    """Mean number of blows on days 1 to `days` (at least 1), from the renewal equation in whole days."""
    lag = np.arange(1, days + 1)
    delay = np.exp(-(lag - 1) / MEMORY) - np.exp(-lag / MEMORY)
    rate = np.zeros(days)
    for day in range(days):
        rate[day] = BASE + ANSWERS * float(rate[:day][::-1] @ delay[:day])
    return float(rate.sum())
