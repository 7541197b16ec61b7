"""Figures of a run: quarters and the forest of causes, against the tables."""

import pytest

import sim
from sim.report.figures.causes import forest
from sim.report.source import read
from tests.figures.reading import artists, words
from tests.report.tables import daily_of, events_of


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


def test_quarters_show_the_weekly_table_and_all_departures(run_folder):
    tables = read(run_folder).tables
    figure = sim.figures.quarters(tables["quarters"], tables["events"])
    numbers = sorted(tables["quarters"]["quarter"].unique())
    fear = artists(figure, "fear")
    assert len(fear) == len(numbers)
    for quarter, line in zip(numbers, fear, strict=True):
        rows = tables["quarters"][tables["quarters"]["quarter"] == quarter]
        assert line.get_ydata() == pytest.approx(rows["fear"].to_numpy(), nan_ok=True)
    left = tables["events"].query("kind == 'departure' and cause != 'lapsed'")["people"].sum()
    bars = sum(patch.get_height() for axes in figure.axes for patch in axes.patches)
    assert bars == left
    assert "no geography" in words(figure)
