"""Luck: the published generator, exact rare chances, and independence of what a draw is not about."""

import math

import numpy as np
import pytest

from sim.core import luck

ALL = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("key", "counter", "expected"),
    [
        ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ALL, ALL), (ALL, ALL, ALL, ALL), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0xA4093822, 0x299F31D0),
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_known_answers(key, counter, expected):
    words = luck.philox(*(np.uint64(x) for x in (*key, *counter)))
    assert tuple(int(w) for w in words) == expected


def test_a_uniform_is_uniform():
    draws = np.empty(200_000)
    luck.fill_uniform(0, 1, 0, np.arange(draws.size), draws)
    assert abs(draws.mean() - 0.5) < 4 * math.sqrt(1 / 12 / draws.size)
    assert abs(draws.var() - 1 / 12) < 4 * math.sqrt(1 / 180 / draws.size)
    assert draws.min() > 0
    assert draws.max() < 1


def test_a_normal_is_normal():
    draws = np.empty(200_000)
    luck.fill_normal(3, 1, 0, np.arange(draws.size), draws)
    assert abs(draws.mean()) < 4 / math.sqrt(draws.size)
    assert abs(draws.var() - 1) < 4 * math.sqrt(2 / draws.size)


@pytest.mark.parametrize("mean", [0.02, 0.7, 5.0, 40.0])
def test_a_poisson_count_has_its_mean_and_variance(mean):
    n = 20_000
    counts = np.array([luck.poisson(0, 1, 2, i, 0, mean) for i in range(n)])
    assert abs(counts.mean() - mean) < 4 * math.sqrt(mean / n)
    assert abs(counts.var() - mean) < 4 * math.sqrt((mean + 2 * mean**2) / n)


def test_a_poisson_count_never_falls_when_its_mean_rises():
    for i in range(200):
        counts = [luck.poisson(0, 1, 2, i, 0, mean) for mean in (0.1, 0.5, 1.0, 3.0)]
        assert counts == sorted(counts)


def test_a_rare_chance_is_met_and_not_rounded_to_24_bits():
    p, n = 1e-5, 4_000_000
    from numba import njit

    @njit
    def hits(n, p):
        total = 0
        for i in range(n):
            total += luck.chance(0, 1, 2, i, 0, p)
        return total

    assert abs(hits(n, p) - n * p) < 4 * math.sqrt(n * p)
    # the bound itself is exact: 53-bit integers know p = 1e-9 to one part in a million
    assert abs(int(1e-9 * 2**53) / 2**53 / 1e-9 - 1) < 1e-6


def test_certain_and_impossible_chances_are_certain_and_impossible():
    assert all(luck.chance(0, 1, 2, i, 0, 1.0) for i in range(100))
    assert not any(luck.chance(0, 1, 2, i, 0, 0.0) for i in range(100))


def test_each_part_of_the_place_of_a_draw_matters():
    places = [
        (0, 1, 2, 3, 4),
        (1, 1, 2, 3, 4),
        (0, 2, 2, 3, 4),
        (0, 1, 3, 3, 4),
        (0, 1, 2, 4, 4),
        (0, 1, 2, 3, 5),
    ]
    places.append((0, 1, 2, 3 + 2**40, 4))  # beyond 32 bits
    places.append((2**40, 1, 2, 3, 4))
    assert len({luck.uniform(*place) for place in places}) == len(places)


def test_identifiers_are_permanent_and_apart_from_row_numbers():
    assert luck.identify(1, 2, 3, 4) == 3024726651035196740
    made = {luck.identify(a, b, c, d) for a in range(9) for b in range(9) for c in range(9) for d in range(9)}
    assert len(made) == 9**4
    assert min(made) >= 2**61
    assert max(made) < 2**62


def test_streams_have_numbers_of_their_own():
    numbers = [value for name, value in vars(luck.Stream).items() if name.isupper()]
    assert len(set(numbers)) == len(numbers)


def test_draws_made_together_are_those_made_one_by_one():
    ids = np.array([0, 1, 77, 2**40 + 5, 2**61 + 3], np.int64)
    together = np.empty(ids.size)
    luck.fill_uniform(9, 4, 30, ids, together)
    assert together.tolist() == [luck.uniform(9, 4, 30, i, 0) for i in ids]
    for p in (-1.0, 0.0, 0.3, 0.8, 1.0, 2.0):
        assert luck.lucky(9, 4, 30, ids, 2, p).tolist() == [luck.chance(9, 4, 30, i, 2, p) for i in ids]
