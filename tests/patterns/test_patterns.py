"""Patterns: each figure is that of its definition, and what falls outside is printed as outside."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.actors.postures import Posture
from sim.city.columns import Rank
from sim.patterns import Histories, held_median, kin_graph, once, patterns, traces_of
from sim.patterns.pattern import in_range, make_coverage, make_range
from sim.patterns.population import Lives, lives_of, population, weibull_shape
from sim.patterns.table import HEADS, table_of
from sim.patterns.traces import BEGUN, FOLLOWED_DAYS, SOCIAL, VIOLENT, Captivity, Trace
from sim.records import daily_table, event_table, run_row
from sim.stats.hawkes import Fit, fit, simulate
from tests.conftest import finished, tiny

LIVELY = {
    "days": 100,
    "feelings": {"shock_scale": 2.0},
    "events": {
        "kidnapping": {"base": 0.1, "officer_pull": 200.0},
        "checkpoint_attack": {"base": 0.2, "p_warned": 0.0},
        "assault": {"at": (70,)},
        "squeeze": {"at": (60,)},
    },
    "army": {"troops": 10},
}
NONE = np.zeros(101, np.int64)
NOTHING = Trace(
    100, NONE, NONE, NONE, NONE, np.zeros(101), np.zeros(101), np.zeros(101, np.int8), (), (), (), 0, 0
)


def traces(models):
    """The traces of finished models, as if they were the runs of one point of a study."""
    runs = [{"point": 0, "run": k, **run_row(model)} for k, model in enumerate(models)]
    logs = [event_table(model).assign(point=0, run=k) for k, model in enumerate(models)]
    start = Posture[models[0].scenario.army.start.upper()]
    return traces_of(pd.DataFrame(runs), pd.concat(logs, ignore_index=True), start)


@pytest.fixture(scope="module")
def one():
    models = [finished(tiny({"days": 100}), 1), finished(tiny(LIVELY), 3)]
    return traces(models)[1], models[1]


def test_a_trace_is_what_the_tables_of_its_history_say(one):
    kept, model = one
    daily, log, row = daily_table(model), event_table(model), run_row(model)
    log = log[log.cause != "lapsed"]
    assert kept.n_unbroken == (row["first_break_day"] - 1 if row["broke"] else 100)
    assert kept.deaths == pytest.approx((daily.deaths + daily.soldiers_killed).to_numpy())
    assert kept.fatal.sum() == ((log.deaths + log.soldiers) > 0).sum() > 0
    assert kept.violent.sum() == log.kind.isin(VIOLENT).sum() > kept.social.sum()
    assert kept.social.sum() == log.kind.isin(SOCIAL).sum() > 0
    assert kept.begun.sum() == log.kind.isin(BEGUN).sum() > kept.social.sum()
    assert kept.officer_days == (daily.away + daily.officers_in_city)[:-1].sum() > 0
    assert len(kept.captivities) == (log.kind == "kidnapping").sum() > 5
    released = log[(log.kind == "release") & log.parent.isin(log.event[log.kind == "kidnapping"])]
    assert sum(each.is_over for each in kept.captivities) == len(released)
    assert len(kept.n_answers) == (log.day[log.kind == "kidnapping"] <= 100 - FOLLOWED_DAYS).sum()
    assert kept.n_defections == row["defections"]
    before = daily[: kept.n_unbroken + 1]
    assert kept.strained == row["strained_share"] == (before.truce[1:] == 1).mean()
    assert kept.lowest_passage == row["lowest_passage"] == before.passage.min()
    assert len(kept.shelling_lags) > 0
    assert min(kept.shelling_lags) >= 1


def test_a_captivity_that_the_fall_of_the_city_ended_is_cut_there(one):
    kept, model = one
    log = event_table(model)
    falls = log.day[(log.kind == "fall") & (log.cause != "lapsed")].tolist()
    taken = log[(log.kind == "kidnapping") & (log.cause != "lapsed")]
    cut = [
        day + each.days
        for day, each in zip(taken.day, kept.captivities, strict=True)
        if not each.is_over and day <= max(falls)
    ]
    assert cut
    assert set(cut) <= set(falls)


def test_the_rank_of_a_captive_is_the_residents(one):
    kept, model = one
    log = event_table(model)
    taken = log[(log.kind == "kidnapping") & (log.cause != "lapsed")]
    row_of = {resident: row for row, resident in enumerate(model.world.city.resident_id.tolist())}
    ranks = [model.world.residents.rank[row_of[victim]] for victim in taken.victim]
    assert [each.rank for each in kept.captivities] == ranks
    assert set(ranks) > {Rank.NONE}


def held(*days, cut=(), rank=Rank.NONE):
    return replace(
        NOTHING,
        captivities=(
            *(Captivity(day, True, rank) for day in days),
            *(Captivity(day, False, rank) for day in cut),
        ),
    )


def test_the_median_captivity_counts_those_still_held():
    assert held_median([held(1, 2, 3, 4)], Rank.NONE) == 2
    assert held_median([held(1, 2), held(3, 4)], Rank.NONE) == 2
    assert held_median([held(4, 6, 8, cut=(5, 5, 5))], Rank.NONE) == 6
    assert held_median([held(4, cut=(5, 5, 5))], Rank.NONE) == math.inf
    assert math.isnan(held_median([held(1, 2)], Rank.SENIOR))


def simulated_hawkes(mu, branching, memory, histories, days):
    return simulate(Fit(mu, branching, memory), days, histories, np.random.default_rng(1))


def test_a_refit_recovers_the_process_that_made_the_events():
    counts = simulated_hawkes(0.2, 0.45, 20.0, 200, 400)
    found = fit(counts, np.ones(counts.shape, bool))
    assert found.mu == pytest.approx(0.2, rel=0.1)
    assert found.branching == pytest.approx(0.45, abs=0.04)
    assert found.memory_days == pytest.approx(20, rel=0.2)


def test_a_refit_finds_no_excitation_where_there_is_none():
    counts = np.random.default_rng(2).poisson(0.2, (200, 400))
    assert fit(counts, np.ones(counts.shape, bool)).branching < 0.03


def test_days_that_are_not_seen_do_not_count():
    counts = simulated_hawkes(0.2, 0.45, 20.0, 200, 400)
    is_seen = np.ones(counts.shape, bool)
    is_seen[:, 300:] = False
    noisy = counts.copy()
    noisy[:, 300:] += 50
    assert fit(counts, is_seen) == pytest.approx(fit(noisy, is_seen))


def test_a_history_of_weight_two_counts_twice():
    counts = simulated_hawkes(0.2, 0.45, 5.0, 20, 200)
    is_seen = np.ones(counts.shape, bool)
    twice = fit(np.concatenate([counts, counts[:1]]), np.ones((21, 200), bool))
    weight = np.ones(20)
    weight[0] = 2
    assert fit(counts, is_seen, weight) == pytest.approx(twice, rel=1e-3)


def test_the_months_before_a_break_are_those_of_histories_unbroken_for_so_long():
    def history(n_unbroken, per_week):
        fatal = np.zeros(101, int)
        fatal[1:92:7] = per_week
        return replace(NOTHING, n_unbroken=n_unbroken, fatal=fatal, deaths=3.0 * fatal)

    found = list(once([history(100, 1), history(91, 1), history(90, 9)], ("P8", "P10")))
    assert [each.simulated for each in found] == [13, 39, 0, 0]
    assert {each.sample for each in found} == {"13 weeks of 2 histories unbroken so long"}
    assert [each.inside for each in once([history(10, 1)], ("P8", "P10"))] == [None] * 4


def test_what_lies_outside_is_outside():
    assert make_range("", "", (1, 2), 1.5, [1.4, 1.6], "").inside is True
    assert make_range("", "", (1, 2), 2.1, [1.4, 1.6], "").inside is False
    assert make_range("", "", (1, 2), math.nan, [], "").inside is None
    assert make_coverage("", "", 5, [1, 5, 9], "").inside is True
    assert make_coverage("", "", 50, [1, 5, 9], "").inside is False
    assert make_coverage("", "", 5, [], "").inside is None
    assert table_of([make_range("P", "w", (1, 2), 2.1, [2, 2.2], "s")], "").rows[0][-1] == "NO"


def test_an_interval_is_that_of_the_histories_drawn_again():
    many = [replace(NOTHING, n_defections=k % 2) for k in range(100)]
    found = in_range("", "", (0, 1), many, lambda some: np.mean([each.n_defections for each in some]), "")
    assert found.simulated == 0.5
    half = (found.high - found.low) / 2
    assert half == pytest.approx(1.96 * 0.05, rel=0.15)


def test_the_kin_graph_lies_inside_its_targets_in_al_rastan():
    from sim.scenario import Scenario

    found = list(kin_graph(Scenario()))
    assert len(found) == 4
    assert all(each.inside for each in found)


def test_all_patterns_of_a_scenario_are_there():
    models = [finished(tiny({"days": 100}), seed) for seed in range(3)]
    mine = traces(models)
    found = list(patterns(tiny({"days": 100}), Histories(mine, mine, mine)))
    assert {each.name for each in found} == {f"P{k}" for k in range(3, 17)} | {f"T{k}" for k in range(1, 5)}


def test_shares_of_a_population_are_those_of_its_truces():
    runs = pd.DataFrame(
        {
            "status": ["ok", "ok", "ok", "ok", "failed"],
            "days": 365,
            "broke": [True, True, True, False, None],
            "first_break_day": [10.0, 100.0, 300.0, math.nan, math.nan],
            "ending": ["feud", "siege", "exodus", "", None],
        }
    )
    found = {each.what: each for each in population(lives_of(runs))}
    shares = [found[f"truces broken by day {day}"].simulated for day in (30, 90, 180, 365)]
    assert shares == [0.25, 0.25, 0.5, 0.75]
    assert found["truces broken by day 30"].inside is True
    assert found["truces broken by day 365"].sample == "4 local truces"
    layers = [each.simulated for each in population(lives_of(runs)) if "  of them" in each.what]
    assert layers == [0.25, 0, 0.25, 0, 0.25, 0.25, 0.5, 0.25]


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.5])
def test_the_weibull_shape_of_ages_is_found(shape):
    ages = 100 * np.random.default_rng(3).weibull(shape, 4000)
    broke = ages < 200
    days = np.ceil(np.minimum(ages, 200))
    assert weibull_shape(days, broke) == pytest.approx(shape, rel=0.05)


def test_a_population_that_never_breaks_has_no_shape():
    assert math.isnan(weibull_shape(np.full(5, 365.0), np.zeros(5, bool)))
    held_all = Lives(np.full(5, 365.0), np.zeros(5, bool), np.full(5, ""))
    found = list(population(held_all))
    assert [each.simulated for each in found if each.inside is not None] == [0, 0, 0, 0]
    assert found[-1].inside is None


def test_the_command_prints_a_line_a_figure(capsys):
    asked = ["patterns", "scenario=small_town", "days=20", "engine=serial", "--runs", "2", "--truces", "0"]
    assert cli.main(asked) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == list(HEADS)
    assert len(lines) == 48
    assert {len(line) for line in lines} == {len(HEADS)}


def test_one_history_is_no_sample(capsys):
    assert cli.main(["patterns", "--runs", "1"]) == 2
    assert "--runs" in capsys.readouterr().err
