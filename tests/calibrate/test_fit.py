"""Emulators, agreement and screening on functions whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

from sim.calibrate.emulator import Emulator, emulators
from sim.calibrate.fit import (
    agreement_of_runs,
    candidates,
    draw_balanced,
    draw_rows,
    effective,
    ends,
    implausibility,
    log_agreement,
    quantile,
    weights_of,
)
from sim.calibrate.posterior import central, pairs_of
from sim.calibrate.problem import Problem, Target
from sim.calibrate.prove import _range, check_coverage
from sim.calibrate.screen import screen_parameters, trajectories
from sim.calibrate.waves import chosen
from sim.study.priors import Prior

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


def test_an_emulator_of_noise_finds_nothing_but_noise():
    values = np.random.default_rng(0).normal(size=120)
    made = Emulator(candidates(120, 18, 5), values)
    mean, _ = made.at(candidates(500, 18, 60))
    assert made.noise > 0.7
    assert mean.std() < 0.2


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


def seen_together(unit, r, seed=0):
    """Two patterns seen once, whose means are the first parameter; over histories they correlate by r."""
    luck = np.random.default_rng(seed).normal(0, 0.01, (len(unit), 2))
    mean = 10 * unit[:, [0, 0]] + luck
    names = ("fatal_events", "empty_weeks")
    columns = {f"{name}_mean": mean[:, k] for k, name in enumerate(names)}
    columns |= {f"{name}_sd": 1.0 + 0.001 * luck[:, k] for k, name in enumerate(names)}
    return pd.DataFrame({**columns, "fatal_events_with_empty_weeks": r})


@pytest.mark.parametrize("r", [0.0, 0.9])
def test_what_was_seen_in_one_history_is_not_counted_twice(r):
    unit = candidates(80, 2, 10)
    table = seen_together(unit, r)
    made = emulators(unit, table, [name for name in table if "_with_" not in name])
    asked = candidates(8000, 2, 11)
    targets = {"fatal_events": Target(observed=5), "empty_weeks": Target(observed=5)}
    found = log_agreement(asked, made, targets)
    expected = multivariate_normal([5, 5], [[1, r], [r, 1]]).logpdf(10 * asked[:, [0, 0]])
    near = expected > expected.max() - 4
    assert found[near] == pytest.approx(expected[near], abs=0.1)
    weight = weights_of(found)
    sd = float(np.sqrt(weight @ (asked[:, 0] - weight @ asked[:, 0]) ** 2))
    assert 10 * sd == pytest.approx(np.sqrt((1 + r) / 2), rel=0.03)


@pytest.mark.parametrize("r", [pytest.param(0.0, marks=pytest.mark.slow), 0.9])
def test_intervals_of_what_was_seen_once_hold_synthetic_truths(r):
    unit = candidates(120, 2, 5)
    table = seen_together(unit, r)
    names = [name for name in table if "_with_" not in name]
    targets = {"fatal_events": Target(observed=5), "empty_weeks": Target(observed=5)}
    problem = Problem(priors=dict(list(PRIORS.items())[:2]), targets=targets, truths=100, points=120)
    proof = check_coverage(problem, [0, 1], unit, table, emulators(unit, table, names))
    first = proof[proof.parameter == "events.kidnapping.base"]
    assert 0.88 <= first.inside.mean() <= 0.99
    assert (first.high - first.low).mean() < 0.45


def test_truths_say_nothing_of_what_they_did_not_see(known):
    unit, table, made = known
    blind = table.assign(broken=np.nan)
    blind.loc[60:, "broken"] = table.broken[60:]
    problem = Problem(priors=PRIORS, targets=RANGES, truths=10, points=40)
    proof = check_coverage(problem, [0, 1, 2], unit, blind, made)
    assert proof.truth.nunique() == 10
    widths = (proof.high - proof.low).groupby(proof.parameter).mean()
    assert widths["events.clash.base"] > 0.85  # of which only the other target tells


def test_morris_finds_the_slopes_and_drops_what_does_nothing():
    problem = Problem(priors=PRIORS, targets={"excitation": RANGES["excitation"]}, trajectories=6)
    unit = trajectories(problem)
    assert unit.shape == (6 * 4, 3)
    found = screen_parameters(problem, unit, pd.DataFrame({"excitation": 2 * unit[:, 0] - 0.5 * unit[:, 1]}))
    width = 0.2
    assert found.loc["events.kidnapping.base", "excitation"] == pytest.approx(2 / width, rel=1e-6)
    assert found.loc["events.clash.base", "excitation"] == pytest.approx(0.5 / width, rel=1e-6)
    assert found.loc["events.harassment.base", "most"] == pytest.approx(0, abs=1e-9)
    assert found.kept.to_dict() == {
        "events.kidnapping.base": True, "events.clash.base": True, "events.harassment.base": False,
    }  # fmt: skip


def test_intervals_hold_synthetic_truths_at_their_rate(known):
    unit, table, made = known
    problem = Problem(priors=PRIORS, targets=RANGES, truths=30, points=40)
    proof = check_coverage(problem, [0, 1, 2], unit, table, made)
    assert proof.truth.nunique() == 30
    assert proof.truth.max() < 40  # of the first wave
    assert proof.inside.mean() >= 0.9
    widths = (proof.high - proof.low).groupby(proof.parameter).mean()
    assert 0.15 < widths["events.kidnapping.base"] < 0.35  # the target says of it that it lies within 0.2
    assert widths["events.harassment.base"] > 0.9


def test_wrong_emulators_do_not_hold_synthetic_truths(known):
    unit, table, made = known
    problem = Problem(priors=PRIORS, targets=RANGES, truths=30, points=40)
    turned = np.column_stack([1 - unit[:, 0], unit[:, 1:]])  # the truths are told with the first one turned
    mixed = np.concatenate([turned[:40], unit[40:]])
    proof = check_coverage(problem, [0, 1, 2], mixed, table, made)
    assert proof.groupby("parameter").inside.mean()["events.kidnapping.base"] < 0.6


def test_a_share_is_open_where_it_cannot_go_further():
    assert ends("present", Target(low=0.8, high=1.0))[1] > 1e5
    assert ends("answered", Target(low=0.0, high=0.2)) == (-1e6, 0.2)
    assert ends("broken", Target(low=0.2, high=0.8)) == (0.2, 0.8)
    assert ends("captivity", Target(low=5, high=9)) == pytest.approx((np.log(5), np.log(9)))


def test_agreement_of_runs_is_that_of_their_own_summaries(known):
    _, _, made = known
    table = pd.DataFrame({"excitation": [0.4, 0.3, 0.9, np.nan], "broken": [0.45, 0.45, 0.45, 0.45]})
    found = agreement_of_runs(table, made, RANGES)
    assert found[0] == pytest.approx(0.0, abs=0.1)
    assert np.exp(found[1] - found[0]) == pytest.approx(0.5, abs=0.02)  # on the edge
    assert found[2] < -50
    assert found[3] == -np.inf
    often = agreement_of_runs(table, made, RANGES, times=4)
    assert often[2] < 3 * found[2]  # four times the histories, half the noise
    assert np.exp(often[1] - often[0]) == pytest.approx(0.5, abs=0.02)


def test_rows_are_drawn_by_their_weights():
    weight = np.array([0.1, 0.0, 0.6, 0.3])
    rows = draw_rows(weight, 1000, 3)
    assert np.bincount(rows, minlength=4) == pytest.approx(1000 * weight, abs=1)
    assert effective(weight) == pytest.approx(1 / 0.46)


def test_a_balanced_sample_has_the_medians_of_the_posterior():
    asked = candidates(5000, 6, 12)
    weight = weights_of(-8 * (asked[:, 0] - 0.3) ** 2 + asked[:, 1])
    middle = np.array([quantile(asked[:, k], weight, 0.5) for k in range(6)])

    def off(rows):
        return np.abs(np.median(asked[rows], axis=0) - middle).max()

    mine = draw_balanced(asked, weight, 200, 0)
    assert mine.size == 200
    assert off(mine) < np.median([off(draw_rows(weight, 200, seed)) for seed in range(50)])


def test_the_middle_of_a_bent_posterior_agrees_where_the_medians_do_not():
    asked = candidates(20_000, 2, 13)
    ring = np.hypot(asked[:, 0] - 0.5, asked[:, 1] - 0.5)
    agreement = -(((ring - 0.3) / 0.05) ** 2)
    rows = central(asked, weights_of(agreement), agreement, 5)
    assert rows.size == 5
    assert ring[rows] == pytest.approx(np.full(5, 0.3), abs=0.02)


@pytest.mark.parametrize("n_open", [0, 5, 500])
def test_the_next_wave_has_new_points_and_as_many_as_asked(n_open):
    problem = Problem(priors=PRIORS, targets=RANGES, points=40)
    far = np.where(np.arange(1000) < n_open, 1.0, 9.0)
    agreement = np.where(np.arange(1000) < 100, 0.0, -1e6)
    is_used = np.arange(1000) % 2 == 0
    rows = chosen(problem, far, agreement, is_used, 1)
    assert rows.size == len(set(rows.tolist())) == 40
    assert not is_used[rows].any()
    assert (rows < n_open).sum() >= min(20, n_open // 2)
    assert ((rows < 100).sum() >= 20) or n_open == 500  # the rest where the agreement is best


def test_the_range_of_a_truth_is_cut_at_1_for_a_share_alone():
    luck = np.random.default_rng(0)
    truth = pd.Series({"fall_days": 4.6, "broken": 0.9})
    days = _range("fall_days", Target(low=0, high=5), truth, luck)
    assert days.low < 4.6 < days.high
    assert days.high - days.low == pytest.approx(5)
    share = _range("broken", Target(low=0.2, high=0.8), truth, luck)
    assert share.low < 0.9 <= share.high <= 1
