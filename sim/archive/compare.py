"""Two tables of one kind: equal to the last bit, or the first place where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Difference:
    """The first place where a table differs from what is stored, in words; "all" for every row or column."""

    table: str
    row: str
    column: str
    stored: str
    found: str

    def __str__(self) -> str:
        return (
            f"table {self.table}, row {self.row}, column {self.column}: "
            f"stored {self.stored}, found {self.found}"
        )


def first_difference(table: str, stored: pd.DataFrame, found: pd.DataFrame) -> Difference | None:
    """The first row that differs, and its first column, of a table of this name. None if all is equal.

    nan equals nan. Columns that only one of the tables has, and a different number of rows, are differences
    too.
    """
    columns = list(stored.columns)
    if columns != list(found.columns):
        odd = sorted(set(columns) ^ set(found.columns)) or columns
        there = "there" if odd[0] in columns else "not there"
        return Difference(table, "all", odd[0], there, "not there" if there == "there" else "there")
    n = min(len(stored), len(found))
    at: tuple[int, int] | None = None
    for k, name in enumerate(columns):
        wrong = np.flatnonzero(~_equal(stored[name].iloc[:n], found[name].iloc[:n]))
        if len(wrong) and (at is None or (int(wrong[0]), k) < at):
            at = (int(wrong[0]), k)
    if at is not None:
        row, name = at[0], columns[at[1]]
        return Difference(
            table,
            _row(stored, row),
            name,
            _describe(stored[name].iloc[row]),
            _describe(found[name].iloc[row]),
        )
    if len(stored) != len(found):
        return Difference(table, f"{n}", "all", f"{len(stored):,} rows", f"{len(found):,} rows")
    return None


def _equal(one: pd.Series, other: pd.Series) -> Any:
    """Whether two columns are equal, row by row; a missing value equals another one."""
    missing = one.isna().to_numpy()
    same = one.to_numpy() == other.to_numpy()
    return np.asarray(same, bool) & ~missing | (missing & other.isna().to_numpy())


def _row(table: pd.DataFrame, row: int) -> str:
    """The number of a row, with its day where it has one."""
    return f"{row} (day {int(table['day'].iloc[row])})" if "day" in table.columns else str(row)


def _describe(value: Any) -> str:
    return repr(value.item() if hasattr(value, "item") else value)
