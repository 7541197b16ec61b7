"""The table of an explanation for the screen: few columns, percent, what averts most first."""

from __future__ import annotations

import pandas as pd

from sim.text_table import Table

HEADS = ("change", "breaks in", "unchanged", "difference (95 %)", "same luck", "deaths", "departed")


def screen_table(table: pd.DataFrame) -> Table:
    """The rows of an explanation (sim.explanation.table) as text."""
    rows = []
    for _, row in table.iterrows():
        rows.append(
            (
                str(row.change),
                f"{100 * row.p_with:.0f} %",
                f"{100 * row.p_without:.0f} %",
                difference_cell(row),
                f"day {row.first_break_day:.0f}, {row.ending}" if row.broke else "holds",
                f"{row.deaths_difference:+.0f}",
                f"{row.departed_difference:+,.0f}",
            )
        )
    return Table("One thing changed at a time", HEADS, rows)


def difference_cell(row: pd.Series) -> str:
    """A difference with its interval, in percentage points."""
    low, high = 100 * row.difference_low, 100 * row.difference_high
    return f"{100 * row.difference:+.0f} ({low:+.0f} to {high:+.0f})"
