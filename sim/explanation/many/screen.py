"""The table of an explained study for the screen: a row a change, a column for each time it begins."""

from __future__ import annotations

import pandas as pd

from sim.explanation.many.trials import FROM_THE_START
from sim.explanation.screen import difference_cell
from sim.text_table import Table

SAME_LUCK, DEATHS = "same luck", "deaths"


def screen_table(table: pd.DataFrame) -> Table:
    """The rows of sim.explanation.many.table as text; those of which nothing moves are left out."""
    leads = sorted(set(table.days_before), key=lambda days: (days != FROM_THE_START, -days))
    begun = ["from day 1" if days == FROM_THE_START else f"{days} days before" for days in leads]
    rows = []
    for change, of in table.groupby("change", sort=False):
        by = {row.days_before: row for _, row in of.iterrows()}
        first = by.get(FROM_THE_START)
        if not (of.difference != 0).any() and not (first is not None and first.held):
            continue
        held, deaths = ("", "") if first is None else _of_first(first)
        rows.append(
            (str(change), *(difference_cell(by[days]) if days in by else "" for days in leads), held, deaths)
        )
    title = "One thing changed at a time: difference in later histories that break, in points (95 %)"
    return Table(title, ("change", *begun, SAME_LUCK, DEATHS), rows)


def _of_first(row: pd.Series) -> tuple[str, str]:
    """What a change from day 1 on does with the same luck, and to deaths."""
    return f"{row.held:.0f} of {row.histories} hold", f"{row.deaths_difference:+.0f}"
