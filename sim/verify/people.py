"""Nobody is lost: each day everybody is in exactly one place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.city.columns import Camp, Status
from sim.model import TruceModel
from sim.verify.answer import KnownAnswer, exact
from sim.verify.towns import LIVELY, day_by_day, merge, town

EVENTFUL = merge(
    LIVELY,
    {
        "days": 120,
        "events": {
            "squeeze": {"at": (3,)},
            "inflow": {"at": (5, 20, 25), "size_mean": 400.0},
            "siege": {"at": (30,)},
            "assault": {"at": (60,)},
        },
    },
)


def conservation(runs: int) -> Iterator[KnownAnswer]:
    """Present + away + departed + captive + dead = initial + entered, and the tallies are a count of them."""
    scenario = town(EVENTFUL)
    off, people, expected, n_days = 0, 0, 0, 0
    for seed in range(runs):
        entered = 0
        for model in day_by_day(scenario, seed):
            entered += int(model.today["entered"])
            expected, people = model.n_at_start + entered, int(model.world.residents.count.sum())
            off = max(off, abs(people - expected), _count_errors(model))
            n_days += 1
    yield exact(
        "people: present, away, departed, captive, dead",
        "initial + entered, on each day",
        f"{n_days} days, largest difference",
        expected,
        people,
        difference=off,
        allowed=0.0,
    )


def _count_errors(model: TruceModel) -> int:
    """How far the tallies are from a count of the residents, and the captives' list from both."""
    residents, captives = model.world.residents, model.world.captives
    place = residents.camp.astype(np.int64) * len(Status) + residents.status
    counted = np.bincount(place, minlength=len(Camp) * len(Status)).reshape(len(Camp), len(Status))
    held = np.flatnonzero(residents.status == Status.CAPTIVE)
    return int(np.abs(counted - residents.count).sum()) + len(set(held.tolist()) ^ set(captives))
