"""Limits of the model with known answers, told in sentences; `hudna verify` runs the same checks."""

from __future__ import annotations

import numpy as np

from sim.city.build import build_city
from sim.model import TruceModel
from sim.records import daily_table
from sim.verify import branches, captivity, cascade, feelings, orders, people, retaliation, survival
from sim.verify.towns import QUIET, UNARMED, history, town
from tests.conftest import tiny
from tests.verify.checks import met


def test_people_are_conserved_on_every_day():
    assert met(people.conservation)


def test_the_history_in_which_people_are_counted_moves_them_in_every_way():
    daily = daily_table(history(town(people.EVENTFUL)))
    assert daily.dead.iloc[-1] > 0
    assert daily.captive.max() > 0
    assert daily.departed_loyalist.max() > 0
    assert daily.entered.sum() > 0
    assert daily.returned.sum() > 0
    assert daily.dead.iloc[-1] == daily.deaths.sum()
    assert np.array_equal(daily.dead.diff().fillna(0), daily.deaths)


def test_resting_fear_solves_the_sparse_linear_system():
    assert met(feelings.resting_fear)


def test_feelings_without_shocks_keep_their_mean_anger_at_zero():
    model = TruceModel(town(QUIET, UNARMED, feelings.LINEAR, {"burn_in_days": 100}))
    assert model.world.residents.anger.max() == 0.0


def test_a_single_shock_to_anger_decays_as_a_power():
    assert met(feelings.fading_anger)


def test_a_departure_cascade_on_a_complete_graph_ends_at_granovetters_fixed_point():
    assert met(cascade.departures)


def test_one_hazard_with_zero_weights_gives_the_exponential_survival_curve():
    assert met(survival.first_events)


def test_retaliation_has_its_hawkes_mean_and_decays_exponentially():
    assert met(retaliation.feuds)


def test_release_times_follow_their_distribution():
    assert met(captivity.releases)


def test_competing_orders_are_competing_exponential_clocks():
    assert met(orders.competing_orders)


def test_one_more_wave_of_inflow_changes_nobody_else():
    assert met(branches.one_more_wave)


def test_a_city_of_the_default_make_up_meets_its_camps_exactly():
    city = build_city(tiny().city)
    assert np.bincount(city.camp).tolist() == [75, 175, 250]
