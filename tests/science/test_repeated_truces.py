"""Truces that break and form again, over two years, by nothing but the hazards of the shipped small town."""

from __future__ import annotations

import re
from itertools import pairwise

import pandas as pd
import pytest

from sim.compose import compose_scenario
from sim.model import TruceModel
from sim.records import daily_table, event_table, run_row
from sim.report.answer import answer_lines
from sim.truce import TruceState

pytestmark = [pytest.mark.science, pytest.mark.xdist_group("repeated_truces")]


@pytest.fixture(scope="module")
def two_years():
    """Twelve histories of 730 days; nothing is scheduled in any of them."""
    # an army that comes and goes more often than the shipped one, so that few histories show it
    army = ("events.withdrawal.base=0.04", "events.siege.base=0.03", "events.assault.base=0.06")
    scenario = compose_scenario(["scenario=small_town", "days=730", *army])
    models = [TruceModel(scenario, seed=seed) for seed in range(12)]
    for model in models:
        model.run_model()
        assert "SCHEDULED" not in {incident.cause.name for incident in model.world.log}
    return models


def test_most_histories_hold_more_than_one_truce(two_years):
    rows = pd.DataFrame([run_row(model) for model in two_years])
    assert (rows.spells >= 2).mean() > 0.5
    assert (rows.breaks >= 2).sum() >= 4
    assert rows.truce_share[rows.broke].between(0, 1, inclusive="neither").all()
    assert (rows.truce_share[~rows.broke] == 1).all()


def test_the_city_falls_twice_unscripted(two_years):
    twice = [model for model in two_years if run_row(model)["times_fallen"] >= 2]
    assert len(twice) >= 3
    for model in twice:  # each fall is a battle of its own, and the army is away in between
        log = event_table(model)
        falls = log.day[log.kind == "fall"].tolist()
        gone = log.day[log.kind == "withdrawal"].tolist()
        for one, next_one in pairwise(falls):
            assert any(one <= day < next_one for day in gone)


def test_spells_add_up_to_the_days_under_truce(two_years):
    for model in two_years:
        row, daily = run_row(model), daily_table(model)
        under_truce = (daily.truce[1:] != TruceState.BROKEN).sum()
        # lengths count day 0, which is the start, and not the last day of a truce that holds in the end
        holds = model.truce.spells[-1].end is None
        assert row["mean_spell_days"] * row["spells"] == pytest.approx(under_truce + 1 - holds)
        assert row["truce_share"] == pytest.approx(under_truce / 730)


def test_the_screen_says_how_often_it_broke_how_long_spells_were_and_how_often_the_city_fell(two_years):
    model = next(
        each for each in two_years if run_row(each)["times_fallen"] >= 2 and run_row(each)["spells"] >= 3
    )
    row = run_row(model)
    told = "\n".join(answer_lines(row, daily_table(model), event_table(model)))
    assert f"the city fell {row['times_fallen']} times" in told or "the city fell twice" in told
    said = re.search(r"with (\d+) later truces? it held .*, for ([\d.]+) days at a time on average", told)
    assert said is not None
    assert int(said[1]) == row["spells"] - 1
    assert float(said[2]) == pytest.approx(row["mean_spell_days"], abs=0.5)
    for spell in model.truce.spells:
        if spell.end is not None:
            assert f"day {spell.end}" in told or f"{spell.end} ({spell.ending})" in told
