"""Feelings without shocks and without `amplify` are linear: they have an answer in closed form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import spsolve

from sim.core.feelings import FINE
from sim.model import TruceModel
from sim.verify.answer import KnownAnswer, exact
from sim.verify.towns import QUIET, UNARMED, day_by_day, town

DAYS_TO_REST = 1500
SHOCK = 0.5
LINEAR = {"feelings": {"amplify": 0.0}}
ALIKE = {
    "feelings": {"susceptibility_sigma": 0.0, "shock_scale": 1.0},
    "events": {
        "rumour": {"enabled": True, "base": 0.0, "at": (1,), "anger": {"camp": SHOCK, "camp_reach": "all"}}
    },
}


def resting_fear(runs: int) -> Iterator[KnownAnswer]:
    """Fear at rest against the solution of the sparse linear system, in `runs` cities."""
    for city_seed in range(runs):
        model = TruceModel(town(QUIET, UNARMED, LINEAR, {"city": {"seed": city_seed}}))
        residents = model.world.residents
        for _ in range(DAYS_TO_REST):
            residents.feel()
        fear = fear_at_rest(model)
        yield exact(
            "fear at rest, without shocks and amplify",
            "(relax + contagion) f - contagion K f = relax rest",
            f"{fear.size} residents, largest difference",
            float(fear.mean()),
            float(residents.fear.mean()),
            difference=float(np.abs(residents.fear - fear).max()),
        )


def fear_at_rest(model: TruceModel) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Fear of each resident (float64[R]) at which a day without shocks changes nothing.

    For a model with `amplify` 0, and everybody present.
    """
    residents, city = model.world.residents, model.world.city
    rates, own = model.scenario.feelings, model.scenario.kinship.own
    n_houses, n = city.n_households, city.n_residents
    ties = csr_matrix((residents.weights, city.neighbours, city.offsets), shape=(n_houses, n_houses))
    house_of = csr_matrix((np.ones(n), (np.arange(n), city.household)), shape=(n, n_houses))
    weight = (ties + own * identity(n_houses)) @ house_of.T  # of each resident in each K_h
    mean_of_kin = house_of @ weight.multiply(1 / weight.sum(axis=1).reshape(-1, 1))
    system = (rates.relax_fear + rates.contagion_fear) * identity(n) - rates.contagion_fear * mean_of_kin
    return np.asarray(spsolve(system.tocsc(), rates.relax_fear * residents.rest_fear))


def fading_anger(runs: int) -> Iterator[KnownAnswer]:
    """Anger after one shock that everybody feels alike: contagion has nothing to level, so it is a power.

    It is followed for 40 days for each of `runs`.
    """
    days = 40 * runs
    scenario = town(QUIET, UNARMED, LINEAR, ALIKE, {"days": days})
    relax = scenario.feelings.relax_anger
    mean = []
    for model in day_by_day(scenario):
        residents = model.world.residents
        mean.append(int(residents.feeling_sum[:, 1].sum()) / FINE / residents.fear.size)
    known = [0.0] + [SHOCK * (1 - relax) ** (day - 1) for day in range(1, days + 1)]
    yield exact(
        f"anger {days} days after one shock to all",
        "shock (1 - relax)^(t - 1)",
        f"{days} days, largest difference",
        known[-1],
        mean[-1],
        difference=float(np.abs(np.array(mean) - known).max()),
    )
