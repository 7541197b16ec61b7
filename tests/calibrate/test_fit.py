"""Emulators, agreement and screening on functions whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim.calibrate.emulator import Emulator, emulators
from sim.calibrate.fit import candidates, implausibility, log_agreement, quantile, weights_of
from sim.calibrate.posterior import pairs_of
from sim.calibrate.problem import Problem, Target
from sim.calibrate.prove import proved
from sim.calibrate.screen import screened, trajectories
from sim.study.draws import Prior

NOISE = 0.02
PRIORS = {
    "events.kidnapping.base": Prior(low=0, high=1),
    "events.clash.base": Prior(low=0, high=1),
    "events.harassment.base": Prior(low=0, high=1),
}
RANGES = {"excitation": Target(low=0.3, high=0.5), "broken": Target(low=0.4, high=0.5)}


def table_of(unit, seed=0):
    """Two summaries: one of the first parameter alone, one of the product of the first two."""
    luck = np.random.default_rng(seed).normal(0, NOISE, (len(unit), 2))
    first, second = unit[:, 0], unit[:, 1]
    return pd.DataFrame({"excitation": first, "broken": np.sqrt(first * second)}) + luck


@pytest.fixture(scope="module")
def known():
    unit = candidates(120, 3, 5)
    table = table_of(unit)
    return unit, table, emulators(unit, table, ["excitation", "broken"])


def test_an_emulator_knows_the_mean_its_error_and_the_noise(known):
    _, _, made = known
    asked = 0.1 + 0.8 * candidates(200, 3, 6)
    mean, error = made["excitation"].at(asked)
    assert np.abs(mean - asked[:, 0]).max() < 0.03
    assert made["excitation"].noise == pytest.approx(NOISE, rel=0.3)
    inside = np.abs(mean - asked[:, 0]) < 3 * error
    assert inside.mean() > 0.9


def test_points_without_a_value_are_left_out():
    unit = candidates(60, 2, 7)
    values = unit[:, 0].copy()
    values[::2] = np.nan
    mean, _ = Emulator(unit, values).at(np.array([[0.5, 0.5]]))
    assert mean[0] == pytest.approx(0.5, abs=0.03)


def test_agreement_with_a_range_is_the_chance_to_lie_in_it(known):
    _, _, made = known
    asked = candidates(50, 3, 8)
    mean, error = made["excitation"].at(asked)
    target = {"excitation": RANGES["excitation"]}
    expected = norm.cdf((0.5 - mean) / error) - norm.cdf((0.3 - mean) / error)
    visible = expected > 1e-6
    assert visible.sum() > 5
    assert np.exp(log_agreement(asked, made, target))[visible] == pytest.approx(expected[visible], rel=1e-5)


def test_the_posterior_is_what_the_ranges_leave(known):
    _, _, made = known
    asked = candidates(4000, 3, 9)
    weight = weights_of(log_agreement(asked, made, RANGES))
    low, high = (quantile(asked[:, 0], weight, share) for share in (0.01, 0.99))
    assert low == pytest.approx(0.3, abs=0.03)
    assert high == pytest.approx(0.5, abs=0.03)
    assert abs(float(weight @ asked[:, 2]) - 0.5) < 0.08  # little is learnt of the third
    pairs = pairs_of(["one", "two", "three"], asked, weight)
    assert set(pairs.iloc[0][["one", "other"]]) == {"one", "two"}
    assert pairs.correlation[0] < 0


def test_a_point_far_from_a_target_is_ruled_out(known):
    _, _, made = known
    far = implausibility(np.array([[0.4, 0.5, 0.5], [0.95, 0.5, 0.5]]), made, RANGES)
    assert far[0] < 1
    assert far[1] > 3


def test_what_was_observed_once_weighs_by_its_density():
    unit = candidates(100, 2, 10)
    table = pd.DataFrame({"fatal_events_mean": 30 * unit[:, 0], "fatal_events_sd": 2.0 + 0 * unit[:, 0]})
    table["fatal_events_sd"] += np.random.default_rng(0).normal(0, 0.01, 100)
    made = emulators(unit, table, ["fatal_events_mean", "fatal_events_sd"])
    asked = candidates(4000, 2, 11)
    weight = weights_of(log_agreement(asked, made, {"fatal_events": Target(observed=16)}))
    mean = float(weight @ asked[:, 0])
    assert mean == pytest.approx(16 / 30, abs=0.01)
    assert float(np.sqrt(weight @ (asked[:, 0] - mean) ** 2)) == pytest.approx(2 / 30, rel=0.1)


def test_morris_finds_the_slopes_and_drops_what_does_nothing():
    problem = Problem(priors=PRIORS, targets={"excitation": RANGES["excitation"]}, trajectories=6)
    unit = trajectories(problem)
    assert unit.shape == (6 * 4, 3)
    found = screened(problem, unit, pd.DataFrame({"excitation": 2 * unit[:, 0] - 0.5 * unit[:, 1]}))
    width = 0.2
    assert found.loc["events.kidnapping.base", "excitation"] == pytest.approx(2 / width, rel=1e-6)
    assert found.loc["events.clash.base", "excitation"] == pytest.approx(0.5 / width, rel=1e-6)
    assert found.loc["events.harassment.base", "most"] == pytest.approx(0, abs=1e-9)
    assert found.kept.to_dict() == {
        "events.kidnapping.base": True, "events.clash.base": True, "events.harassment.base": False,
    }  # fmt: skip


def test_intervals_hold_synthetic_truths_at_their_rate(known):
    unit, table, made = known
    problem = Problem(priors=PRIORS, targets=RANGES, truths=30)
    proof = proved(problem, [0, 1, 2], unit, table, np.arange(120) >= 40, made)
    assert proof.truth.nunique() == 30
    assert proof.truth.min() >= 40
    assert proof.inside.mean() >= 0.9
    widths = (proof.high - proof.low).groupby(proof.parameter).mean()
    assert widths["events.kidnapping.base"] < 0.5 < 0.9 < widths["events.harassment.base"]
