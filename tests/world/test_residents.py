"""Tallies and sums move along with the people: made anew they are the same, on every day."""

from __future__ import annotations

import numpy as np

from sim.city.columns import Camp, Status
from sim.model import TruceModel
from sim.world.residents import OWN
from tests.conftest import tiny
from tests.test_model import busy_days


def test_sums_and_tallies_that_moved_along_are_those_made_anew_on_every_day():
    for model in busy_days():
        residents = model.world.residents
        anew = residents.make_copy()
        anew.add_up()
        assert np.array_equal(residents.feeling_sum, anew.feeling_sum), model.day
        assert np.array_equal(residents.sums, anew.sums), model.day
        assert np.array_equal(residents.has_loyalist, anew.has_loyalist), model.day
        recount = np.zeros((len(Camp), len(Status)), int)
        np.add.at(recount, (residents.camp, residents.status), 1)
        assert np.array_equal(residents.count, recount), model.day


def test_the_share_of_departed_kin_follows_every_departure_and_return():
    moved = False
    for model in busy_days():
        residents, city = model.world.residents, model.world.city
        for h in range(city.n_households):
            ties = slice(city.offsets[h], city.offsets[h + 1])
            weights = residents.weights[ties].astype(float)
            gone = weights @ residents.sums[city.neighbours[ties], 3]
            share = gone / weights.sum() if weights.size else 0.0
            assert abs(residents.share_left[h] - share) < 1e-6
            moved |= share > 0
    assert moved


def test_the_reach_of_kin_that_is_kept_is_that_made_anew():
    changed = set()
    for model in busy_days():
        residents = model.world.residents
        rows = np.arange(0, model.world.city.n_residents, 7)
        anew = residents.make_copy()
        anew.is_reach_old[:] = True
        groups = model.world.city.household[rows], np.array([40, 40, rows.size])
        means = residents.mean_reach(*groups)
        assert means == anew.mean_reach(*groups), model.day
        assert means[1] == 0.0
        assert means[0] == residents.mean_reach(groups[0][:40], np.array([40]))[0]
        changed.add(round(means[2], 9))
    assert len(changed) > 3


def test_a_copy_goes_its_own_way():
    model = TruceModel(tiny())
    residents = model.world.residents
    twin = residents.make_copy()
    before = {name: getattr(residents, name).copy() for name in OWN}
    twin.shock_camp(0, 0.5, 0.5)
    twin.feel()
    twin.set_status(0, Status.DEAD)
    for name in OWN:
        assert np.array_equal(getattr(residents, name), before[name]), name
    assert not np.array_equal(twin.fear, residents.fear)


def test_a_run_leaves_the_peopled_city_that_is_kept_for_the_next_one_as_it_was():
    scenario = tiny()
    first = TruceModel(scenario, seed=3)
    start = {name: getattr(first.world.residents, name).copy() for name in OWN}
    first.run_model()
    second = TruceModel(scenario, seed=3)
    for name in OWN:
        assert np.array_equal(getattr(second.world.residents, name), start[name]), name
