"""Who is struck: the earliest clocks, and the rows that may be candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.race import clocks, earliest, find_rows, find_rows_of_quarter

clock_lists = st.lists(st.floats(0, 100) | st.just(np.inf), max_size=60, unique_by=lambda x: x)


@settings(deadline=None)  # the first example compiles
@given(clock_lists, st.integers(0, 70))
def test_the_earliest_are_the_first_of_a_sorted_list(values, n):
    clock = np.array(values, float)
    expected = [k for k in np.argsort(clock, kind="stable") if np.isfinite(clock[k])][:n]
    assert earliest(clock, n).tolist() == expected


def test_a_clock_rings_at_the_rate_of_its_pull():
    n = 50_000
    out = np.empty(n)
    clocks(3, 12, 5, np.arange(n), np.full(n, 4.0), out)
    assert abs(out.mean() - 0.25) < 4 * 0.25 / np.sqrt(n)
    clocks(3, 12, 5, np.arange(n), np.zeros(n), out)
    assert np.isinf(out).all()


@pytest.mark.parametrize("seed", range(3))
def test_candidates_are_those_present_of_the_wanted_camps_and_roles(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 7, 80)
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
    n = int(first[-1])
    status, camp, role = (rng.integers(0, k, n).astype(np.uint8) for k in (2, 3, 4))
    quarter = rng.integers(0, 5, 80).astype(np.uint16)
    camps, roles = np.array([True, False, True]), np.array([True, False, False, True])
    wanted = (status == 0) & camps[camp] & roles[role]
    out = np.empty(n + 1, np.int64)
    assert out[: find_rows(status, camp, role, camps, roles, out)].tolist() == np.flatnonzero(wanted).tolist()
    there = wanted & (np.repeat(quarter, sizes) == 2)
    found = find_rows_of_quarter(2, quarter, first, status, camp, role, camps, roles, out)
    assert out[:found].tolist() == np.flatnonzero(there).tolist()
