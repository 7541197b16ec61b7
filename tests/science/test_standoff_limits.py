"""The standoff where its answer is known: exits of a siege, morale, incidents by opportunity."""

from __future__ import annotations

import math

import pytest

from sim.city.columns import Rank
from sim.compose import compose_scenario
from sim.model import TruceModel
from sim.records import daily_table, event_table
from tests.conftest import QUIET, finished, merged, tiny

pytestmark = pytest.mark.science


def test_a_siege_without_exits_stays_for_months():
    scenario = tiny(QUIET, {"days": 300, "army": {"start": "besieging"}})
    assert set(daily_table(finished(scenario)).posture) == {2}


def test_morale_under_hunger_follows_its_recursion():
    change = {
        "army": {"start": "besieging"},
        "supplies": {"start": 0.0, "hunger_fear": 0.0},
        "morale": {"relax": 0.05, "from_hunger": 0.01},
        "factions": {"locals": {"members": 12, "morale": 0.7}},
    }
    morale = daily_table(finished(tiny(QUIET, change))).morale
    rest = 0.7 - 0.01 / 0.05  # where return and wear cancel
    for day in range(41):
        assert morale[day] == pytest.approx(rest + (0.7 - rest) * 0.95**day, abs=1e-9)


def test_morale_falls_by_the_share_lost_and_comes_back():
    change = {
        "morale": {"relax": 0.1, "from_losses": 2.0},
        "factions": {"locals": {"members": 20, "morale": 0.8}},
    }
    model = TruceModel(tiny(QUIET, change))
    faction = model.world.factions[0]
    n = len(faction.rows)
    for row in faction.rows[:2]:
        model.world.kill(int(row))
    model.step()
    fallen = 0.8 - 2.0 * 2 / n
    assert faction.morale == pytest.approx(fallen)
    model.step()
    assert faction.morale == pytest.approx(fallen + 0.1 * (0.8 - fallen))


FEARLESS = (
    "feelings.shock_scale=0",
    "elders.standing=0",  # one council settles as much in a small town as in a large one
    "days=60",
    "burn_in_days=0",
    "reference_residents=10000",
    "city.kinship.n_clans=20",
)
# the army and the confessions of captives apart, everything arises
RISING = (
    "kidnapping",
    "harassment",
    "clash",
    "defection",
    "checkpoint_attack",
    "airbase_attack",
    "fortification",
)


def incidents(n_residents: int, seeds: range) -> dict[str, int]:
    """How often each kind arose by its hazard, over all runs."""
    size = n_residents / 10_000
    overrides = [
        f"city.n_residents={n_residents}", f"city.n_officers={round(240 * size)}",
        f"city.n_defectors={round(20 * size)}",
        "events.defection.base=0.15", "events.airbase_attack.base=0.1", "events.squeeze.enabled=false",
        "events.siege.enabled=false", "events.assault.enabled=false",
        *(f"factions.{name}.members={round(n * size)}" for name, n in
          {"men_of_god": 100, "ali_bin_abi_talib": 100, "newcomers": 50, "independents": 50}.items()),
    ]  # fmt: skip
    scenario = compose_scenario(["scenario=small_town", *FEARLESS, *overrides])
    found = dict.fromkeys(RISING, 0)
    for seed in seeds:
        model = TruceModel(scenario, seed=seed)
        model.run_model()
        for incident in model.world.log:
            if incident.kind in found and incident.cause.name == "HAZARD":
                found[incident.kind] += 1
    return found


def test_a_town_a_tenth_the_size_has_a_tenth_of_the_incidents():
    large, small = incidents(10_000, range(12)), incidents(1_000, range(120))
    for kind in RISING:  # ten times the runs of a tenth of the size: the same number
        n, m = large[kind], small[kind]
        assert n > 20, kind
        # two Poisson counts, and 10 % for the make-up: fighters come from a few clans, which differ by town
        assert abs(n - m) < 4 * math.sqrt(n + m) + 0.1 * n, (kind, n, m)


def test_without_officers_in_the_city_no_officer_is_taken_and_without_loyalists_nobody():
    eager = {"days": 60, "events": {"kidnapping": {"enabled": True, "base": 2.0, "answers": {}}}}
    no_visits = tiny(QUIET, eager, {"visits": {"p_visit": 0.0}})
    model = finished(no_visits)
    assert model.world.captives
    assert {int(model.world.residents.rank[row]) for row in model.world.captives} == {Rank.NONE}
    officers = finished(tiny(QUIET, eager, {"events": {"kidnapping": {"civilian_pull": 0.0}}}))
    assert officers.world.captives
    assert Rank.NONE not in {int(officers.world.residents.rank[row]) for row in officers.world.captives}
    nobody = merged(eager, {"visits": {"p_visit": 0.0}, "events": {"kidnapping": {"civilian_pull": 0.0}}})
    assert event_table(finished(tiny(QUIET, nobody))).empty
