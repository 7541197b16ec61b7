"""Vector code gives the bits of the plain functions that it stands for."""

from __future__ import annotations

import numpy as np
import pytest
from numba import TypingError, njit

from sim.core import vectors
from sim.core.feelings import spread
from sim.core.ties import build_ties, pack_ties
from sim.core.vectors import WIDTH, fill_from, sum_of_kin


@njit
def summed(ties, start, end, weights, sums, h, own):
    return sum_of_kin(ties, start, end, weights, sums, h, own)


@njit
def filled(array, index, number):
    fill_from(array, index, number)


@pytest.fixture(scope="module")
def kin():
    """Packed ties of 60 rows, of which the last has none, and sums that no float holds exactly."""
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 59, (2, 700))
    ties = build_ties(60, a, b, rng.integers(0, 3, 700).astype(np.int8))
    weights = np.array([0.7, 0.3, 0.11], np.float32)
    return pack_ties(*ties, weights), rng.random((60, 4), np.float32)


def test_the_sum_over_kin_is_that_of_the_plain_loop_to_the_bit(kin):
    packed, sums = kin
    own = np.float32(1.3)
    lengths = set()
    for k, h in enumerate(packed.order):
        at = (packed.ties, packed.offsets[k], packed.offsets[k + 1], packed.weights, sums, np.uint64(h), own)
        plain = vectors._sum_of_kin(*at)
        assert np.array_equal(summed(*at), plain), h
        lengths.add(int(at[2] - at[1]))
    assert {0, 1} & lengths == {0}
    assert max(lengths) > 15
    one = (packed.ties, np.uint64(0), np.uint64(1), packed.weights, sums, np.uint64(5), own)
    assert np.array_equal(summed(*one), vectors._sum_of_kin(*one))


@pytest.mark.parametrize("index", [0, 1, 5])
def test_eight_places_are_written_and_no_more(index):
    by_vector, plain = np.zeros((2, 14), np.float32)
    filled(by_vector, np.uint64(index), np.float32(0.3))
    vectors._fill_from(plain, index, np.float32(0.3))
    assert by_vector.tolist() == plain.tolist()
    assert np.count_nonzero(plain) == WIDTH == 8


@pytest.mark.parametrize("sizes", [(1,), (8,), (9, 1), (3, 8, 1, 16, 2), (5, 40)])
def test_what_is_laid_out_by_resident_is_that_of_the_house(sizes):
    first = np.concatenate([[4], 4 + np.cumsum(sizes)]).astype(np.uint32)
    n = sum(sizes)
    fear, anger = np.random.default_rng(1).random((2, len(sizes)), np.float32)
    room = np.full((2, n + WIDTH + 3), -1, np.float32)
    spread(np.uint64(0), np.uint64(len(sizes)), first, fear, anger, room[0], room[1])
    assert np.array_equal(room[0, :n], np.repeat(fear, sizes))
    assert np.array_equal(room[1, :n], np.repeat(anger, sizes))
    assert (room[:, n + WIDTH :] == -1).all()  # what is promised to be left alone


def test_arrays_of_other_numbers_are_refused(kin):
    packed, sums = kin
    at = (packed.ties, np.uint64(0), np.uint64(2), packed.weights)
    for wrong in (sums.astype(np.float64), sums[:, 0], sums[::2]):
        with pytest.raises(TypingError):
            summed(*at, wrong, np.uint64(0), np.float32(1))
    with pytest.raises(TypingError):
        filled(np.zeros(9), np.uint64(0), np.float32(1))
