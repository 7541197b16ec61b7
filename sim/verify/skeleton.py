"""The skeleton of the social layer: a standing truce that tips (docs/model/skeleton.md).

With everybody alike and luck washed out, many tiny blows a day, backlog B, free passage P and fear F follow

    S = standing * patience / (patience + B)                       standing in effect
    x = base * exp(-held_back * S + driven * F)                    breaches a day
    dB/dt = x - settled_per_day * B / (patience + B) - B / memory
    dP/dt = (recovery + called_to_order * S) (1 - P) - loss x P
    dF/dt = shock x - relax F                                      nobody is afraid at rest

All rates are slow against a day, so that whole days come near the differential equations.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from sim.actors.covariates import INDEX
from sim.scenario import Scenario
from sim.verify.answer import KnownAnswer, exact
from sim.verify.towns import QUIET, day_by_day, town

BASE = 0.2  # breaches a day that nobody holds back
HELD_BACK, DRIVEN = 6.0, 1.0  # weights of standing and of fear
STANDING, SETTLED, PATIENCE, MEMORY = 0.6, 0.1, 4.0, 3000.0
RECOVERY, CALLED, LOSS = 0.005, 0.02, 0.1
RELAX, SHOCK = 0.025, 0.05
BLOWS = 150  # into which one breach is cut
FIGHTERS = 10
DAYS = 150
STARTS = {"below": 0.4, "above": 1.6}  # backlog at the start, by the one at which the truce tips
TOLERANCE = 0.03  # absolute, in standing, passage or fear: what days and the luck left do

Path = NDArray[np.float64]

_ALONE = {
    "days": DAYS,
    "reference_residents": 65_000,
    "city": {"n_officers": 0, "n_defectors": 0, "camps": {"loyalist": 0.9, "uncommitted": 0.1}},
    "factions": {"outsiders": {"members": FIGHTERS, "command": 0.0, "outsiders": True}},
    "kinship": {"restraint": 0.0, "revenge": 0.0},
    "feelings": {
        "susceptibility_sigma": 0.0, "rest_fear_max": 0.0, "amplify": 0.0, "shock_scale": 1.0,
        "relax_fear": RELAX,
    },
    "elders": {
        "standing": STANDING, "settled_per_day": SETTLED, "patience": PATIENCE, "forgotten_days": MEMORY,
    },
    "passage": {"recovery": RECOVERY, "called_to_order": CALLED},
    "events": {
        "harassment": {
            "enabled": True,
            "base": BASE * BLOWS,
            "opportunity": 0.0,
            "fighters": FIGHTERS,
            "most_per_day": 1e6,
            "weights": {"standing": -HELD_BACK, "fear": DRIVEN},
            "breach": 1.0 / BLOWS,
            "passage_loss": LOSS / BLOWS,
            "fear": {"camp": SHOCK / BLOWS, "camp_reach": "all"},
            "anger": {"camp": 0.0},
        },
    },
}  # fmt: skip


def tipping(runs: int) -> Iterator[KnownAnswer]:
    """From a backlog below the tipping point the truce mends, from above it fails, as the equations say.

    Means of `runs` histories are compared.
    """
    _, unstable, _ = fixed_points()
    scenario = town(QUIET, _ALONE)
    for side, factor in STARTS.items():
        start = state_at(unstable) * np.array([factor, 1.0, 1.0])
        known = solve(start)
        seen = np.mean([_simulate(scenario, seed, start) for seed in range(runs)], axis=0)
        for column, what in enumerate(("standing in effect", "free passage", "mean fear")):
            yield exact(
                f"{what} from a backlog {side} the tipping point",
                "skeleton, 3 equations",
                f"{DAYS} days, mean of histories: {runs}; largest difference",
                float(known[-1, column]),
                float(seen[-1, column]),
                difference=float(np.abs(seen[:, column] - known[:, column]).max()),
                allowed=TOLERANCE,
            )


def fixed_points() -> list[float]:
    """Shares of the standing in effect at which nothing moves, rising; of three the middle one tips."""
    grid = np.linspace(0.0005, 0.9995, 2000)
    signs = np.sign([_excess(share) for share in grid])
    return [
        float(brentq(_excess, low, high))
        for low, high, turn in zip(grid, grid[1:], signs[1:] != signs[:-1], strict=False)
        if turn
    ]


def _mend(share: float) -> float:
    """Breaches a day that are settled or forgotten while this share of the standing is in effect."""
    return SETTLED * (1.0 - share) + PATIENCE * (1.0 - share) / share / MEMORY


def _fear(load: float) -> float:
    """Fear at rest under so many breaches a day: it cannot pass 1."""
    return min(1.0, SHOCK * load / RELAX)


def _excess(share: float) -> float:
    """Log of the breaches that come over those that are mended, fear at rest with the latter."""
    mended = _mend(share)
    return math.log(BASE / mended) - HELD_BACK * STANDING * share + DRIVEN * _fear(mended)


def state_at(share: float) -> Path:
    """Backlog, passage and fear at a fixed point (a share as of `fixed_points`), float64[3]."""
    load, mending = _mend(share), RECOVERY + CALLED * STANDING * share
    return np.array([PATIENCE * (1.0 - share) / share, mending / (mending + LOSS * load), _fear(load)])


def solve(start: Path) -> Path:
    """Standing in effect, passage and fear on days 0 to DAYS by the equations, float64[DAYS + 1, 3].

    `start`: backlog, passage and fear on day 0, float64[3].
    """

    def slope(_time: float, state: Path) -> tuple[float, float, float]:
        backlog, passage, fear = state
        standing = STANDING * PATIENCE / (PATIENCE + backlog)
        load = BASE * math.exp(-HELD_BACK * standing + DRIVEN * fear)
        return (
            load - SETTLED * backlog / (PATIENCE + backlog) - backlog / MEMORY,
            (RECOVERY + CALLED * standing) * (1.0 - passage) - LOSS * load * passage,
            SHOCK * load - RELAX * fear,
        )

    days = np.arange(DAYS + 1)
    path: Path = solve_ivp(slope, (0, DAYS), start, t_eval=days, rtol=1e-8, atol=1e-10).y.T
    path[:, 0] = STANDING * PATIENCE / (PATIENCE + path[:, 0])
    return path


def _simulate(scenario: Scenario, seed: int, start: Path) -> Path:
    """The same of a run that starts from there, float64[DAYS + 1, 3]."""
    path = []
    for model in day_by_day(scenario, seed):
        world = model.world
        if model.day == 0:
            world.elders.backlog, world.passage.free = float(start[0]), float(start[1])
            world.residents.fear[:] = start[2]
            world.residents.add_up()
        fear = world.covariates()[INDEX["fear"]]
        path.append((world.standing, world.passage.free, fear))
    return np.array(path)
