"""Reading the tables: breaks, the blows in the feud window, chains of answers."""

from __future__ import annotations

import pytest

from sim.report.history import Break, breaks_of, feud_blows, incidents, longest_chain, stretches
from tests.report.tables import BROKEN, STRAINED, daily_of, events_of, feud_tables, from_day, run_of


def test_breaks_carry_their_day_their_ending_and_the_day_of_forming_again():
    daily, _, run = feud_tables()
    assert breaks_of(daily, run) == [Break(30, "feud", 50)]


def test_only_the_first_break_is_named_where_the_run_row_names_only_the_first():
    daily = daily_of(60, truce=from_day(60, 10, BROKEN, 20) + from_day(60, 40, BROKEN))
    assert breaks_of(daily, run_of(daily, "siege")) == [Break(10, "siege", 21), Break(40, "", None)]


def test_all_breaks_are_named_where_the_run_row_names_them():
    daily = daily_of(60, truce=from_day(60, 10, BROKEN, 20) + from_day(60, 40, BROKEN))
    run = run_of(daily, "siege", endings="siege feud")
    assert [b.ending for b in breaks_of(daily, run)] == ["siege", "feud"]


@pytest.mark.parametrize("ending", [None, ""])
def test_a_truce_that_is_only_strained_has_no_break(ending):
    daily = daily_of(20, truce=from_day(20, 3, STRAINED))
    assert breaks_of(daily, run_of(daily, ending)) == []


def test_stretches_cover_every_day_once():
    daily = daily_of(9, truce=[0, 1, 1, 2, 2, 2, 0, 1, 0, 0])
    found = stretches(daily, "truce")
    assert [(s.value, s.first, s.last) for s in found] == [
        (0, 0, 0), (1, 1, 2), (2, 3, 5), (0, 6, 6), (1, 7, 7), (0, 8, 9),
    ]  # fmt: skip
    assert sum(s.n_days for s in found) == 10


def test_the_feud_window_holds_the_blows_that_add_up_to_it_and_no_older_one():
    daily, events, _ = feud_tables()
    # on day 30 the window holds 5: the kidnapping of day 5, which weighs 1 as well, has left it
    assert feud_blows(daily, events, 30)["event"].tolist() == [2, 3, 4, 5, 6]


def test_an_empty_feud_window_holds_no_blow():
    daily, events, _ = feud_tables()
    assert feud_blows(daily, events, 3).empty


def test_lapsed_events_and_households_own_moves_are_no_incidents_but_scheduled_moves_are():
    events = events_of(
        {"event": 1, "day": 1, "cause": "lapsed"},
        {"event": 2, "day": 1, "kind": "departure"},
        {"event": 3, "day": 1, "kind": "return"},
        {"event": 4, "day": 1, "kind": "departure", "cause": "scheduled"},
        {"event": 5, "day": 1},
    )
    assert incidents(events)["event"].tolist() == [4, 5]


def test_the_longest_chain_goes_back_to_its_root_even_out_of_the_window():
    _, events, _ = feud_tables()
    blows = events[events["event"].isin([4, 5, 6])]
    assert longest_chain(blows, events) == [
        ("kidnapping", 20, "men_of_god"),
        ("counter_abduction", 28, "kin"),
        ("revenge_killing", 29, "men_of_god"),
    ]


def test_blows_that_answer_nothing_make_no_chain():
    events = events_of({"day": 1}, {"day": 2, "parent": 999_999})  # its parent is not in the log
    assert longest_chain(events, events) == []


def test_a_log_whose_parents_run_in_a_circle_still_ends():
    events = events_of({"event": 1, "day": 1, "parent": 2}, {"event": 2, "day": 1, "parent": 1})
    assert len(longest_chain(events, events)) == 2
