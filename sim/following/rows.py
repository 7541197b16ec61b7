"""Rows of a table, one by one."""

from __future__ import annotations

from typing import Any

import pandas as pd


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows, columns being attributes; without types, since a column may hold anything."""
    return list(table.itertuples(index=False))
