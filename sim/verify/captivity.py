"""Releases without the elders' standing and with cases enough: captivity is geometric in whole days."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.verify.answer import KnownAnswer, compare_drawn
from sim.verify.towns import QUIET, history, town

RATE = 0.1
TAKEN = tuple(range(1, 121))  # days on which somebody is taken
_ALONE = {
    "days": 220,
    "factions": {"locals": {"members": 10}},
    "city": {"n_officers": 0, "n_defectors": 0},
    "elders": {"cases_per_day": 1000},
    "events": {
        "kidnapping": {"enabled": True, "base": 0.0, "at": TAKEN, "answers": {}},
        "release": {"enabled": True, "base": RATE, "weights": {"standing": 0.0}},
    },
}


def releases(runs: int) -> Iterator[KnownAnswer]:
    """Days that captives of `runs` histories are held: their mean, and the share held for over a week."""
    scenario = town(QUIET, _ALONE)
    held = []
    for seed in range(runs):
        log = history(scenario, seed).world.log
        taken = {incident.id: incident.day for incident in log if incident.kind == "kidnapping"}
        held += [incident.day - taken[incident.parent] for incident in log if incident.kind == "release"]
    n, p = len(held), 1 - math.exp(-RATE)
    sample = f"{n} captives"
    yield compare_drawn(
        "days in captivity", "1 / (1 - exp(-rate))", sample,
        1 / p, float(np.mean(held)), math.sqrt((1 - p) / n) / p,
    )  # fmt: skip
    q = math.exp(-RATE * 7)
    yield compare_drawn(
        "captives held for more than 7 days", "exp(-rate t)", sample,
        q, float(np.mean(np.array(held) > 7)), math.sqrt(q * (1 - q) / n),
    )  # fmt: skip
