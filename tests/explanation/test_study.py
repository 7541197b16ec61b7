"""A study is explained: its broken histories, their planted cause, covariates, and measures by start."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import sim
from sim.cli import main
from sim.events import KINDS
from sim.explanation.sample import sample_of
from sim.explanation.screen import study_screen
from sim.explanation.spread import Execution
from sim.explanation.study import study_explained
from sim.explanation.study_figure import study_figure
from sim.explanation.study_table import COLUMNS
from sim.explanation.trials import Trial, trials_of, weights_of
from sim.model import TruceModel
from sim.stats.intervals import mean_share, paired_share
from sim.world.measures import FACTS
from tests.explanation.histories import TWO_WORKERS
from tests.study.studies import SERIAL, SMALL, stop_after

pytestmark = pytest.mark.xdist_group("explanation_study")  # what the module makes is made once

MUTE = [f"events.{name}.enabled=false" for name in KINDS if name not in ("kidnapping", "rumour")]
PLANTED = [
    *SMALL, *MUTE, "days=30", "events.kidnapping.base=0", "events.kidnapping.at=[16]",
    "question='What breaks it?'",
]  # fmt: skip


def done(folder, *overrides):
    sim.sweep([*overrides, SERIAL, "keep=rows"], out=folder)
    return folder


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Two points: a kidnapping that breaks the truce of every run on day 16, and one that breaks none."""
    folder = tmp_path_factory.mktemp("planted") / "study"
    return done(folder, *PLANTED, "events.kidnapping.breach=9,0.5", "runs=4")


@pytest.fixture(scope="module")
def why(planted):
    return sim.explain(planted, histories=4, replicates=2)


def test_the_sample_is_of_broken_histories_alone_and_the_same_each_time(planted):
    sample = sample_of(planted, 3)
    assert (sample.n_broke, sample.n_runs) == (4, 8)
    assert {each.point for each in sample.histories} == {0}
    assert [each.run for each in sample.histories] == [each.run for each in sample_of(planted, 3).histories]
    assert len(sample_of(planted, 99).histories) == 4
    assert {each.day for each in sample.histories} == {16}


def test_a_planted_cause_accounts_for_all_breaks_and_nothing_else_for_any(why):
    table = why.table.set_index(["name", "days_before"])
    guilty = table.loc["kidnapping", 0]
    assert (guilty.difference, guilty.p_without, guilty.held, guilty.histories) == (-1, 1, 4, 4)
    rest = why.table[why.table.name != "kidnapping"]
    assert (rest.difference == 0).all()
    assert not (rest.held > 0).any()
    assert set(rest["sort"]) == {"kind", "covariate", "measure"}
    told = "\n".join(why.lines)
    assert "What breaks it?" in told
    assert "4 histories of the 4 that broke, of 8 in all" in told
    assert "4 of 4 hold with the same luck" in told


def test_measures_are_tried_by_their_start_and_only_where_the_history_is_long_enough(why):
    pact = why.table[why.table.name == "pact"]
    assert pact.days_before.tolist() == [0, 14, 7]  # not 56 or 28: it broke on day 16
    assert set(why.table.days_before[why.table["sort"] == "kind"]) == {0}


def test_the_table_has_its_columns_and_intervals_hold_their_values(why):
    table = why.table
    assert table.columns.tolist() == [column.name for column in COLUMNS]
    assert ((table.difference_low <= table.difference) & (table.difference <= table.difference_high)).all()
    assert not why.reruns.duplicated(["history", "days_before", "trial", "replicate"]).any()
    assert (why.reruns.days_before[why.reruns.replicate == 0] == 0).all()


def test_workers_give_the_same_to_the_bit(planted):
    asked = {"histories": 2, "replicates": 2, "only": ["kind"]}
    with study_explained(planted, **asked, how=Execution(TWO_WORKERS)) as found:
        here = sim.explain(planted, **asked)
        assert_frame_equal(found.reruns, here.reruns)
        assert_frame_equal(found.table, here.table)


def test_an_unfinished_study_is_explained_as_far_as_it_is(tmp_path):
    out = tmp_path / "study"
    stop_after(2, out)
    found = sim.explain(out, histories=2, replicates=1, only=["covariate"])
    assert 2 <= found.sample.n_broke <= found.sample.n_runs < 72


def test_a_run_whose_city_is_redrawn_is_found_again(tmp_path):
    folder = done(tmp_path / "study", *SMALL, "truce.feud.bar=4", "events.kidnapping.base=0.3", "runs=4",
                  "cities=redrawn")  # fmt: skip
    for each in sample_of(folder, 2).histories:
        model = TruceModel.of(each.scenario)
        model.run_model()
        assert model.truce.spells[0].end == each.day


