"""Limits of the model with known answers: deterministic ones to 1e-5, random ones to 4 standard errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import spsolve
from scipy.stats import norm

from sim.city.build import build_city
from sim.model import TruceModel
from sim.records import daily_table, event_table
from tests.conftest import QUIET, finished, tiny
from tests.science.cities import complete_city

LIVELY = {
    "days": 120,
    "feelings": {"shock_scale": 2.0},
    "events": {
        "kidnapping": {"base": 0.1},
        "siege": {"at": (30,)},
        "assault": {"at": (60,)},
        "clash": {"base": 0.05},
    },
}
NOBODY = {"factions": {}, "city": {"n_officers": 0, "n_defectors": 0}}


def test_people_are_conserved_on_every_day():
    model = finished(tiny(LIVELY))
    daily = daily_table(model)
    where = [c for c in daily if c.startswith(("present_", "departed_"))] + ["away", "captive", "dead"]
    assert (daily[where].sum(axis=1) == model.world.city.n_residents).all()
    assert daily.dead.iloc[-1] > 0
    assert daily.captive.max() > 0
    assert daily.departed_loyalist.max() > 0
    assert daily.dead.iloc[-1] == daily.deaths.sum()
    assert np.array_equal(daily.dead.diff().fillna(0), daily.deaths)


def test_people_are_conserved_through_inflow_capture_death_flight_and_return():
    everything = {
        "days": 200,
        "army": {"start": "squeezing"},
        "events": {
            "inflow": {"base": 0.2, "size_mean": 500.0, "at": (20, 150)},
            "departure": {"at": (30,), "share": 0.5},
            "return": {"at": (90, 160), "share": 0.8},
            "siege": {"at": (40,)},
            "assault": {"at": (50,)},
        },
    }
    for seed in range(3):
        model = finished(tiny(LIVELY, everything), seed)
        daily = daily_table(model)
        where = [c for c in daily if c.startswith(("present_", "departed_"))] + ["away", "captive", "dead"]
        assert (daily[where].sum(axis=1) == model.n_at_start + daily.entered.cumsum()).all()
        assert np.array_equal(daily.dead.diff().fillna(0), daily.deaths)
        for happened in ("entered", "taken", "deaths", "left", "returned", "released"):
            assert daily[happened].sum() > 0, (seed, happened)


@pytest.fixture(scope="module")
def resting():
    """Feelings after 1,500 days without events: linear (amplify 0)."""
    quiet = {"days": 1, "burn_in_days": 1500, "feelings": {"amplify": 0.0}}
    return TruceModel(tiny(QUIET, NOBODY, quiet))


def test_resting_fear_solves_the_sparse_linear_system(resting):
    residents, city = resting.world.residents, resting.world.city
    feelings = resting.scenario.feelings
    own = resting.scenario.kinship.own
    n_houses, n = city.n_households, city.n_residents
    ties = csr_matrix((residents.weights, city.neighbours, city.offsets), shape=(n_houses, n_houses))
    house_of = csr_matrix((np.ones(n), (np.arange(n), city.household)), shape=(n, n_houses))
    reach = (ties + own * identity(n_houses)) @ house_of.T  # weight of each resident in each K_h
    mean_of_kin = house_of @ (reach.multiply(1 / reach.sum(axis=1).reshape(-1, 1)))
    r, c = feelings.relax_fear, feelings.contagion_fear
    fear = spsolve(((r + c) * identity(n) - c * mean_of_kin).tocsc(), r * residents.rest_fear)
    assert np.abs(residents.fear - fear).max() < 1e-5


def test_feelings_without_shocks_keep_their_mean_anger_at_zero(resting):
    assert resting.world.residents.anger.max() == 0.0


def test_a_single_shock_to_anger_decays_as_a_power():
    # one camp, everybody shocked alike: contagion has nothing to level, so anger is (1 - relax)^t
    alike = {
        "feelings": {"susceptibility_sigma": 0.0, "amplify": 0.0},
        "events": {
            "rumour": {"enabled": True, "base": 0.0, "at": (1,), "anger": {"camp": 0.5, "camp_reach": "all"}}
        },
    }
    model = finished(tiny(QUIET, NOBODY, alike))
    anger = daily_table(model).anger_opposition
    relax = model.scenario.feelings.relax_anger
    for day in (1, 10, 40):
        assert abs(anger[day] - 0.5 * (1 - relax) ** (day - 1)) < 1e-5


CASCADE = {
    "days": 60,
    "burn_in_days": 0,
    "feelings": {"rest_fear_max": 0.0},
    "flight": {
        "threshold_mean": 0.25,
        "threshold_sd": 0.2,
        "connectedness": 0.0,
        "follow": 1.0,
        "rate": 100.0,
        "return_rate": 0.0,
        "camp_shift": {"loyalist": 0.0, "uncommitted": 0.0, "opposition": 0.0},
    },
    "events": {"departure": {"enabled": True}},
}


@pytest.mark.parametrize("mean", [0.25, 0.45])
def test_a_departure_cascade_on_a_complete_graph_ends_at_granovetters_fixed_point(mean):
    n = 1500
    scenario = tiny(QUIET, NOBODY, CASCADE, {"flight": {"threshold_mean": mean}})
    model = finished(scenario, city=complete_city(n))
    left = np.count_nonzero(model.world.residents.sums[:, 3])
    # exactly: the share of the others who left passes the own threshold
    thresholds = model.world.residents.threshold
    x = 0
    while (more := int(np.sum(x / (n - 1) > thresholds))) > x:
        x = more
    assert left == x
    # and in the limit: x* = F(x*), the lowest fixed point of the normal distribution
    share = 0.0
    for _ in range(10_000):
        share = norm.cdf(share, mean, 0.2)
    slope = norm.pdf(share, mean, 0.2)
    error = math.sqrt(share * (1 - share) / n) / (1 - slope)
    assert abs(left / n - share) < 4 * error


def test_one_hazard_with_zero_weights_gives_the_exponential_survival_curve():
    rate, runs, days = 0.03, 400, 60
    alone = {
        "days": days,
        "burn_in_days": 0,
        "city": {"n_residents": 20},
        "events": {
            "rumour": {"enabled": True, "base": rate, "weights": {"loyalists_left": 0.0, "pressure": 0.0}}
        },
    }
    scenario = tiny(QUIET, NOBODY, alone)
    first = []
    for seed in range(runs):
        events = event_table(finished(scenario, seed))
        first.append(events.day.min() if len(events) else np.inf)
    for day in (10, 30, 60):
        p = math.exp(-rate * day)
        survived = np.mean(np.array(first) > day)
        assert abs(survived - p) < 4 * math.sqrt(p * (1 - p) / runs)


def hawkes_mean(mu: float, n: float, memory: float, days: int) -> float:
    """Exact mean number of events in `days` days: immigrants mu a day, n answers each, as they are drawn."""
    lag = np.arange(1, days + 1)
    delay = np.exp(-(lag - 1) / memory) - np.exp(-lag / memory)
    rate = np.zeros(days)
    for day in range(days):
        rate[day] = mu + n * np.dot(rate[:day][::-1], delay[:day])
    return float(rate.sum())


@pytest.fixture(scope="module")
def feuds():
    """Kidnappings answered by kidnappings alone, without restraint or revenge: logs of 60 runs."""
    feud = {
        "days": 300,
        "burn_in_days": 0,
        "kinship": {"restraint": 0.0, "revenge": 0.0},
        "grievances": {"memory_days": 14.0},
        "factions": {"locals": {"members": 10}},
        "city": {"n_residents": 300, "n_officers": 0, "n_defectors": 0},
        "elders": {"cases_per_day": 1000},
        "events": {
            "kidnapping": {
                "enabled": True,
                "base": 0.1,
                "opportunity": 0.0,
                "weights": {"arms": 0.0, "pressure": 0.0, "restraint": 0.0, "standing": 0.0, "anger": 0.0},
                "answers": {"kidnapping": 0.5},
                "fear": {"household": 0.0, "ties": 0.0, "quarter": 0.0, "camp": 0.0},
            },
            "release": {"enabled": True, "base": 5.0},
        },
    }
    scenario = tiny(QUIET, feud)
    return [event_table(finished(scenario, seed)) for seed in range(60)]


def test_retaliation_has_its_hawkes_mean(feuds):
    totals = np.array([(log.kind == "kidnapping").sum() for log in feuds])
    expected = hawkes_mean(0.1, 0.5, 14.0, 300)
    assert abs(totals.mean() - expected) < 4 * totals.std(ddof=1) / math.sqrt(len(totals))
    # far from the edges that is mu / (1 - n) a day
    assert abs(expected - 300 * 0.1 / (1 - 0.5)) < 0.15 * expected


def test_retaliation_decays_exponentially(feuds):
    lags = []
    for log in feuds:
        day_of = dict(zip(log.event, log.day, strict=True))
        early = log[(log.cause == "answer") & log.parent.isin(set(log[log.day < 150].event))]
        lags += [day - day_of[parent] for day, parent in zip(early.day, early.parent, strict=True)]
    lags = np.array(lags)
    mean = 1 / (1 - math.exp(-1 / 14.0))  # delays are exponential, rounded up to whole days
    assert abs(lags.mean() - mean) < 4 * lags.std(ddof=1) / math.sqrt(lags.size)
    p = math.exp(-1)
    assert abs(np.mean(lags > 14) - p) < 4 * math.sqrt(p * (1 - p) / lags.size)


def test_release_times_follow_their_distribution():
    rate, days = 0.1, 200
    prison = {
        "days": days,
        "burn_in_days": 0,
        "factions": {"locals": {"members": 10}},
        "city": {"n_officers": 0, "n_defectors": 0},
        "elders": {"cases_per_day": 1000},
        "events": {
            "kidnapping": {"enabled": True, "base": 0.0, "at": tuple(range(1, 121)), "answers": {}},
            "release": {"enabled": True, "base": rate, "weights": {"standing": 0.0}},
        },
    }
    held = []
    for seed in range(8):
        log = event_table(finished(tiny(QUIET, prison), seed))
        taken = dict(zip(log.event, log.day, strict=True))
        out = log[log.kind == "release"]
        held += [
            day - taken[parent]
            for day, parent in zip(out.day, out.parent, strict=True)
            if taken[parent] <= 120
        ]
    held = np.array(held)
    mean = 1 / (1 - math.exp(-rate))
    assert abs(held.mean() - mean) < 4 * held.std(ddof=1) / math.sqrt(held.size)
    p = math.exp(-rate * 7)
    assert abs(np.mean(held > 7) - p) < 4 * math.sqrt(p * (1 - p) / held.size)


def test_a_city_of_the_default_make_up_meets_its_camps_exactly():
    city = build_city(tiny().city)
    assert np.bincount(city.camp).tolist() == [75, 175, 250]
