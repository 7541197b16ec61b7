"""The timeline shows what the tables say."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from sim.report.placing import ORDERS, joins, placed_marks, rows_of
from sim.report.timeline import timeline_figure
from sim.scenario import Scenario
from tests.report.drawn import (
    ARMY,
    CAPTIVE,
    DEAD,
    DEPARTED,
    EVENTS,
    FEELINGS,
    FEUD,
    PASSAGE,
    TRUCE,
    break_days,
    line,
    overlaps,
    words,
)
from tests.report.tables import (
    BROKEN,
    STORMING,
    STRAINED,
    daily_of,
    events_of,
    feud_tables,
    from_day,
    quiet,
    run_of,
)

# ---- what is shown is what the tables say -----------------------------------------------------------


@pytest.fixture(scope="module")
def feud() -> Figure:
    return timeline_figure(*feud_tables())


def test_the_title_says_that_when_and_how_the_truce_broke(feud):
    assert "Made up: the truce broke on day 30 by feud, and formed again" in words(feud)
    assert "(seed 7) of 65,100 residents over 60 days: one possible history, not a forecast." in words(feud)
    assert "What led to it: 1 revenge killing" in words(feud)


def test_the_break_and_the_forming_again_are_named_by_their_days(feud):
    notes = [text.get_text() for text in feud.axes[TRUCE].texts]
    assert "broke on day 30 (feud)" in notes
    assert "formed again on day 50" in notes


def test_the_break_is_a_line_through_every_panel(feud):
    assert [break_days(axes) for axes in feud.axes] == [[30]] * 9


def test_every_break_has_its_line():
    truce = from_day(730, 20, BROKEN, 60) + from_day(730, 300, BROKEN, 400) + from_day(730, 700, BROKEN)
    daily = daily_of(730, truce=truce)
    figure = timeline_figure(daily, events_of(), run_of(daily, "siege"))
    assert [break_days(axes) for axes in figure.axes] == [[20, 300, 700]] * 9
    assert "the first of 3 breaks" in words(figure)


def test_the_band_covers_each_day_in_its_state():
    daily = daily_of(9, truce=[0, 1, 1, 2, 2, 2, 0, 1, 0, 0])
    figure = timeline_figure(daily, events_of(), run_of(daily, "feud"))
    bars = {bars.get_label(): bars for bars in figure.axes[TRUCE].collections}
    spans = {
        name: [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in bar.get_paths()]
        for name, bar in bars.items()
    }
    assert spans == {
        "holding": [(-0.5, 0.5), (5.5, 6.5), (7.5, 9.5)],
        "strained": [(0.5, 2.5), (6.5, 7.5)],
        "broken": [(2.5, 5.5)],
    }


def test_the_posture_of_the_army_is_a_band():
    daily = daily_of(100, posture=from_day(100, 40, STORMING, 80))
    figure = timeline_figure(daily, events_of(), run_of(daily))
    shown = [text.get_text() for text in figure.axes[ARMY].texts]
    assert sorted(shown) == ["observing", "observing", "storming"]


def test_a_state_too_short_to_be_named_inside_is_named_in_the_key():
    daily = daily_of(700, truce=from_day(700, 5, STRAINED, 6), posture=from_day(700, 40, STORMING, 42))
    key = timeline_figure(daily, events_of(), run_of(daily)).axes[ARMY].get_legend()
    assert [text.get_text() for text in key.get_texts()] == ["strained", "storming"]


@pytest.mark.parametrize("camp", ["loyalist", "uncommitted", "opposition"])
def test_curves_are_the_columns_of_the_daily_table(feud, camp):
    daily, _, _ = feud_tables()
    for feeling in ("fear", "anger"):
        drawn = line(feud.axes[FEELINGS], f"{camp} {feeling}")
        assert drawn.get_xdata().tolist() == daily["day"].tolist()
        assert drawn.get_ydata().tolist() == daily[f"{feeling}_{camp}"].tolist()
        assert drawn.is_dashed() == (feeling == "anger")
    assert line(feud.axes[DEPARTED], camp).get_ydata().tolist() == daily[f"departed_{camp}"].tolist()


@pytest.mark.parametrize(("panel", "column"), [(CAPTIVE, "captive"), (DEAD, "dead")])
def test_losses_are_the_columns_of_the_daily_table(feud, panel, column):
    daily, _, _ = feud_tables()
    assert line(feud.axes[panel], column).get_ydata().tolist() == daily[column].tolist()


def test_curves_are_named_at_their_right_end_with_their_last_value(feud):
    assert [text.get_text() for text in feud.axes[CAPTIVE].texts] == ["captive 1"]
    assert [text.get_text() for text in feud.axes[DEAD].texts] == ["dead 2"]
    assert "loyalist 120 (25 %)" in [text.get_text() for text in feud.axes[DEPARTED].texts]
    assert len(feud.axes[FEELINGS].texts) == 6


def test_names_of_lines_that_end_level_stand_in_the_order_of_the_camps():
    texts = timeline_figure(*quiet(180)).axes[DEPARTED].texts
    from_the_top = [text.get_text() for text in sorted(texts, key=lambda text: -text.get_position()[1])]
    assert from_the_top == ["loyalist 0", "uncommitted 0", "opposition 0"]


# ---- events -----------------------------------------------------------------------------------------


def test_a_mark_stands_for_each_event_that_happened(feud):
    marks = {
        c.get_label(): c.get_offsets().data.tolist()
        for c in feud.axes[EVENTS].collections
        if len(c.get_offsets())
    }
    social = sorted(day for day, _ in marks["social"])
    assert social == [5, 20, 28, 28, 28, 29, 40]  # no lapsed one, and no departure of households' own
    assert [day for day, _ in marks["social_scheduled"]] == [55]


def test_only_kinds_that_happened_have_a_row_and_the_social_ones_come_first(feud):
    names = [label.get_text() for label in feud.axes[EVENTS].get_yticklabels()]
    assert names == ["revenge killing", "counter-abduction", "kidnapping", "harassment", "release"]
    events = events_of(
        {"day": 1, "kind": "siege", "layer": "standoff", "breach": 9.0},
        {"day": 1, "kind": "rumour", "breach": 0.0},
    )
    assert rows_of(placed_marks(events, daily_of(9))) == [("social", "rumour"), ("standoff", "siege")]


def test_orders_that_change_the_posture_share_the_last_row_and_other_deeds_of_the_army_do_not():
    army = {"layer": "standoff", "actor": "army", "cause": "order", "breach": 0.0}
    events = events_of(
        {"day": 3, "kind": "siege", **army, "cause": "scheduled"},
        {"day": 7, "kind": "siege_lifted", **army},
        {"day": 7, "kind": "shelling", **army, "cause": "answer"},
        {"day": 3, "kind": "battle", **army},
        {"day": 4, "kind": "battle", **army},
    )
    marks = placed_marks(events, daily_of(9, posture=from_day(9, 3, STORMING, 6)))
    assert marks["row"].tolist() == [ORDERS, ORDERS, "shelling", "battle", "battle"]
    assert [row for _, row in rows_of(marks)] == ["battle", "shelling", ORDERS]


def test_rows_are_counted_at_their_right_end(feud):
    assert [text.get_text() for text in feud.axes[EVENTS].texts] == ["1, 2 killed", "1", "3", "2", "1"]


def test_a_mark_is_filled_and_larger_where_people_died():
    events = events_of(
        {"day": 1}, {"day": 3, "deaths": 1}, {"day": 5, "deaths": 25}, {"day": 7, "deaths": 10_000}
    )
    daily = daily_of(9)
    (marks,) = (
        c
        for c in timeline_figure(daily, events, run_of(daily)).axes[EVENTS].collections
        if c.get_label() == "social"
    )
    sizes = marks.get_sizes().tolist()
    assert sizes == sorted(set(sizes))
    assert sizes[-1] < 200  # a row is 190 points squared high
    assert [tuple(colour[:3]) == (1, 1, 1) for colour in marks.get_facecolors()] == [
        True,
        False,
        False,
        False,
    ]


def test_answers_are_joined_to_what_they_answer_and_releases_are_not():
    daily, events, _ = feud_tables()
    marks = placed_marks(events, daily)
    days = sorted((int(parent[0]), int(child[0])) for parent, child in joins(marks))
    assert days == [(20, 28), (28, 29)]


def test_events_of_one_kind_and_day_lie_side_by_side_in_their_row():
    marks = placed_marks(events_of(*({"day": 4} for _ in range(40))), daily_of(9))
    assert marks["y"].nunique() == 40
    assert marks["y"].abs().max() <= 0.29  # half a row is 0.5


def test_feud_and_passage_are_drawn_with_the_bars_by_which_they_are_judged():
    daily, events, run = feud_tables()
    rules = Scenario().truce
    figure = timeline_figure(daily, events, run, Scenario())
    feud, passage = figure.axes[FEUD], figure.axes[PASSAGE]
    (judged,) = (each for each in feud.lines if each.get_label() == "feud")
    assert judged.get_ydata() == pytest.approx(daily["feud"].to_numpy())
    assert line(feud, "feud bar").get_ydata()[0] == rules.feud.bar
    assert line(passage, "passage strained").get_ydata()[0] == rules.strained_passage
    assert line(passage, "passage gone").get_ydata()[0] == rules.passage.bar
    assert "breaks at 8" in words(figure)
    assert "weighted total 5; the truce breaks at 8 within 14 days" in " ".join(words(figure).split())
    assert overlaps(figure) == []


def test_the_chain_that_broke_the_truce_is_ringed():
    figure = timeline_figure(*feud_tables())
    (rings,) = [each for each in figure.axes[EVENTS].collections if each.get_label() == "chain rings"]
    assert sorted(rings.get_offsets()[:, 0]) == [20, 28, 29]


def test_how_long_the_truce_held_is_a_sentence():
    assert "held for the first\n30 of 60 days" in words(timeline_figure(*feud_tables()))
