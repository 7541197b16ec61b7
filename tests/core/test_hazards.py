"""Hazards drawn together are those of the formula, each with luck of its own."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.core import luck
from sim.core.hazards import draw_counts, log_linear, saturate

ACTOR = np.array([0, 0, 1, 1, 2], np.int64)
KEYS = np.array([[11, 91], [12, 91], [11, 92], [12, 92], [13, 93]], np.int64)
BASE = np.array([0.4, 2.0, 0.4, 2.0, 3.0])
WEIGHTS = np.array([[1.0, 0.0], [0.0, -2.0], [1.0, 0.0], [0.0, -2.0], [0.5, 0.5]])
MOST = np.array([10.0, 3.0, 10.0, 3.0, 5.0])
FIGHTERS = np.array([200.0, 0.0, 200.0, 0.0, 0.0])
PACE = np.array([2.0, 2.0, 2.0, 2.0, 1.0])
CONTAINED = np.array([False, False, True, False, False])
FIXED = (ACTOR, KEYS, BASE, WEIGHTS, MOST, FIGHTERS, PACE, CONTAINED)
SEEN = np.array([[0.2, 0.9], [0.7, 0.1], [1.0, 0.4]])


def drawn(present, chances, day=20, containment=0.25):
    rates, counts = np.full(5, -1.0), np.full(5, -1)
    today = (SEEN, np.array(present, float), containment, np.array(chances, float))
    total = draw_counts(5, 8, day, *today, *FIXED, rates, counts)
    assert total == counts.sum()
    return rates, counts


def test_a_rate_is_that_of_the_formula():
    present, chances = (100, 50, 1), (0.5, 1.0, 0.5, 1.0, 2.0)
    rates, _ = drawn(present, chances)
    for p in range(5):
        force = present[ACTOR[p]] / FIGHTERS[p] if FIGHTERS[p] else 1.0
        rate = BASE[p] * math.exp(WEIGHTS[p] @ SEEN[ACTOR[p]]) * chances[p] * force * PACE[p]
        rate *= 0.75 if CONTAINED[p] else 1.0
        most = MOST[p] * force
        assert rates[p] == pytest.approx(rate / (1 + rate / most), rel=1e-12)


def test_who_is_not_there_or_finds_nobody_begins_nothing():
    rates, counts = drawn((0, 50, 1), (1.0, 1.0, 0.0, 1.0, 1.0))
    assert (rates == 0).tolist() == [True, True, True, False, False]
    assert counts[:3].tolist() == [0, 0, 0]


def test_counts_drawn_together_are_those_of_each_kind_actor_and_day():
    seen = set()
    for day in range(1, 30):
        rates, counts = drawn((100, 50, 1), (3.0, 1.0, 9.0, 1.0, 2.0), day)
        alone = [
            luck.poisson(5, 8, day, luck.identify(kind, actor, day, 0), 0, rate)
            for (kind, actor), rate in zip(KEYS.tolist(), rates, strict=True)
        ]
        assert counts.tolist() == alone
        seen |= set(alone)
    assert len(seen) > 3


def test_an_exponent_is_cut_and_a_rate_saturates():
    assert log_linear(2.0, np.array([100.0]), np.array([1.0])) == 2.0 * math.exp(50)
    assert saturate(1e9, 4.0) == pytest.approx(4.0)
    assert saturate(1e-9, 4.0) == pytest.approx(1e-9)
    assert saturate(0.0, 4.0) == saturate(1.0, 0.0) == 0.0
