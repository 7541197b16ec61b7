"""The table of an explained study for the screen."""

from __future__ import annotations

import pandas as pd

from sim.counterfactual.many.trials import FROM_THE_START
from sim.show import Table

HEADS = ("change", "begun", "histories", "breaks in", "unchanged", "difference (95 %)", "same luck", "deaths")


def screen_table(table: pd.DataFrame) -> Table:
    """The rows of sim.counterfactual.many.table as text."""
    rows = []
    for _, row in table.iterrows():
        low, high = 100 * row.difference_low, 100 * row.difference_high
        start = "day 1" if row.days_before == FROM_THE_START else f"{row.days_before} days before"
        rows.append(
            (
                str(row.change),
                start,
                str(row.histories),
                f"{100 * row.p_with:.0f} %",
                f"{100 * row.p_without:.0f} %",
                f"{100 * row.difference:+.0f} ({low:+.0f} to {high:+.0f})",
                f"{row.held} of {row.histories} hold",
                f"{row.deaths_difference:+.0f}",
            )
        )
    return Table("One thing changed at a time, over histories that broke", HEADS, rows)
