"""Points of a study tried before it is begun: what a run of the extremes costs, whether a truce can stand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.day.eve import quiet
from sim.errors import InputError, NoTruce
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.study.plan import Plan

MOST_SECONDS = 10.0  # of a trial
SETTLING_SECONDS = 5.0  # of all burn-ins that are tried before a study; the first is done in any case
MOST_CORNERS = 6  # factors all of whose corners are looked at; of more, the ends of each
MOST_POINTS = 100  # of a study of which it is said that no point is left
MOST_RESIDENTS = 500_000  # of a city in which it is tried


class Trial(NamedTuple):
    """What a run of a point took; `given_up` says why it did not come to its end, or is empty."""

    point: int
    seconds: float
    given_up: str


def extreme_points(plan: Plan) -> list[int]:
    """The points where numbers are, all together, lowest and highest; one point where nothing varies."""
    height = _heights(plan).sum(axis=0)
    return sorted({int(height.argmin()), int(height.argmax())})


def _heights(plan: Plan) -> NDArray[np.float64]:
    """How high each point lies in each factor of numbers, 0 to 1: float64[factors, points]; 0 without one."""
    found = [np.zeros(plan.n_points)]
    for k, factor in enumerate(plan.points.factors):
        if all(isinstance(value, int | float) for value in factor.values) and len(factor.values) > 1:
            rank = np.argsort(np.argsort(factor.values))
            found.append(rank[plan.points.codes[:, k]] / (len(factor.values) - 1))
    return np.array(found[-1:] if len(found) == 1 else found[1:])


def points_without_truce(plan: Plan) -> list[str]:
    """A line for each point tried at which no truce can stand on day 0, so that all its runs fail.

    Tried are corners of the design whose burn-ins differ, for some seconds. Raises InputError with the lines
    if no point is left.
    """
    if plan.study.cities == "redrawn":  # every run has a burn-in of its own
        return []
    begun = time.perf_counter()
    tried: set[str] = set()
    lines = []
    for point in _corners(plan):
        scenario = plan.scenario(point)
        if not scenario.burn_in_days or scenario.reference_residents > MOST_RESIDENTS:
            continue
        if tried and time.perf_counter() - begun > SETTLING_SECONDS:
            break
        eve = _eve_text(scenario)
        if eve in tried:
            continue
        tried.add(eve)
        try:
            TruceModel.of(scenario.model_copy(update={"days": 1}))
        except NoTruce as error:
            label = plan.points.label(point)
            lines.append(f"point {point}{f' ({label})' if label else ''}: {error}")
        except InputError:
            continue  # of any other sort: a run of this point tells it
    if lines and len(lines) == len(tried) and _is_all(plan, tried):
        raise InputError("\n".join(lines))
    return lines


def _is_all(plan: Plan, tried: set[str]) -> bool:
    return plan.n_points <= MOST_POINTS and all(
        _eve_text(plan.scenario(point)) in tried for point in range(plan.n_points)
    )


def _eve_text(scenario: Scenario) -> str:
    """What decides a burn-in, as text."""
    return quiet(scenario).model_copy(update={"seed": 0}).model_dump_json()


def _corners(plan: Plan) -> Iterator[int]:
    """Points at corners of the design, and the first of each combination of groups, none twice."""
    heights = _heights(plan)
    n = len(heights)
    signs = product((1, -1), repeat=n) if n <= MOST_CORNERS else _ends(n)
    corners = [int((np.array(sign) @ heights).argmax()) for sign in signs]
    firsts = np.unique(plan.of_point, return_index=True)[1].tolist()
    return iter(dict.fromkeys([*corners, *firsts]))


def _ends(n: int) -> Iterator[tuple[int, ...]]:
    """All high, all low, and each one alone high or low."""
    yield (1,) * n
    yield (-1,) * n
    for k in range(n):
        yield tuple(1 if j == k else -1 for j in range(n))
        yield tuple(-1 if j == k else 1 for j in range(n))


def try_extremes(plan: Plan) -> list[Trial]:
    """A run of each of the `extreme_points`, of ten seconds at most, founding and compiling left out."""
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
