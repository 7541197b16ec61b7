"""People: recruits answer losses, families return, exodus is of residents, the shield is a switch."""

from __future__ import annotations

import numpy as np
import pytest

from sim.actors.covariates import INDEX
from sim.city.columns import Camp, Role, Status
from sim.compose import compose_scenario
from sim.model import TruceModel
from tests.science.histories import broke, difference, histories, total

pytestmark = pytest.mark.science


def lose_fighters(model: TruceModel, share: float) -> None:
    """This share of the fighters of each local faction dies."""
    for faction in model.world.factions:
        for row in faction.rows[: int(share * len(faction.rows))].tolist():
            model.world.kill(row)


def joined(share_lost: float, *overrides: str) -> int:
    """Residents who join within 60 days of such a loss."""
    model = TruceModel(compose_scenario(["scenario=small_town", "days=60", *overrides]), seed=3)
    lose_fighters(model, share_lost)
    model.run_model()
    return sum(each.n_people for each in model.world.log if each.kind == "joining")


def test_recruits_answer_losses_and_the_arms_that_can_be_given():
    assert joined(0.3) > joined(0.0) + 3
    assert joined(0.3, "ranks.join_losses=0") < joined(0.3)
    assert joined(0.3, "ranks.join_arms=2") > joined(0.3)


def test_officers_who_serve_elsewhere_do_not_keep_an_exodus_from_being_one():
    model = TruceModel(compose_scenario(["scenario=small_town", "burn_in_days=0"]), seed=0)
    residents = model.world.residents
    houses = np.flatnonzero(residents.household_camp >= 0)
    residents.depart(houses)
    for row in np.flatnonzero((residents.camp == Camp.LOYALIST) & (residents.status == Status.PRESENT)):
        if residents.role[row] != Role.OFFICER:
            residents.set_status(int(row), Status.DEPARTED)
    assert model.world.covariates()[INDEX["loyalists_left"]] == 1.0
    model.step()
    assert model.truce.spells[0].ending == "exodus"


def test_without_the_shield_the_army_sees_a_city_without_loyalists():
    model = TruceModel(compose_scenario(["scenario=small_town", "army.shield=false"]), seed=0)
    seen = model.world.army.view(model.world, model.world.covariates())
    assert seen[INDEX["loyalists_left"]] == 1.0
    assert seen[INDEX["loyalists_present"]] == 0.0


def test_families_come_home_after_a_scare():
    town = ("scenario=small_town", "days=120", "events.rumour.fear.camp=0.6", "events.rumour.base=0",
            "events.rumour.at=[5,6]", "army.signal=false")  # fmt: skip
    many = histories(8, *town)
    left = np.array([each.days["left"][:30].sum() for each in many])
    back = np.array([each.days["returned"].sum() for each in many])
    assert left.mean() > 100
    assert back.mean() > 0.4 * left.mean()


@pytest.mark.slow
def test_without_the_shield_the_army_comes_sooner():
    base = histories(200, "scenario=al_rastan")
    bare = histories(200, "scenario=al_rastan", "army.shield=false")
    gap, error = difference(broke(bare), broke(base))
    assert gap > 3 * error
    gap, error = difference(total(bare, "siege", "assault"), total(base, "siege", "assault"))
    assert gap > 3 * error