def test_a_covariate_without_weight_weighs_nothing_anywhere(planted):
    history = sample_of(planted, 2).histories[0]
    assert "events.kidnapping.weights.anger" in weights_of(history.scenario)["anger"]
    change = Trial("covariate", "anger", 0).change(history)
    assert "anger" not in weights_of(change.scenario(history.scenario))
    assert set(weights_of(change.scenario(history.scenario))) == set(weights_of(history.scenario)) - {"anger"}


def test_a_measure_begins_on_the_day_that_is_said(planted):
    history = sample_of(planted, 2).histories[0]
    change = Trial("measure", "pact", 7).change(history)
    assert (change.day, change.says) == (9, "with a pact among factions")
    pact = change.scenario(history.scenario).measures.pact
    assert [pact.on(day) > 0 for day in (8, 9, 30)] == [False, True, True]
    names = {trial.name for trial in trials_of([history, history], ["measure"])}
    assert names == set(FACTS)


def test_the_figure_and_the_screen_show_what_the_table_says(why):
    left, right = study_figure(why.table, 4).axes
    assert "without any kidnapping" in [label.get_text() for label in left.get_yticklabels()]
    drawn = {line.get_label(): line.get_ydata() for line in right.lines if len(line.get_xdata()) == 3}
    assert set(drawn) == set(FACTS)
    assert all((shown == 0).all() for shown in drawn.values())
    assert [row[0] for row in study_screen(why.table).rows] == ["without any kidnapping"]


def test_the_command_writes_a_folder_that_may_be_replaced(planted, tmp_path, capsys):
    out = tmp_path / "why"
    command = ["explain", str(planted), "--histories", "2", "--replicates", "1", "--engine", "serial"]
    command += ["--only", "covariate", "--point", "0", "--out", str(out)]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "point 0 (events.kidnapping.breach=9" in told
    page = json.loads((out / "run.json").read_text())
    assert (page["kind"], page["broke"], len(page["histories"])) == ("explanation of a study", 4, 2)
    table = pd.read_parquet(out / "explain.parquet")
    assert set(table["sort"]) == {"covariate"}
    assert main(command) == 2
    assert main([*command, "--force"]) == 0
    assert_frame_equal(pd.read_parquet(out / "explain.parquet"), table)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--histories", "1"], "--histories 1: out of range; an interval over histories needs at least 2"),
        (["--without", "7"], "--without 7: events are those of one run"),
        (["--only", "event"], "--only event: no such sort of changes of a study"),
        (["--point", "2"], "--point 2: out of range; points of this study are 0 to 1"),
        (["--point", "1"], "point 1 (events.kidnapping.breach=0.5): the truce broke in none of 4 runs"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments, says, planted, tmp_path, capsys):
    assert main(["explain", str(planted), *arguments, "--out", str(tmp_path / "x")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert says in lines[0]


def test_a_study_without_broken_runs_or_of_another_version_is_refused(tmp_path, capsys):
    calm = done(tmp_path / "calm", *PLANTED, "events.kidnapping.breach=0", "runs=2")
    out = ["--out", str(tmp_path / "x")]
    assert main(["explain", str(calm), *out]) == 2
    assert "the truce broke in none of 2 runs" in capsys.readouterr().err
    plan = calm / "plan.json"
    plan.write_text(plan.read_text().replace('"hudna": "', '"hudna": "9.'))
    assert main(["explain", str(calm), *out]) == 2
    assert "made by hudna 9." in capsys.readouterr().err


def test_an_interval_over_histories_with_one_replicate_is_that_of_pairs_but_for_t():
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 2, 200).astype(float), rng.integers(0, 2, 200).astype(float)
    assert mean_share(one - other, 1)[:2] == pytest.approx(paired_share(one, other)[:2], abs=0.005)
    low, high, _ = mean_share(-np.ones(20), 2)
    assert (low, -1 <= high < -0.7) == (-1, True)


@pytest.mark.parametrize(("n", "replicates"), [(20, 2), (8, 1), (50, 4)])
def test_intervals_over_histories_cover_the_truth_at_their_rate(n, replicates):
    """Histories differ in how often they break with a change and without; the truth is a mean difference."""
    rng = np.random.default_rng(7)
    covered, rounds = 0, 2000
    truth = 0.75 * 0.6 - 0.75  # each history's share without is beta(3, 1), with it 0.6 of that
    for _ in range(rounds):
        p = rng.beta(3, 1, n)
        without = rng.binomial(replicates, p) / replicates
        with_it = rng.binomial(replicates, 0.6 * p) / replicates
        low, high, _ = mean_share(with_it - without, replicates)
        covered += low <= truth <= high
    assert covered / rounds > 0.95 - 4 * np.sqrt(0.95 * 0.05 / rounds)
