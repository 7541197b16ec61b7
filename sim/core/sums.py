"""Sums of floats that are the same under every Python."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add


def add_in_order(values: Iterable[float]) -> float:
    """Sum of `values` from left to right, each addition rounded; 0 for none.

    Python's own `sum` compensates for rounding from 3.12 on, so its last digit depends on the interpreter.
    """
    return reduce(add, values, 0)
