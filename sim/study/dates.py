"""Dates in the tables of a study whose scenarios all have one day zero."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from sim.study.plan import Plan

DATED = {  # table -> its column of days, and the column of dates beside it
    "runs": ("first_break_day", "first_break_date"),
    "points": ("median_break_days", "median_break_date"),
    "daily": ("day", "date"),
    "events": ("day", "date"),
    "bands": ("day", "date"),
}


def day_zero_of(plan: Plan) -> str | None:
    """The date of day 0 that all points share; None if they have none, or not the same."""
    if any(factor.key == "day_zero" for factor in plan.points.factors):
        return None
    found = {each.values.get("day_zero") for each in plan.combinations}
    zero = found.pop() if len(found) == 1 else None
    return zero if isinstance(zero, str) else None


def add_dates(table: pa.Table, name: str, day_zero: str | None) -> pa.Table:
    """The table with dates (text, ISO 8601, null where there is no day) beside its days.

    `name`: that of the table. One that is not in DATED stays as it is, as does any without a `day_zero`.
    """
    if day_zero is None or name not in DATED:
        return table
    column, title = DATED[name]
    days = np.asarray(table.column(column).to_numpy(zero_copy_only=False), np.float64)
    zero = date.fromisoformat(day_zero)
    known, place = np.unique(days, return_inverse=True)  # few days, many rows
    texts = [None if np.isnan(day) else (zero + timedelta(int(day))).isoformat() for day in known.tolist()]
    dates = pa.array(texts, pa.string()).take(pa.array(place))
    return table.add_column(table.schema.get_field_index(column) + 1, title, dates)


def dated_schema(schema: pa.Schema, name: str, day_zero: str | None) -> pa.Schema:
    """The schema of a table after `add_dates`."""
    return add_dates(schema.empty_table(), name, day_zero).schema
