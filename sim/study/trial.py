"""One run of each extreme point of a study, to see what a study will cost before it is begun."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from sim.errors import InputError
from sim.model import TruceModel
from sim.study.plan import Plan

MOST_SECONDS = 10.0  # of a trial


class Trial(NamedTuple):
    """What a run of a point took; `given_up` says why it did not come to its end, or is empty."""

    point: int
    seconds: float
    given_up: str


def extreme_points(plan: Plan) -> list[int]:
    """The points where numbers are, all together, lowest and highest; one point where nothing varies."""
    height = np.zeros(plan.n_points)
    for k, factor in enumerate(plan.points.factors):
        if all(isinstance(value, int | float) for value in factor.values) and len(factor.values) > 1:
            rank = np.argsort(np.argsort(factor.values))
            height += rank[plan.points.codes[:, k]] / (len(factor.values) - 1)
    return sorted({int(height.argmin()), int(height.argmax())})


def try_extremes(plan: Plan) -> list[Trial]:
    """A run of each, of ten seconds at most, founding and compiling left out."""
    return [_try(plan, point) for point in extreme_points(plan)]


def _try(plan: Plan, point: int) -> Trial:
    scenario = plan.scenario(point)
    seconds = scenario.limits.seconds
    most = min(seconds, MOST_SECONDS) if seconds else MOST_SECONDS
    limits = scenario.limits.model_copy(update={"seconds": most})
    scenario = scenario.model_copy(update={"limits": limits})
    begun = time.perf_counter()
    try:
        TruceModel.of(scenario.model_copy(update={"days": 1})).run_model()
        model = TruceModel.of(scenario)
        begun = time.perf_counter()
        model.run_model()
    except InputError as error:
        return Trial(point, time.perf_counter() - begun, str(error).splitlines()[0])
    return Trial(point, time.perf_counter() - begun, "")
