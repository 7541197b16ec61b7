"""When a known answer passes."""

import math

from sim.verify.answer import compare_drawn, exact


def test_a_random_answer_may_be_off_by_four_standard_errors():
    assert compare_drawn("", "", "", 0.5, 0.539, 0.01).passes
    assert not compare_drawn("", "", "", 0.5, 0.541, 0.01).passes
    assert not compare_drawn("", "", "", 0.5, 0.459, 0.01).passes


def test_a_random_answer_without_a_standard_error_does_not_pass():
    assert not compare_drawn("", "", "", 0.5, 0.5, 0.0).passes
    assert not compare_drawn("", "", "", 0.5, 0.5, math.nan).passes


def test_a_deterministic_answer_is_met_to_1e_5_and_a_count_exactly():
    assert exact("", "", "", 1.0, 1.000009).passes
    assert not exact("", "", "", 1.0, 1.00002).passes
    assert exact("", "", "", 7, 7, allowed=0.0).passes
    assert not exact("", "", "", 7, 7.001, allowed=0.0).passes


def test_the_largest_difference_counts_where_many_numbers_are_compared():
    assert not exact("", "", "", 1.0, 1.0, difference=0.1).passes


def test_nothing_that_is_not_a_number_passes():
    assert not exact("", "", "", 1.0, math.nan).passes
    assert not exact("", "", "", 1.0, 1.0, difference=math.nan).passes
