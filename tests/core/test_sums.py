"""No number of a history is summed in a way that depends on the version of Python."""

from __future__ import annotations

import builtins
import sys
from fractions import Fraction

from sim.core.sums import add_in_order
from tests.golden.renew import golden_rows

COMPENSATED = [0.1, 0.2, 0.3, 1e16, 1.0, -1e16]


def test_a_sum_is_rounded_after_each_addition_under_every_python():
    running = 0.0
    for value in COMPENSATED:
        running = float(Fraction(running) + Fraction(value))
    assert add_in_order(COMPENSATED) == running
    assert add_in_order(iter([0.1] * 3)) == 0.30000000000000004
    assert add_in_order([]) == 0


def test_the_golden_histories_sum_no_floats_with_pythons_own_sum(monkeypatch):
    usual, floats = builtins.sum, []

    def watched(values, /, start=0):
        values = list(values)
        caller = sys._getframe(1)
        if caller.f_globals["__name__"].startswith("sim.") and any(type(v) is float for v in values):
            floats.append(f"{caller.f_globals['__name__']}:{caller.f_lineno}")
        return usual(values, start)

    monkeypatch.setattr(builtins, "sum", watched)
    golden_rows()
    assert sorted(set(floats)) == []
