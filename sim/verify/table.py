"""Known answers as a table of text."""

from __future__ import annotations

from collections.abc import Iterable

from sim.text_table import Table
from sim.verify.answer import KnownAnswer

HEADS = ("what", "formula", "sample", "expected", "simulated", "difference", "in", "allowed", "pass")


def table_of(answers: Iterable[KnownAnswer]) -> Table:
    """One row an answer; the difference counts standard errors, or is absolute."""
    rows = [
        (
            answer.what,
            answer.formula,
            answer.sample,
            f"{answer.expected:.6g}",
            f"{answer.simulated:.6g}",
            f"{answer.difference:.2g}",
            "standard errors" if answer.in_errors else "absolute",
            f"{answer.allowed:g}",
            "yes" if answer.passes else "NO",
        )
        for answer in answers
    ]
    return Table("Known answers", HEADS, rows)
