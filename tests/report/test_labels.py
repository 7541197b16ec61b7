"""Labels give way to each other, by as little as possible, and stay inside."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.report.labels import day_ticks, fit_width, spread, width_inches

wants = st.lists(st.tuples(st.floats(-5, 15), st.floats(0.01, 1.0)), max_size=8)


@given(wants)
def test_labels_that_fit_never_overlap_and_stay_inside(labels):
    wanted, sizes = [want for want, _ in labels], [size for _, size in labels]
    placed = spread(wanted, sizes, 0.0, 10.0)
    spans = sorted((at - size / 2, at + size / 2) for at, size in zip(placed, sizes, strict=True))
    assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(spans))
    assert all(low >= -1e-9 and high <= 10 + 1e-9 for low, high in spans)


@given(wants)
def test_labels_keep_the_order_of_their_things(labels):
    wanted, sizes = [want for want, _ in labels], [size for _, size in labels]
    placed = spread(wanted, sizes, 0.0, 10.0)
    for i in range(len(wanted)):
        for j in range(len(wanted)):
            assert not wanted[i] < wanted[j] or placed[i] < placed[j]


def test_labels_with_room_stay_where_they_are():
    assert spread([2.0, 8.0, 5.0], [1.0, 1.0, 1.0], 0, 10) == pytest.approx([2.0, 8.0, 5.0])


def test_two_labels_that_want_one_place_give_way_by_the_same():
    assert spread([5.0, 5.0], [1.0, 1.0], 0, 10) == pytest.approx([4.5, 5.5])


def test_labels_of_several_sizes_touch_and_keep_their_mean():
    assert spread([5.0, 5.0], [1.0, 3.0], 0, 10) == pytest.approx([4.0, 6.0])


def test_labels_that_do_not_fit_share_the_room_evenly():
    assert spread([1.0, 1.0, 1.0, 1.0], [5.0] * 4, 0, 10) == pytest.approx([1.25, 3.75, 6.25, 8.75])


@pytest.mark.parametrize("words", ["short", "a heading a little long", "w" * 300])
def test_a_heading_is_made_to_fit_and_keeps_both_ends(words):
    text = Figure().text(0, 0, words, fontsize=12)
    fit_width(text, 2.0, 8)
    assert width_inches(text) <= 2.0
    assert text.get_fontsize() >= 8
    told = text.get_text()
    assert told == words or (told[0], told[-1]) == (words[0], words[-1])
    assert (told == words) == (len(words) < 40)


def test_days_are_labelled_to_the_last_where_it_is_a_whole_step():
    assert day_ticks(180, 6) == [0, 30, 60, 90, 120, 150, 180]
    assert day_ticks(0, 6) == [0]
    assert max(len(day_ticks(last, 6)) for last in range(1, 9000, 7)) <= 7


def test_no_label_is_no_place():
    assert spread([], [], 0, 1) == []
