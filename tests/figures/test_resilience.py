"""The experiment on resilience: tipping points and early-warning signs, where the answer is plain."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.early_warning import Sign, answer, signs, signs_of_breaks
from experiments.tipping import KEY, chances, draw, n_blows, tipping_interval, tipping_point


def test_the_number_of_blows_is_that_of_their_days():
    assert [n_blows(each) for each in ("[]", "[60]", "[60, 61, 61]", (60, 63), [])] == [0, 1, 3, 2, 0]


def test_the_tipping_point_is_where_half_break():
    assert tipping_point([0, 2, 4], [0.0, 0.25, 0.75]) == pytest.approx(3)
    assert tipping_point([0, 2], [0.6, 0.9]) == 0
    assert np.isnan(tipping_point([0, 2], [0.1, 0.4]))


def tables():
    """40 histories at 0, 4 and 8 blows: with 4 the first half break; two are broken before day 60 already."""
    points = pd.DataFrame(
        {"point": range(3), "scenario": "town", KEY: ["[]", "[60, 61, 63, 65]", str([60] * 8)], "n": 40}
    )
    rows = []
    for point, n_broken in enumerate((0, 20, 40)):
        for run in range(42):
            early, late = run >= 40, run < n_broken
            rows.append(
                {
                    "point": point, "run": run, "status": "ok", "broke": early or late,
                    "first_break_day": 30.0 if early else 70.0 if late else np.nan,
                }
            )  # fmt: skip
    return points, pd.DataFrame(rows)


def test_chances_leave_out_what_broke_before_the_blows():
    points, runs = tables()
    found = chances(points, runs)
    assert [(each.blows, each.broke, each.n) for each in found] == [(0, 0, 40), (4, 20, 40), (8, 40, 40)]
    low, high = tipping_interval("town", points, runs)
    assert low < 4 < high
    assert len(draw(points, runs).axes) == 1


def test_signs_are_those_of_the_rest_about_a_line():
    day = np.arange(28.0)
    assert signs(3 + 0.1 * day)[0] == pytest.approx(0, abs=1e-12)
    swing = np.where(day % 2 == 0, 1.0, -1.0)
    variance, follows = signs(0.1 * day + swing)
    assert variance == pytest.approx(1, abs=0.01)
    assert follows < -0.9
    assert signs(np.sin(day / 4))[1] > 0.7


def test_a_sign_that_rises_before_every_break_tells_all_and_noise_tells_nothing():
    rng = np.random.default_rng(1)
    runs, days = [], []
    for run in range(80):
        broke = run < 40
        swing = rng.normal(size=366)
        fear = swing * np.where(broke & (np.arange(366) >= 170), 5.0, 1.0)
        table = {"point": 0, "run": run, "day": np.arange(366), "passage": swing}
        for camp in ("loyalist", "uncommitted", "opposition"):
            table |= {f"present_{camp}": 10, f"fear_{camp}": fear}
        days.append(pd.DataFrame(table))
        runs.append(
            {"point": 0, "run": run, "status": "ok",
             "first_break_day": 200.0 if broke else np.nan, "ending": "feud" if broke else ""}
        )  # fmt: skip
    found = {
        (each.column, each.sign, each.ahead): each
        for each in signs_of_breaks(pd.DataFrame(runs), pd.concat(days, ignore_index=True))
    }
    assert found["fear", "variance", 0].area > 0.99
    assert 0.4 < found["fear", "variance", 56].area < 0.6
    assert 0.4 < found["passage", "variance", 0].area < 0.6
    assert found["fear", "variance", 0].n_broke == 40
    told = "\n".join(answer([*found.values()]))
    assert "| variance of fear | 1.00" in told


def test_the_words_say_whether_there_are_signs():
    one = Sign("fear", "variance", 28, 0.8, 0.7, 0.9, 30, 200)
    assert "exist here" in answer([one])[-2]
    assert "weak" in answer([one._replace(area=0.6, low=0.55)])[-2]
    assert "10 breaks: too few" in answer([one._replace(n_broke=10)])[-2]
    assert "no sign is clear of chance" in answer([one._replace(low=0.4)])[-2]
    told = answer(
        [one, one._replace(ahead=56, area=0.6, low=0.55), one._replace(sign="autocorrelation", low=0.4)]
    )[-2]
    assert "variance of fear (0.80 28 days before, clear of 0.5 56 days before)" in told
    assert told.endswith("earlier: autocorrelation of fear, variance of passage, autocorrelation of passage.")
