"""What the histories of a point are reduced to, from histories, and from traces where the answer is plain."""

from math import exp, isnan, log

import numpy as np
import pandas as pd
import pytest

from sim.actors.postures import Posture
from sim.calibrate.summaries import SUMMARIES, TOGETHER, _summary, summaries_of
from sim.city.columns import Rank
from sim.patterns.figures import ONCE, RANGES
from sim.patterns.traces import Captivity, Trace
from sim.records import event_table, run_row
from tests.conftest import finished, tiny
from tests.patterns.test_patterns import LIVELY

DAYS = 120


def traces(
    n=6,
    *,
    unbroken=DAYS,
    captivities=(),
    answers=(),
    defections=0,
    fatal_days=(3, 4, 40),
    begun=0.2,
    officers=1000,
):
    """Histories that are all alike."""
    none = np.zeros(DAYS + 1, np.int64)
    fatal = none.copy()
    fatal[list(fatal_days)] = 1
    luck = np.random.default_rng(1)
    return [
        Trace(
            unbroken, none, luck.poisson(begun, DAYS + 1), none, fatal, 2.0 * fatal, 0.5 * fatal,
            np.zeros(DAYS + 1, np.int8), tuple(captivities), tuple(answers), (), defections, officers,
        )
        for _ in range(n)
    ]  # fmt: skip


def rows(n=6, *, broke=0, present=90):
    """Run rows of so many histories, the first `broke` of them broken."""
    return pd.DataFrame(
        {
            "broke": [k < broke for k in range(n)],
            "residents": 100,
            "present_loyalist": 20,
            "present_uncommitted": present - 50,
            "present_opposition": 30,
        }
    )


def test_summaries_are_those_of_the_histories_of_a_point():
    models = [finished(tiny({"days": 100}), 1), finished(tiny(LIVELY), 3), finished(tiny(LIVELY), 4)]
    runs = pd.DataFrame(
        [{"point": k // 2, "run": k % 2, "status": "ok", **run_row(m)} for k, m in enumerate(models)]
    )
    logs = [event_table(m).assign(point=k // 2, run=k % 2) for k, m in enumerate(models)]
    found = summaries_of(runs, pd.concat(logs, ignore_index=True), Posture.OBSERVING)
    assert found.index.tolist() == [0, 1]
    assert list(found.columns) == [*SUMMARIES, "failed"]
    assert found.failed.tolist() == [0, 0]
    assert found.broken.tolist() == [runs.broke[:2].mean(), float(runs.broke[2])]
    for point, mine in ((0, runs[:2]), (1, runs[2:])):
        expected = max(mine.defections.sum(), 0.5) / mine.officer_days.sum()
        assert exp(found.defections[point]) == pytest.approx(expected)


def test_what_was_seen_is_counted():
    held = [Captivity(4, True, Rank.NONE), Captivity(8, True, Rank.NONE), Captivity(9, True, Rank.NONE)]
    found = _summary(
        rows(broke=2, present=80),
        traces(captivities=held, answers=(0, 0, 0, 2), defections=3, fatal_days=(1, 8, 9, 100)),
    )
    assert exp(found["captivity"]) == pytest.approx(8)
    assert found["answered"] == 0.25
    assert exp(found["defections"]) == pytest.approx(3 / 1000)
    assert found["broken"] == pytest.approx(1 / 3)
    assert found["present"] == pytest.approx(0.8)
    assert found["fatal_events_mean"] == 3  # day 100 is past the thirteenth week
    assert found["deaths_mean"] == pytest.approx(log(7))
    assert found["empty_weeks_mean"] == 11


def test_what_was_not_seen_counts_as_far_off():
    never = [Captivity(50, False, Rank.NONE), Captivity(60, False, Rank.NONE)]
    found = _summary(rows(), traces(captivities=never))
    assert exp(found["captivity"]) == pytest.approx(DAYS)  # held to the end
    assert exp(found["defections"]) == pytest.approx(0.5 / 6000)  # half of one among all
    assert not any(isnan(found[name]) for name in ("excitation", "memory", "broken", "present"))
    quiet = _summary(rows(), traces(begun=0.0))
    assert quiet["excitation"] == 0
    assert isnan(quiet["memory"])


def test_nothing_is_said_where_there_is_no_day_and_no_officer():
    found = _summary(rows(broke=6), traces(unbroken=0, officers=0))
    assert all(isnan(found[name]) for name in ("excitation", "memory", "defections"))


def test_patterns_of_one_history_go_together():
    luck = np.random.default_rng(2)
    mixed = [
        traces(1, fatal_days=luck.choice(np.arange(1, 91), size, replace=False))[0]
        for size in luck.integers(2, 40, 30)
    ]
    found = _summary(rows(30), mixed)
    assert found["fatal_events_with_deaths"] > 0.9
    assert found["fatal_events_with_empty_weeks"] < -0.7


def test_a_point_whose_runs_failed_says_nothing():
    model = finished(tiny({"days": 100}), 1)
    row, log = run_row(model), event_table(model)
    status = ["ok", "failed", "ok", "failed", "failed", "failed"]
    runs = pd.DataFrame(
        [{"point": k // 3, "run": k % 3, "status": each, **row} for k, each in enumerate(status)]
    )
    logs = [log.assign(point=k // 3, run=k % 3) for k in (0, 2)]
    found = summaries_of(runs, pd.concat(logs, ignore_index=True), Posture.OBSERVING)
    assert found.failed.tolist() == [1, 3]
    assert found.broken[0] == row["broke"]
    assert found.drop(columns="failed").loc[1].isna().all()


def test_what_has_no_meaning_is_nan():
    found = _summary(rows(broke=6), traces(unbroken=30))
    nan = {name for name, value in found.items() if isnan(value) and not name.startswith("record_")}
    moments = {f"{name}_{moment}" for name in ONCE for moment in ("mean", "sd")}
    unclear = {"captivity", "answered", "present", *RANGES, *moments, *TOGETHER} - {"third_ending"}
    assert nan == {name for name in unclear if not name.startswith("record_")}  # a record always counts
    assert found["broken"] == 1
    assert found["third_ending"] == 0  # nothing ended these traces, so no third ending did
