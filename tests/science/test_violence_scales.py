"""Violence scales with who can do it: names of factions do not count, fighters do."""

from __future__ import annotations

import pytest

from sim.compose import compose_scenario
from sim.model import TruceModel
from tests.science.histories import broke, difference, histories, total

pytestmark = pytest.mark.science
BEGUN = ("harassment", "kidnapping", "clash", "checkpoint_attack", "airbase_attack")
# the larger brigade of the small town as two of half its size, alike in all else
HALVES = ("factions.men_of_god=null", "+factions.first_half.members=16", "+factions.second_half.members=15")


def rates(*overrides: str) -> dict[str, float]:
    """Mean number of each kind that all factions together begin on day 1."""
    model = TruceModel(
        compose_scenario(["scenario=small_town", "burn_in_days=0", "city.n_defectors=0", *overrides]), seed=0
    )
    model.begin_day(1)
    found = dict.fromkeys(BEGUN, 0.0)
    for faction in model.world.factions:
        for kind, rate in zip(faction.hazards, faction.rates, strict=True):
            if kind.name in found:
                found[kind.name] += rate
    return found


def test_two_halves_of_a_faction_begin_as_much_as_the_whole():
    # restraint apart: who is drawn into which half decides whose kin it is
    whole, halves = rates("kinship.restraint=0"), rates(*HALVES, "kinship.restraint=0")
    for kind in BEGUN:
        assert halves[kind] == pytest.approx(whole[kind], rel=1e-9), kind


def test_twice_the_fighters_begin_twice_as_much():
    once = rates("kinship.restraint=0", "factions.newcomers.members=0", "factions.independents.members=0")
    twice = rates("kinship.restraint=0", "factions.newcomers.members=0", "factions.independents.members=0",
                  "factions.men_of_god.members=62", "factions.ali_bin_abi_talib.members=38")  # fmt: skip
    for kind in ("harassment", "kidnapping", "checkpoint_attack"):
        assert twice[kind] == pytest.approx(2 * once[kind], rel=1e-6), kind


@pytest.mark.slow
def test_splitting_a_faction_changes_neither_incidents_nor_breaks():
    whole = histories(400, "scenario=al_rastan")
    halves = histories(400, "scenario=al_rastan", "factions.men_of_god=null",
                       "+factions.first_half.members=200", "+factions.second_half.members=200")  # fmt: skip
    gap, error = difference(broke(halves), broke(whole))
    assert abs(gap) < max(0.04, 1.96 * error)
    for kind in BEGUN:
        gap, error = difference(total(halves, kind), total(whole, kind))
        assert abs(gap) < 3 * error + 0.03 * total(whole, kind).mean(), kind
