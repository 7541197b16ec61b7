"""Scores against closed forms, and what the simplest methods say."""

import math
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.following import scoring
from sim.following.forecasts import (
    CONSTANT,
    GAMMA_POISSON,
    HAWKES,
    OTHERS,
    RECENT,
    WEIBULL,
    ZERO,
    Past,
    break_probabilities,
    draw_hawkes,
    fit_weibull,
    forecasts,
)
from sim.following.record import Row, fatal_events
from sim.following.score_folder import command_of
from sim.following.scores import (
    block_bootstrap,
    brier,
    central_interval,
    crps,
    law_of,
    log_score,
    pit_histogram,
    skill,
)
from sim.following.scoring import Scores

POISSON = stats.poisson.pmf(np.arange(60), 3.0)


@pytest.mark.parametrize("seen", [0, 3, 11])
def test_crps_of_a_law_is_that_of_its_formula(seen):
    # E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007, eq. 21)
    k = np.arange(POISSON.size)
    to_seen = float(POISSON @ np.abs(k - seen))
    between = float(POISSON @ np.abs(k[:, None] - k) @ POISSON)
    assert crps(POISSON, seen) == pytest.approx(to_seen - between / 2, abs=1e-12)


def test_the_fair_crps_has_the_mean_of_that_of_the_law_itself():
    rng = np.random.default_rng(1)
    drawn = [rng.poisson(3.0, 5) for _ in range(4000)]
    fair = np.array([crps(law_of(each, 60), 4, members=5) for each in drawn])
    assert fair.mean() == pytest.approx(crps(POISSON, 4), abs=4 * fair.std() / math.sqrt(4000))
    biased = np.mean([crps(law_of(each, 60), 4) for each in drawn])
    assert biased > crps(POISSON, 4) + 0.05


def test_crps_of_a_single_count_is_its_distance():
    assert crps(law_of([7], 20), 3) == pytest.approx(4.0)


def test_the_log_score_is_ignorance_and_an_impossible_count_is_finite():
    assert log_score(POISSON, 3, 10**9) == pytest.approx(-math.log2(stats.poisson.pmf(3, 3.0)), abs=1e-6)
    assert 3 < log_score(law_of([0, 0, 0, 0], 2), 6, 4) < 20


def test_ignorance_is_least_for_the_law_that_made_the_counts():
    k = np.arange(60)
    means = {m: float(POISSON @ [log_score(stats.poisson.pmf(k, m), j, 1000) for j in k]) for m in (2, 3, 4)}
    assert min(means, key=means.__getitem__) == 3


def test_central_intervals_hold_what_they_say_and_are_the_least():
    for share in (0.5, 0.9):
        low, high = central_interval(POISSON, share)
        assert POISSON[low : high + 1].sum() >= share
        assert POISSON[: low + 1].sum() > (1 - share) / 2
        assert POISSON[high:].sum() > (1 - share) / 2


def test_the_pit_of_calibrated_forecasts_is_flat_and_of_others_is_not():
    rng = np.random.default_rng(2)
    seen = rng.poisson(3.0, 3000).tolist()
    flat = pit_histogram([POISSON] * 3000, seen)
    assert flat.sum() == pytest.approx(10.0)
    assert np.abs(flat - 1).max() < 4 * math.sqrt(9 / 3000)
    late = pit_histogram([stats.poisson.pmf(np.arange(60), 6.0)] * 3000, seen)
    assert late[0] > 2


def test_brier_and_skill():
    assert (brier(0.2, False), brier(0.9, True)) == pytest.approx((0.04, 0.01))
    assert brier(0.5, True, 2) == pytest.approx(0.25 - 0.25)  # two that disagree say nothing of their mean
    assert skill(0.3, 0.4) == pytest.approx(0.25)
    assert math.isnan(skill(0.1, 0.0))


