"""Intervals against numbers worked out by hand or published."""

from math import isnan, sqrt

import numpy as np
import pytest

from sim.stats.intervals import (
    mean_half_width,
    mean_share,
    paired_mean,
    paired_share,
    unpaired_mean,
    unpaired_share,
    wilson,
)

Z = 1.959963984540054
T = {1: 12.706204736432095, 9: 2.2621571627409915, 11: 2.200985160082949}  # 97.5 % of Student's t, by freedom


def shares(n, up, down):
    """Pairs of 0 and 1 of which so many go up and down; of the others every second one is 1 in both."""
    rest = [(k % 2, k % 2) for k in range(n - up - down)]
    return np.array([(1, 0)] * up + [(0, 1)] * down + rest, float).T


def test_wilson_gives_newcombes_example_and_nothing_for_no_trial():
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)  # Newcombe 1998
    assert all(isnan(end) for end in wilson(0, 0))


def test_a_share_of_pairs_is_that_of_two_pairs_more():
    low, high, method = paired_share(*shares(10, up=3, down=1))
    half = Z * sqrt((6 / 12 - (2 / 12) ** 2) / 12)
    assert (low, high) == pytest.approx((1 / 6 - half, 1 / 6 + half))
    assert method == "paired, Bonett-Price"


@pytest.mark.parametrize("n", [1, 3, 1000])
def test_pairs_that_all_agree_leave_an_interval_around_0_that_is_not_empty(n):
    low, high, _ = paired_share(*shares(n, up=0, down=0))
    assert high == pytest.approx(Z * sqrt(2) / (n + 2)) if n > 1 else high <= 1
    assert low == -high


def test_a_share_of_pairs_stays_between_minus_1_and_1():
    assert paired_share(*shares(4, up=4, down=0))[1] == 1.0
    assert paired_share(*shares(4, up=0, down=4))[0] == -1.0


def test_separate_shares_give_newcombes_example():
    ours, theirs = np.repeat([1.0, 0.0], (56, 14)), np.repeat([1.0, 0.0], (48, 32))
    assert unpaired_share(ours, theirs)[:2] == pytest.approx((0.0524, 0.3339), abs=5e-5)
    low, high, _ = unpaired_share(theirs, ours)
    assert (low, high) == pytest.approx((-0.3339, -0.0524), abs=5e-5)


def test_a_mean_of_pairs_is_students():
    ours, theirs = np.arange(10.0), np.arange(10.0)[::-1]
    moved = ours - theirs
    half = T[9] * moved.std(ddof=1) / sqrt(10)
    assert paired_mean(ours, theirs)[:2] == pytest.approx((-half, half))
    assert paired_mean(ours + 3, ours) == (3.0, 3.0, "paired, t")
    assert unpaired_mean(np.full(5, 2.0), np.full(3, 1.5)) == (0.5, 0.5, "unpaired, Welch")
    assert isnan(paired_mean(ours[:1], theirs[:1])[0])
    assert isnan(unpaired_mean(ours, theirs[:1])[1])
    assert not isnan(paired_mean(ours[:2], theirs[:2])[0])


def test_separate_means_of_equal_groups_have_twice_the_freedom_of_one():
    ours, theirs = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), np.array([10.0, 11.0, 12.0, 13.0, 14.0, 15.0])
    half = 2.2281388519649385 * sqrt(2 * 3.5 / 6)  # t of 10 degrees of freedom
    assert unpaired_mean(ours, theirs)[:2] == pytest.approx((-10 - half, -10 + half))


def test_half_the_interval_of_a_mean_is_students():
    assert mean_half_width(1.0, 2) == pytest.approx(T[1] / sqrt(2))
    assert mean_half_width(np.array([2.0, 3.0]), np.array([10, 12])) == pytest.approx(
        [2 * T[9] / sqrt(10), 3 * T[11] / sqrt(12)]
    )
    assert isnan(mean_half_width(np.nan, 1))


@pytest.mark.parametrize("replicates", [1, 2, 8])
def test_histories_that_all_agree_leave_an_interval_of_two_histories_more(replicates):
    low, high, method = mean_share(np.zeros(10), replicates)
    assert (low, high) == pytest.approx(
        (-T[11] * sqrt(2) / 12 / replicates, T[11] * sqrt(2) / 12 / replicates)
    )
    assert method == "over histories, t"


def test_a_mean_over_histories_is_drawn_to_0_by_the_two_that_are_added():
    low, high, _ = mean_share(np.full(10, 0.5), 2)
    mean, square = 5 / 12, (10 * 0.25 + 2 / 4) / 12
    half = T[11] * sqrt((square - mean**2) / 12)
    assert (low, high) == pytest.approx((mean - half, mean + half))
    assert mean_share(np.ones(30), 1)[1] == 1.0
    assert mean_share(-np.ones(30), 1)[0] == -1.0
