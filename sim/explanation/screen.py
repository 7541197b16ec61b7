"""The table of an explanation on the screen: a row per change, for a study a column per start."""

from __future__ import annotations

import pandas as pd

from sim.explanation.trials import FROM_THE_START
from sim.report.words import with_range, with_sign
from sim.text_table import Table

HEADS = ("change", "breaks in", "unchanged", "difference (95 %)", "same luck", "deaths", "departed")
SAME_LUCK, DEATHS = "same luck", "deaths"


def history_screen(table: pd.DataFrame) -> Table:
    """The rows of an explanation (sim.explanation.history_table) as text."""
    rows = []
    for _, row in table.iterrows():
        rows.append(
            (
                str(row.change),
                f"{100 * row.p_with:.0f} %",
                f"{100 * row.p_without:.0f} %",
                difference_cell(row),
                f"day {row.first_break_day:.0f}, {row.ending}" if row.broke else "holds",
                with_sign(row.deaths_difference),
                with_sign(row.departed_difference),
            )
        )
    return Table("One thing changed at a time", HEADS, rows)


def difference_cell(row: pd.Series) -> str:
    """A difference with its interval in percentage points, "-12 (-20 to -4)", of a row of either table."""
    low, high = 100 * row.difference_low, 100 * row.difference_high
    return with_range(100 * row.difference, low, high)


def study_screen(table: pd.DataFrame) -> Table:
    """The rows of sim.explanation.study_table as text; rows in which nothing changes are left out."""
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
    return f"{row.held:.0f} of {row.histories} hold", with_sign(row.deaths_difference)
