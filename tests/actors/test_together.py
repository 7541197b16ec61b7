"""What is kept of all actors together is always that of the actors as they are."""

from __future__ import annotations

import numpy as np

from sim.actors.covariates import NAMES
from sim.compose import compose_scenario
from sim.events import KINDS
from sim.model import TruceModel
from sim.world.residents import Residents
from tests.conftest import merged, tiny

LIVELY = {
    "days": 60,
    "events": {
        "inflow": {"base": 0.6, "p_found": 0.7},
        "squeeze": {"at": (2,)},
        "ease": {"enabled": False},
        "siege": {"enabled": False},
        "kidnapping": {"base": 0.5},
        "clash": {"base": 0.5},
        "confession": {"base": 0.5},
    },
    "ranks": {"join_threshold_mean": 0.3, "desert_threshold_mean": 0.7},
    "truce": {"feud": {"enabled": False}},
}


def lively_days(scenario=None, seed=3):
    """A model, day by day, to which bands come and whose fighters join, desert and die."""
    model = TruceModel(scenario or tiny(LIVELY), seed=seed)
    while model.running:
        model.step()
        yield model


def assert_listed(model):
    factions = model.world.factions
    rows, ends = factions.list_members()
    assert rows.tolist() == [row for faction in factions for row in faction.rows]
    assert ends.tolist() == np.cumsum([len(faction.rows) for faction in factions]).tolist()


def test_the_list_of_members_is_that_of_the_factions():
    sizes, names = set(), set()
    for model in lively_days():
        assert_listed(model)
        sizes.add(model.world.factions.list_members()[0].size)
        names.add(len(model.world.factions))
        if model.day == 10:
            branch = model.branch()
    assert len(sizes) > 5
    assert len(names) > 1
    before = branch.world.factions.list_members()[0].tolist()
    branch.world.factions[0].gain(0)
    assert_listed(branch)
    assert branch.world.factions.list_members()[0].tolist() != before


def test_restraint_is_the_mean_reach_of_each_faction():
    seen = set()
    for model in lively_days():
        world = model.world
        world.factions.restrain(world.residents, 1.5)
        for faction in world.factions:
            houses = world.city.household[faction.rows]
            alone = world.residents.mean_reach(houses, np.array([len(houses)]))
            assert faction.restraint == 1.5 * alone[0]
            seen.add(round(faction.restraint, 6))
        world.factions.restrain(world.residents, 0.0)
        assert all(faction.restraint == 0.0 for faction in world.factions)
    assert len(seen) > 5


def test_kinds_said_to_be_alike_give_all_factions_the_same_chances():
    alike = {name for name, kind in KINDS.items() if getattr(kind, "is_alike", False)}
    assert alike >= {"kidnapping", "harassment", "checkpoint_attack", "airbase_attack", "fortification"}
    differed = set()
    for model in lively_days():
        for kind in model.world.factions[0].hazards:
            chances = {kind.chances_of(model.world, faction) for faction in model.world.factions}
            if len(chances) > 1:
                differed.add(kind.name)
    assert differed == {"clash", "confession"} - alike


def rates(model):
    """The mean number today of each actor and kind."""
    model.begin_day(model.day + 1)
    return {
        (actor.name, kind.name): rate
        for actor in model.world.actors
        for kind, rate in zip(actor.hazards, actor.rates.tolist(), strict=True)
    }


def test_rates_of_the_roster_are_those_of_one_made_anew():
    """Also after a band was founded, and in a branch with another scenario."""
    bands = set()
    for model in lively_days():
        kept = rates(model)
        model.world._roster = None
        assert rates(model) == kept, model.day
        bands.add(len(model.world.factions))
        if model.day == 10:
            twice = merged(LIVELY, {"events": {"harassment": {"base": 2.0}}})
            once = merged(LIVELY, {"events": {"harassment": {"base": 1.0}}})
            branches = [model.branch(scenario=tiny(each)) for each in (once, twice)]
    assert len(bands) > 1
    one, two = (rates(branch) for branch in branches)
    harassed = [key for key in one if key[1] == "harassment" and one[key] > 0]
    assert harassed
    for key in harassed:
        assert one[key] < two[key]


def test_the_formula_of_orders_and_that_of_hazards_drawn_together_agree():
    scenario = compose_scenario(["scenario=small_town"])
    seen = np.random.default_rng(2).random(len(NAMES)).tolist()
    from sim.core.hazards import log_linear

    for kind in scenario.events.kinds().values():
        if hasattr(kind, "rate") and hasattr(kind, "weights"):
            row = np.zeros(len(NAMES))
            for index, weight in kind.weights.terms:
                row[index] = weight
            assert log_linear(kind.base, row, np.array(seen)) == kind.rate(seen), kind.name


def test_presence_by_house_is_kept_by_who_moved():
    for model in lively_days():
        residents: Residents = model.world.residents
        sums, homes = residents.sums.copy(), residents.has_loyalist.copy()
        tallied = residents.feeling_sum.copy()
        anew = residents.make_copy()
        anew.add_up()
        assert np.array_equal(sums, anew.sums)
        assert np.array_equal(homes, anew.has_loyalist)
        assert np.array_equal(tallied, anew.feeling_sum)
