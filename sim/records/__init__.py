"""What a run leaves: the run row, the daily table, the event log, feelings by quarter, snapshots."""

from sim.records.columns import DAILY_COLUMNS, EVENT_COLUMNS, RUN_COLUMNS
from sim.records.run_row import run_row
from sim.records.tables import (
    DailyCollector,
    daily_table,
    day_row,
    event_table,
    quarter_table,
    snapshot_table,
)

__all__ = [
    "DAILY_COLUMNS",
    "EVENT_COLUMNS",
    "RUN_COLUMNS",
    "DailyCollector",
    "daily_table",
    "day_row",
    "event_table",
    "quarter_table",
    "run_row",
    "snapshot_table",
]
