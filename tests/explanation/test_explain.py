"""Explanations of histories whose causes are planted, and of histories as they come."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim.explanation.changes import SORTS, changes_of
from sim.explanation.folder import write_history
from sim.explanation.history import _most_strained, jobs_of
from sim.explanation.history_figure import explain_figure
from sim.explanation.history_table import COLUMNS
from sim.explanation.screen import history_screen
from sim.explanation.spread import Execution
from sim.model import TruceModel
from sim.records import run_row
from tests.conftest import merged, tiny
from tests.explanation.histories import ONE, PLANNED, SERIAL, TWO_WORKERS, explained

pytestmark = pytest.mark.xdist_group("explanation_explain")  # what the module makes is made once


@pytest.fixture(scope="module")
def one():
    return explained(ONE)


def test_a_change_of_what_never_mattered_changes_nothing_to_the_bit(one):
    plain = one.reruns[one.reruns.change == -1].set_index(["day", "replicate"])
    number = next(k for k, each in enumerate(one.changes) if each.name == "relief")  # there is no siege
    with_relief = one.reruns[one.reruns.change == number].set_index(["day", "replicate"])
    assert_frame_equal(
        with_relief.drop(columns="change"), plain.drop(columns="change").loc[with_relief.index]
    )


LIVELY = {"days": 40, "feelings": {"shock_scale": 2.0}, "events": {"kidnapping": {"base": 0.15}}}


@pytest.fixture(scope="module")
def lively():
    return explained(LIVELY, replicates=4)


def test_replicate_0_of_no_change_is_the_history_itself(lively):
    model = TruceModel(tiny(LIVELY))
    model.run_model()
    row = run_row(model)
    bare = lively.reruns[(lively.reruns.change == -1) & (lively.reruns.replicate == 0)]
    assert len(bare) == len({each.until for each in lively.changes})
    assert (bare.first_break_day == row["first_break_day"]).all()
    assert (bare.ending == row["ending"]).all()


def test_a_job_gives_the_same_rows_whatever_was_done_before_it(lively):
    scenario = tiny(LIVELY)
    jobs = jobs_of(scenario, lively.changes, 2)
    late, early = jobs[-1], jobs[0]
    alone = late.do()[1]
    early.do()
    assert pd.DataFrame(late.do()[1]).equals(pd.DataFrame(alone))


def test_worker_processes_give_the_same_table():
    small = merged(ONE, {"days": 20})
    one, two = (explained(small, replicates=2, how=Execution(engine)) for engine in (SERIAL, TWO_WORKERS))
    assert_frame_equal(one.table, two.table)
    assert_frame_equal(one.reruns, two.reruns)


def test_every_sort_of_change_is_tried_once(lively):
    names = [(each.sort, each.name) for each in lively.changes]
    assert len(set(names)) == len(names)
    assert {sort for sort, _ in names} == set(SORTS)
    assert sum(sort == "measure" for sort, _ in names) == 8
    measures = {each.name: each.says for each in lively.changes if each.sort == "measure"}
    assert measures["mediation"] == "with a mediation team"
    assert measures["relief"] == "with relief under siege"
    assert sum(sort == "switch" for sort, _ in names) == 3
    assert {name for sort, name in names if sort == "kinship"} == {"restraint", "revenge"}
    model = TruceModel(tiny(LIVELY))
    model.run_model()
    happened = {each.id for each in model.world.log}
    assert {int(name) for sort, name in names if sort == "event"} <= happened


def test_what_is_in_force_already_is_not_tried():
    change = {"measures": {"pact": {"enabled": True}}, "army": {"shield": False}, "kinship": {"revenge": 0.0}}
    model = TruceModel(tiny(LIVELY, change))
    model.run_model()
    names = {(each.sort, each.name) for each in changes_of(model, 60)}
    assert not {("measure", "pact"), ("switch", "shield"), ("kinship", "revenge")} & names


def test_a_measure_that_begins_later_or_is_stronger_says_so():
    scenario = tiny(
        LIVELY, {"measures": {"pact": {"start_day": 10, "strength": 0.3}, "hotline": {"strength": 1.0}}}
    )
    model = TruceModel(scenario)
    says = {each.name: each.says for each in changes_of(model, 60, only=["measure"])}
    assert says["pact"] == "with a pact among factions from day 10, at 30 % of full strength"
    assert says["hotline"] == "with a hotline between checkpoints and army, at full strength"


def test_the_table_is_ranked_and_its_intervals_hold_their_values(lively):
    table = lively.table
    assert table.columns.tolist() == [column.name for column in COLUMNS]
    assert table.difference.is_monotonic_increasing
    assert ((table.difference_low <= table.difference) & (table.difference <= table.difference_high)).all()
    assert ((table.p_with_low <= table.p_with) & (table.p_with <= table.p_with_high)).all()
    assert np.allclose(table.difference, table.p_with - table.p_without)


def test_a_history_that_held_is_said_to_have_held_and_its_strain_is_looked_at():
    found = explained(PLANNED, replicates=3)
    assert not found.row["broke"]
    told = "\n".join(found.lines)
    assert "The truce held" in told
    assert "up to the greatest strain" in told
    assert (found.table.p_with == 0).all()
    explain_figure(found.table, found.row)


def test_the_figure_shows_every_change_with_its_share_those_without_effect_on_one_line(lively):
    figure = explain_figure(lively.table, lively.row)
    axes = figure.axes[0]
    is_clear = (lively.table.difference_high < 0) | (lively.table.difference_low > 0)
    shown, rest = lively.table[is_clear], lively.table[~is_clear]
    assert len(rest) > 1
    names = [" ".join(label.get_text().split()) for label in axes.get_yticklabels()]
    assert names == [*shown.change, f"{len(rest)} other changes, named below"]
    marks = [line.get_xdata()[0] for line in axes.lines if line.get_label() == "with"]
    assert marks == pytest.approx(shown.p_with.tolist())
    (others,) = [line for line in axes.lines if line.get_label() == "no clear difference"]
    assert others.get_xdata() == pytest.approx(rest.p_with.to_numpy())
    told = " ".join(" ".join(text.get_text() for text in axes.texts).split())
    assert "They differ from row to row because luck is that of the run up to the day of each change" in told
    assert all(each in told for each in rest.change)


def test_the_screen_names_every_change(lively):
    assert [row[0] for row in history_screen(lively.table).rows] == lively.table.change.tolist()


def test_an_explanation_is_written_whole(lively, tmp_path):
    out = tmp_path / "why"
    write_history(lively, out)
    assert {path.name for path in out.iterdir()} == {
        "explain.csv", "explain.parquet", "explain.txt", "explain.png", "explain.svg", "reruns.parquet",
        "run.json",
    }  # fmt: skip
    assert pd.read_parquet(out / "explain.parquet").difference.tolist() == lively.table.difference.tolist()


def test_the_most_strained_day_is_the_last_of_those_with_the_fullest_window_day_0_apart():
    def day(*feud):
        return _most_strained(pd.DataFrame({"day": range(len(feud)), "feud": feud}))

    assert day(9.0, 1.0, 4.0, 2.0, 4.0, 3.0) == 4
    assert day(0.0, 0.0, 0.0) == 2
    assert day(5.0) == 0
