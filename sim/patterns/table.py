"""Patterns as a table of text."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.patterns.pattern import Pattern
from sim.text_table import Table

HEADS = ("pattern", "what", "target", "simulated", "95 % interval", "of", "inside")


def table_of(found: Iterable[Pattern], title: str) -> Table:
    """One row per pattern."""
    words = {True: "yes", False: "NO", None: "not known"}
    rows = [
        (
            each.name,
            each.what,
            each.target,
            _text(each.simulated),
            "" if math.isnan(each.low) else f"{_text(each.low)} to {_text(each.high)}",
            each.sample,
            words[each.inside] if each.target else "",
        )
        for each in found
    ]
    return Table(title, HEADS, rows)


def _text(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3g}"
