"""The default scenario is alive: it breaks neither always nor never, in several ways, in a peopled city."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from sim.compose import compose_scenario
from sim.model import TruceModel
from sim.records import daily_table, run_row
from sim.scenario import Scenario

CAMPS = ("loyalist", "uncommitted", "opposition")
FEELINGS = tuple(f"{feeling}_{camp}" for feeling in ("fear", "anger") for camp in CAMPS)


class Histories(NamedTuple):
    """Run rows; lowest and highest of each daily column by run; quantiles of the camps' mean feelings."""

    runs: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    feelings: pd.DataFrame  # a row a run: the 5th and 95th percentile of each mean over days 1 to the last


def one_history(scenario: Scenario, seed: int) -> dict[str, Any]:
    model = TruceModel(scenario, seed=seed)
    model.run_model()
    daily = daily_table(model)
    return {
        "run": run_row(model),
        "low": daily.min(),
        "high": daily.max(),
        "feelings": daily.loc[1:, list(FEELINGS)].quantile([0.05, 0.95]).unstack(),
    }


def gathered(found: list[dict[str, Any]]) -> Histories:
    return Histories(
        *(pd.DataFrame([each[name] for each in found]) for name in ("run", "low", "high", "feelings"))
    )


def broken_share(histories: Histories) -> float:
    return float(histories.runs.broke.mean())


def endings(histories: Histories, least: float) -> list[str]:
    """Endings with at least this share of the first breaks."""
    share = histories.runs.ending[histories.runs.broke].value_counts(normalize=True)
    return sorted(share[share >= least].index)


def present_share(histories: Histories) -> pd.Series:
    """Share of the residents present at the end of each run that never broke."""
    held = histories.runs[~histories.runs.broke]
    assert len(held) > 0
    return held[[f"present_{camp}" for camp in CAMPS]].sum(axis=1) / held.residents


def constant_columns(histories: Histories) -> list[str]:
    """Daily columns that hold one and the same number on every day of every run."""
    low, high = histories.low.min(), histories.high.max()
    return sorted(low.index[low == high])


def feelings_at_a_bound(histories: Histories, margin: float) -> list[str]:
    """Camps' mean feelings that sit within `margin` of 0 or 1 on most days of most runs."""
    usual = histories.feelings.median()
    return sorted({name for name in FEELINGS if usual[name, 0.95] < margin or usual[name, 0.05] > 1 - margin})


def test_a_few_histories_of_the_small_town_are_alive():
    # the small town has the shares of al-Rastan; bounds are wide enough for 24 histories
    scenario = compose_scenario(["scenario=small_town"])
    few = gathered([one_history(scenario, seed) for seed in range(24)])
    assert 0.1 <= broken_share(few) <= 0.9
    assert len(endings(few, 0.04)) >= 2
    assert present_share(few).mean() >= 0.75
    assert set(constant_columns(few)) <= {"posture", "breaches_standoff"}
    assert feelings_at_a_bound(few, 0.01) == []
    assert few.feelings.min(axis=None) >= 0
    assert few.feelings.max(axis=None) <= 1


@pytest.mark.slow
@pytest.mark.science
def test_over_200_histories_the_default_scenario_is_not_degenerate():
    scenario = compose_scenario(["scenario=al_rastan"])
    assert scenario == Scenario()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        many = gathered(list(pool.map(partial(one_history, scenario), range(200), chunksize=5)))
    assert set(many.runs.days) == {180}
    assert 0.2 <= broken_share(many) <= 0.8
    assert len(endings(many, 0.05)) >= 3
    present = present_share(many)
    assert present.mean() >= 0.8
    assert np.mean(present >= 0.8) >= 0.9
    assert constant_columns(many) == []
    assert feelings_at_a_bound(many, 0.01) == []
    assert many.feelings.min(axis=None) >= 0
    assert many.feelings.max(axis=None) <= 1
