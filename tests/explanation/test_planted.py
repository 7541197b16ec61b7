"""Causes that are planted are found, and nothing else is."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim.explanation.changes import Change
from sim.explanation.rerun import Job
from sim.records import run_row
from sim.records.columns import CAMPS
from tests.conftest import finished, merged, tiny
from tests.explanation.histories import EITHER, ONE, TWO, explained, sort_of

pytestmark = pytest.mark.xdist_group("explanation_planted")  # what the module makes is made once


@pytest.fixture(scope="module")
def one():
    return explained(ONE)


def test_one_event_that_alone_can_break_the_truce_is_named_and_no_other(one):
    assert one.row["first_break_day"] == 15
    events = one.table[one.table.sort == "event"]
    guilty = events.change.str.contains("kidnapping")
    assert guilty.sum() == 1
    assert (events.p_without == 1).all()
    assert (events.p_with[guilty] == 0).all()
    assert (events.p_with[~guilty] == 1).all()
    assert (~events.broke[guilty]).all()
    kinds = one.table[one.table.sort == "kind"].set_index("name")
    assert kinds.difference["kidnapping"] == -1
    assert kinds.difference["harassment"] == 0
    assert one.table.sort[0] in ("event", "kind")
    told = "\n".join(one.lines)
    assert "Without the kidnapping" in told
    assert "breaks in none" in told or "breaks in 0 %" in told
    assert "do not add up" not in told


def test_two_events_that_are_needed_together_both_show_and_do_not_add_up():
    found = explained(TWO)
    events = found.table[(found.table.sort == "event") & found.table.change.str.contains("kidnapping")]
    assert len(events) == 2
    assert (events.difference == -1).all()
    assert sort_of(found, "together").difference.tolist() == [-1]
    assert "Single removals do not add up" in "\n".join(found.lines)


def test_all_other_changes_of_a_planted_history_make_no_difference(one):
    rest = one.table[one.table["sort"].isin(("measure", "switch", "kinship"))]
    assert len(rest) == 8 + 3 + 2
    assert (rest.difference == 0).all()
    assert (rest.first_break_day == 15).all()


def test_where_one_stands_in_for_another_single_removals_show_nothing_and_all_at_once_do():
    found = explained(EITHER)
    assert (sort_of(found, "event").difference == 0).all()
    assert sort_of(found, "together").difference.tolist() == [-1]
    assert "They stand in for one another" in "\n".join(found.lines)


LIVELY = {"days": 40, "feelings": {"shock_scale": 2.0}, "events": {"kidnapping": {"base": 0.15}}}


def test_a_rerun_without_a_kind_from_day_1_is_a_run_without_it():
    change = Change("kind", "kidnapping", "", 1, 1, values={"events.kidnapping.enabled": False})
    row = Job(0, tiny(LIVELY).model_dump_json(), 1, 0, change).do()[1][0]
    whole = run_row(finished(tiny(merged(LIVELY, {"events": {"kidnapping": {"enabled": False}}}))))
    same = ("broke", "first_break_day", "ending")
    assert [row[name] for name in same] == pytest.approx([whole[name] for name in same], nan_ok=True)
    for name in ("deaths", "departed"):
        assert row[name] == sum(whole[f"{name}_{camp}"] for camp in CAMPS)


def test_removing_what_never_happened_changes_nothing_to_the_bit():
    text = tiny(LIVELY).model_dump_json()
    nothing = Job(0, text, 9, 5, Change("event", "", "", 9, 9, without=(12345,)))
    assert_frame_equal(*(pd.DataFrame(job.do()[1]) for job in (nothing, Job(1, text, 9, 5, None))))


def test_luck_is_the_runs_own_up_to_the_day_that_is_named_and_fresh_after_it():
    text = tiny(LIVELY).model_dump_json()
    early, late = (pd.DataFrame(Job(0, text, day, 4, None).do()[1]) for day in (1, 40))
    what = ["broke", "first_break_day", "deaths", "departed"]
    assert len(late[what].drop_duplicates()) == 1
    assert len(early[what].drop_duplicates()) > 2
