"""Patient rule induction finds boxes that were planted, and none in noise."""

import numpy as np
import pytest

from sim.stats.prim import find_box, inside

RNG = np.random.default_rng(5)
X = RNG.random((1500, 6))


def planted(noise=0.05):
    """It happens where the first input is over 0.6 and the third under 0.4, and now and then elsewhere."""
    is_in = (X[:, 0] > 0.6) & (X[:, 2] < 0.4)
    return np.where(RNG.random(len(X)) < noise, ~is_in, is_in), is_in


def test_a_planted_box_is_found_with_its_edges():
    happens, is_in = planted()
    box = find_box(X, happens)
    assert box.restricted == [0, 2]
    assert box.limits[0, 0] == pytest.approx(0.6, abs=0.05)
    assert box.limits[2, 1] == pytest.approx(0.4, abs=0.05)
    assert box.density > 0.85
    found = inside(X, box.limits)
    assert (found & is_in).sum() / (found | is_in).sum() > 0.85


def test_density_coverage_and_mass_are_counts():
    happens, _ = planted()
    box = find_box(X, happens)
    found = inside(X, box.limits)
    assert box.mass == pytest.approx(found.mean())
    assert box.density == pytest.approx(happens[found].mean())
    assert box.coverage == pytest.approx(happens[found].sum() / happens.sum())


def test_a_box_with_two_sides_is_found():
    happens = (X[:, 1] > 0.3) & (X[:, 1] < 0.55)
    box = find_box(X, happens)
    assert box.restricted == [1]
    assert box.limits[1] == pytest.approx([0.3, 0.55], abs=0.03)


def test_always_and_never_have_no_box():
    assert find_box(X, np.ones(len(X), bool)) is None
    assert find_box(X, np.zeros(len(X), bool)) is None


def test_in_noise_limits_are_dropped_as_chance_or_hold_little():
    found = [find_box(X[:400], np.random.default_rng(seed).random(400) < 0.3) for seed in range(10)]
    assert all(box is None or box.density < 0.6 for box in found)
