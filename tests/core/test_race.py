"""Who is struck: the earliest clocks, and the rows that may be candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city.columns import Camp, Role, Status
from sim.core.luck import Stream, exponential, uniform
from sim.core.race import earliest, find_first, find_first_of_few
from sim.model import TruceModel
from sim.world.candidates import find_present
from tests.conftest import tiny

clock_lists = st.lists(st.floats(0, 100) | st.just(np.inf), max_size=60, unique_by=lambda x: x)


@settings(deadline=None)  # the first example compiles
@given(clock_lists, st.integers(0, 70))
def test_the_earliest_are_the_first_of_a_sorted_list(values, n):
    clock = np.array(values, float)
    expected = [k for k in np.argsort(clock, kind="stable") if np.isfinite(clock[k])][:n]
    assert earliest(clock, n).tolist() == expected


def test_a_clock_rings_at_the_rate_of_its_pull():
    n = 20_000
    _, times = find_first(3, 12, 5, np.arange(n), np.full(n, 4.0), n)
    assert times.size == n
    assert abs(times.mean() - 0.25) < 4 * 0.25 / np.sqrt(n)
    assert find_first(3, 12, 5, np.arange(n), np.zeros(n), n)[0].size == 0


@pytest.mark.parametrize("n", [0, 1, 2, 7, 400, 900])
@pytest.mark.parametrize("seed", range(3))
def test_the_first_are_those_of_all_clocks_in_order(seed, n):
    """Also where clocks are left out without being computed."""
    rng = np.random.default_rng(seed)
    ids = rng.permutation(10_000)[:800]
    pull = np.where(rng.random(800) < 0.2, 0.0, rng.lognormal(0, 2, 800))
    drawn = np.array([uniform(seed ^ 77, Stream.VICTIM, 9, ident, 0) for ident in ids])
    clock = np.where(pull > 0, -np.log(drawn) / np.where(pull > 0, pull, 1.0), np.inf)
    places, times = find_first(seed, 77, 9, ids, pull, n)
    expected = [k for k in np.argsort(clock, kind="stable") if np.isfinite(clock[k])][:n]
    assert places.tolist() == expected
    np.testing.assert_allclose(times, clock[expected], rtol=1e-14)


def test_the_first_of_few_is_the_first_of_their_clocks():
    pull = np.array([1.0, 3.0, 0.5, 9.0])
    found = set()
    for day in range(60):
        clock = [exponential(4, 14, day, 5, k) / p for k, p in enumerate(pull)]
        assert find_first_of_few(4, 14, day, 5, pull) == int(np.argmin(clock))
        found.add(int(np.argmin(clock)))
    assert found == {0, 1, 2, 3}


@pytest.mark.parametrize("seed", range(3))
def test_candidates_are_those_present_of_the_wanted_camps_and_roles(seed):
    rng = np.random.default_rng(seed)
    residents = TruceModel(tiny(), seed=seed).world.residents
    residents.status[:] = rng.integers(0, 2, residents.status.size)
    quarter = residents.city.quarter[residents.city.household]
    room = np.empty(residents.status.size, np.int64)
    for _ in range(2):
        for camps in (*((camp,) for camp in Camp), (Camp.LOYALIST, Camp.OPPOSITION), tuple(Camp)):
            for roles in ((Role.CIVILIAN,), (Role.CIVILIAN, Role.OFFICER), tuple(Role)):
                wanted = residents.status == Status.PRESENT
                wanted &= np.isin(residents.camp, camps) & np.isin(residents.role, roles)
                assert find_present(residents, camps, roles, room).tolist() == np.flatnonzero(wanted).tolist()
                there = np.flatnonzero(wanted & (quarter == 2))
                assert there.size
                assert find_present(residents, camps, roles, room, 2).tolist() == there.tolist()
        for row in rng.choice(residents.status.size, 300, replace=False):  # some go over, some to their own
            residents.set_camp(int(row), Camp(rng.integers(3)))


def test_a_copy_and_its_model_keep_their_own_candidates():
    residents = TruceModel(tiny(), seed=1).world.residents
    room = np.empty(residents.status.size, np.int64)
    before = find_present(residents, (Camp.LOYALIST,), (Role.CIVILIAN,), room).tolist()
    twin = residents.make_copy()
    stranger = int(find_present(twin, (Camp.OPPOSITION,), (Role.CIVILIAN,), room)[0])
    twin.set_camp(stranger, Camp.LOYALIST)
    assert find_present(residents, (Camp.LOYALIST,), (Role.CIVILIAN,), room).tolist() == before
    assert stranger in find_present(twin, (Camp.LOYALIST,), (Role.CIVILIAN,), room)
