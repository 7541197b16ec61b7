"""Baselines: each fit recovers what made the data, and each figure for a target is that of a closed form."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim import cli
from sim.patterns.baselines.events import weeks_of
from sim.patterns.baselines.of_histories import ages, histories_table
from sim.patterns.baselines.of_targets import BROKEN_BY, DEATHS, EVENTS, list_processes, targets_table
from sim.stats.hawkes import Fit, fit, simulate
from sim.stats.survival import (
    Weibull,
    fit_constant,
    fit_weibull,
    greatest_distance,
    nearest,
)
from tests.patterns.test_patterns import NOTHING

HORIZON = 365


def drawn(shape, scale, n=4000, seed=0):
    """Days of the break in whole days, cut at the horizon, and which histories broke."""
    age = scale * np.random.default_rng(seed).weibull(shape, n)
    return np.minimum(np.ceil(age), HORIZON).astype(int), age <= HORIZON


@pytest.mark.parametrize(("shape", "scale"), [(0.5, 300.0), (1.0, 150.0), (1.8, 200.0)])
def test_a_weibull_is_recovered_from_whole_days_and_censored_histories(shape, scale):
    found = fit_weibull(*drawn(shape, scale))
    assert found.shape == pytest.approx(shape, rel=0.07)
    assert found.scale_days == pytest.approx(scale, rel=0.08)


def test_breaks_in_the_first_days_do_not_bias_the_shape():
    """Two fifths break on day 1: taken as exact times they would raise the shape."""
    found = fit_weibull(*drawn(0.4, 5.0))
    assert found.shape == pytest.approx(0.4, rel=0.07)


def test_a_constant_hazard_is_recovered_and_is_that_of_its_closed_form():
    days, broke = drawn(1.0, 150.0)
    found = fit_constant(days, broke)
    assert found.shape == 1
    assert found.scale_days == pytest.approx(150, rel=0.06)
    assert found.scale_days == pytest.approx(fit_weibull(days, broke).scale_days, rel=0.05)


def test_too_few_breaks_for_a_fit_are_refused():
    held = np.full(5, 180), np.zeros(5, bool)
    with pytest.raises(ValueError, match="no history broke"):
        fit_constant(*held)
    with pytest.raises(ValueError, match="fewer than two days"):
        fit_weibull(np.array([7, 7, 180]), np.array([True, True, False]))


def test_the_nearest_curve_to_points_on_a_curve_is_that_curve():
    curve = Weibull(0.6, 120.0)
    points = [(day, float(curve.broken_by(day))) for day in BROKEN_BY]
    assert nearest(points, is_constant=False) == pytest.approx(curve, rel=1e-4)
    steady = [(day, 1 - math.exp(-day / 90)) for day in BROKEN_BY]
    assert nearest(steady, is_constant=True) == pytest.approx((1.0, 90.0), rel=1e-4)


def test_the_greatest_distance_is_that_of_the_worst_day():
    """All break on day 10: up to day 9 the share is 0, from then on 1."""
    flat = Weibull(1.0, 10.0)
    days, broke = np.full(8, 10), np.ones(8, bool)
    assert greatest_distance(flat, days, broke) == pytest.approx(1 - math.exp(-0.9))


def test_a_poisson_process_has_the_weeks_of_its_closed_form():
    weeks = weeks_of(Fit(EVENTS / 91, 0.0, 1.0), DEATHS / EVENTS, 13, 10_000)
    assert weeks.events.mean() == pytest.approx(16, abs=4 * 4 / 100)
    assert weeks.events.var() == pytest.approx(16, rel=0.06)
    assert weeks.deaths.mean() == pytest.approx(81, rel=0.02)
    share = math.exp(-16 / 13)  # 29 % of weeks are empty
    assert share == pytest.approx(0.29, abs=0.005)
    assert weeks.empty.mean() / 13 == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 130_000))
    assert (weeks.deaths >= weeks.events).all()
    assert (weeks.deaths[weeks.events == 0] == 0).all()


def test_a_hawkes_process_has_its_mean_and_more_spread():
    process = Fit(0.1, 0.4, 10.0)
    weeks = weeks_of(process, 5.0, 13, 4000)
    assert weeks.events.mean() == pytest.approx(91 * 0.1 / 0.6, rel=0.04)
    assert weeks.events.var() > 1.5 * weeks.events.mean()


def test_a_simulated_hawkes_process_is_recovered():
    counts = simulate(Fit(0.2, 0.45, 20.0), 300, 150, np.random.default_rng(3))
    found = fit(counts, np.ones(counts.shape, bool))
    assert found.branching == pytest.approx(0.45, abs=0.06)
    assert found.memory_days == pytest.approx(20, rel=0.3)


def test_each_target_is_told_with_what_was_fitted_to_it():
    found = {(each.what, each.process): each for each in list_processes()}
    for day in BROKEN_BY:
        assert found[f"truces broken by day {day}", "Weibull"].inside
        assert found[f"truces broken by day {day}", "constant hazard"].inside
    assert found["Weibull shape", "Weibull"].inside
    assert not found["Weibull shape", "constant hazard"].inside
    assert not found["branching ratio", "Poisson"].inside
    assert found["branching ratio", "Hawkes"].is_fitted
    empty = found["weeks without a fatal event, of 13", "Poisson"]
    assert empty.inside
    assert not empty.is_fitted
    assert empty.value == pytest.approx(13 * math.exp(-16 / 13), abs=0.1)
    assert len(targets_table(list(list_processes())).rows) == len(found) == 19


def history(n_unbroken):
    return replace(NOTHING, n_unbroken=n_unbroken)


def test_the_age_of_a_history_is_the_day_of_its_break_or_the_horizon():
    days, broke = ages([history(4), history(100), history(99)])
    assert days.tolist() == [5, 100, 100]
    assert broke.tolist() == [True, False, True]


def test_the_model_s_share_stands_beside_that_of_both_curves():
    days, broke = drawn(1.0, 60.0, n=60)
    table = histories_table(
        [
            history(day - 1 if is_broken and day <= 100 else 100)
            for day, is_broken in zip(days, broke, strict=True)
        ]
    )
    rows = {row[0]: row[1:] for row in table.rows}
    assert list(rows) == [
        "broken by day 30",
        "broken by day 90",
        "shape",
        "greatest distance from the model's share",
    ]
    assert rows["broken by day 30"][0].startswith(f"{(days <= 30).mean():.3f} (")
    assert float(rows["broken by day 30"][1]) == pytest.approx(1 - math.exp(-30 / 60), abs=0.12)
    low, high = rows["shape"][2].partition("(")[2].rstrip(")").split(" to ")
    assert float(low) < 1 < float(high)
    assert 0 < float(rows["greatest distance from the model's share"][1]) < 0.2


def test_histories_that_all_held_have_no_curve():
    table = histories_table([history(100)] * 3)
    assert table.rows[0][2:] == ("", "")
    assert table.rows[-1][2:] == ("", "")


@pytest.mark.slow
def test_the_command_prints_the_baselines_too(capsys, monkeypatch):
    monkeypatch.setattr("sim.patterns.simulate.patterns", lambda scenario, histories: iter(()))
    assert (
        cli.main(
            ["patterns", "scenario=small_town", "days=20", "--runs", "2", "--truces", "0", "--baselines"]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "Simple processes beside the targets" in said
    assert "Curves fitted to the first breaks of 2 histories" in said
