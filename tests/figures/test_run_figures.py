"""Figures of a run: quarters and the forest of causes, against the tables."""

import pytest

import sim
from sim.report.figures.causes import forest
from sim.report.figures.quarters import tiles_of
from sim.report.source import read
from tests.figures.reading import artists, words
from tests.report.tables import daily_of, events_of, feud_tables


def test_the_forest_keeps_parents_and_leaves_lone_events_out():
    events = events_of(
        {"event": 1, "day": 3},
        {"event": 2, "day": 5, "parent": 1, "kind": "clash"},
        {"event": 3, "day": 6, "parent": 1, "kind": "counter_abduction"},
        {"event": 4, "day": 9, "parent": 3, "kind": "revenge_killing", "deaths": 1},
        {"event": 5, "day": 7},
        {"event": 6, "day": 8, "cause": "lapsed", "parent": 1},
    )
    trees, n_lone = forest(events)
    assert n_lone == 1
    assert trees[0][0].event == 1
    assert {node.event: node.parent for node in trees[0]} == {
        1: None,
        2: (0, 3),
        3: (0, 3),
        4: (1, 6),
    }


def test_the_figure_of_causes_draws_every_answer_and_says_what_is_missing():
    events = events_of(
        {"event": 1, "day": 3}, {"event": 2, "day": 5, "parent": 1}, {"event": 3, "day": 6, "parent": 1}
    )
    figure = sim.figures.causes(events, daily_of(20))
    assert len(artists(figure, "answers")) == 2
    assert "Feedback through feelings" in words(figure)


def test_quarters_show_the_highest_feelings_and_all_departures(run_folder):
    tables = read(run_folder).tables
    figure = sim.figures.quarters(tables["quarters"], tables["events"])
    numbers = sorted(tables["quarters"]["quarter"].unique())
    for name in ("fear", "anger", "left"):
        assert len(artists(figure, name)) == len(numbers)
    tiles = tiles_of(tables["quarters"], tables["events"])
    for quarter, row in zip(numbers, tiles.to_dict("records"), strict=True):
        rows = tables["quarters"][tables["quarters"]["quarter"] == quarter]
        assert row["fear"] == pytest.approx(rows["fear"].max(), nan_ok=True)
        assert f"{row['fear']:.2f}" in words(figure)
    left = tables["events"].query("kind == 'departure' and cause != 'lapsed'")["people"].sum()
    assert tiles["left"].sum() == left
    assert "no geography" in words(figure)


def test_the_figure_of_causes_marks_breaks_and_the_chain_that_broke_the_truce():
    daily, events, run = feud_tables()
    figure = sim.figures.causes(events, daily, run)
    assert [line.get_xdata()[0] for line in artists(figure, "break")] == [30]
    assert sorted(line.get_xdata()[0] for line in artists(figure, "chain")) == [20, 28, 29]
    assert "The truce broke on day 30 (feud)" in words(figure)