def test_the_block_bootstrap_covers_a_mean_of_blocks():
    rng = np.random.default_rng(3)
    hits = 0
    for k in range(100):
        blocks = [rng.normal(rng.normal(), 0.1, (3, 1)) for _ in range(20)]
        low, high = block_bootstrap(blocks, lambda rows: float(rows.mean()), seed=k, n=200)
        hits += low <= 0 <= high
    assert 85 <= hits <= 100


def _record(days, rows):
    return fatal_events("a town", days, [Row(day, "fatal", deaths) for day, deaths in rows])


PAST = Past.of(_record(60, [(3, 1), (10, 4), (40, 2)]), 50, [_record(90, [(1, 2), (80, 7)])])


def test_baselines_say_what_their_formulas_say():
    found = forecasts(PAST, 28, seed=1)
    assert list(found) == [ZERO, RECENT, OTHERS, GAMMA_POISSON, HAWKES]
    assert found[ZERO].events.tolist() == [0]
    # a town of 50 days with 3 events: 1000 draws of 28 of those days
    assert found[RECENT].events.mean() == pytest.approx(28 * 3 / 50, abs=4 * math.sqrt(28 * 0.06 / 1000))
    assert found[OTHERS].events.tolist() == [1, 0, 1]  # days 1-28, 29-56, 57-84
    assert found[OTHERS].deaths.tolist() == [2, 0, 7]
    exact = stats.nbinom(3.5, (1 / 0.3 + 50) / (1 / 0.3 + 78))
    assert found[GAMMA_POISSON].events.mean() == pytest.approx(
        exact.mean(), abs=4 * exact.std() / math.sqrt(1000)
    )
    assert found[GAMMA_POISSON].events.std() == pytest.approx(exact.std(), rel=0.15)
    assert (found[GAMMA_POISSON].deaths >= found[GAMMA_POISSON].events).all()


def test_nothing_is_seen_from_the_origin_on():
    rows = [(3, 1), (10, 4), (40, 2)]
    with_later = Past.of(_record(60, [*rows, (55, 9)]), 50, [_record(90, [(1, 2), (80, 7)])])
    assert with_later == PAST


def test_a_hawkes_process_that_has_just_seen_events_expects_more():
    rng = np.random.default_rng(5)
    calm = draw_hawkes([1, 1, 1, 1, 1] + [0] * 45, 14, rng).mean()
    struck = draw_hawkes([0] * 45 + [1, 1, 1, 1, 1], 14, rng).mean()
    assert struck > 1.5 * calm


def test_a_break_by_a_constant_hazard_and_by_weibull():
    lengths = [(100.0, True), (300.0, True), (400.0, False)]
    found = break_probabilities(lengths, 50.0, 56.0)
    assert found[CONSTANT] == pytest.approx(1 - math.exp(-2.5 / 801 * 56))
    assert 0 < found[WEIBULL] < 1
    rng = np.random.default_rng(4)
    spans = 200 * rng.weibull(1.8, 4000)
    shape, scale = fit_weibull(np.minimum(spans, 250.0), spans <= 250.0)
    assert shape == pytest.approx(1.8, rel=0.05)
    assert scale == pytest.approx(200.0, rel=0.03)
    assert break_probabilities([(90.0, False)], 5.0, 56.0)[WEIBULL] < 0.5


def test_the_command_of_scores_has_all_that_they_hang_on(monkeypatch):
    monkeypatch.setattr(scoring, "done", lambda *_: nullcontext([]))
    none = [pd.DataFrame()] * 5
    monkeypatch.setattr(scoring, "_score", lambda plan, records, *_: Scores(plan, 0, list(records), *none))
    monkeypatch.setattr(scoring, "_lines", lambda found: [])
    found = scoring.score(["SYR-13"], ["scenario=small_town"], seed=7, without=["answers"], config_dir=None)
    told = command_of(found)
    assert told.startswith("hudna score SYR-13 scenario=small_town --particles 200")
    assert told.endswith("--seed 7 --without answers")
    assert "--seed" not in command_of(scoring.score(["SYR-13"], []))
