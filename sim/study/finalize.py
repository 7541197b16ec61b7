"""From committed parts to the final tables of a study, sorted by point and run.

The tables depend on the plan alone: they are the same to the last bit whatever engine made the parts, and
however often it was stopped. If this is interrupted they are made again from the parts. Only when they are
complete does the manifest say so, and only then are the parts removed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.csv as pa_csv  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from sim.disk.files import sha256, sync_folder, write_aside
from sim.errors import InputError
from sim.study.bands import BANDS_SCHEMA, bands_by_point, sorted_tables
from sim.study.dates import add_dates, dated_schema, day_zero_of
from sim.study.differences import differences_table
from sim.study.parts import DAILY_SCHEMA, EVENTS_SCHEMA, PART_SCHEMA, RUNS_SCHEMA, read_part, schema
from sim.study.plan import Plan
from sim.study.store import PARTS, Store
from sim.study.tables import points_table

TABLES = ("runs", "points", "differences", "sensitivity", "bands", "daily", "events")


def finalize(store: Store, facts: dict[str, Any] | None = None) -> None:
    """Write the final tables of a store whose runs are all done. After an OSError it can be repeated.

    `facts` are further entries of the manifest.
    """
    keep = store.plan.study.keep
    parts = runs_of(store)
    runs = parts.select(RUNS_SCHEMA.names)
    seconds = parts.column("seconds").to_numpy()
    points = add_dates(points_table(store.plan, runs), "points", day_zero_of(store.plan))
    differences = differences_table(store.plan, runs)
    _write(store, "runs", lambda: iter([runs]), RUNS_SCHEMA)
    for name, table in (("points", points), ("differences", differences), *sensitivity(store.plan, runs)):
        _write(store, name, lambda table=table: iter([table]), table.schema)  # type: ignore[misc]
        with write_aside(store.folder / f"{name}.csv") as aside:
            pa_csv.write_csv(table, aside)
    if keep != "rows":
        _write(store, "bands", lambda: bands_by_point(store), BANDS_SCHEMA)
    if keep in ("daily", "all"):
        _write(store, "daily", lambda: sorted_tables(store, "daily"), DAILY_SCHEMA)
    if keep in ("events", "all"):
        _write(store, "events", lambda: sorted_tables(store, "events"), EVENTS_SCHEMA)
    sync_folder(store.folder)
    sums = {
        path.name: sha256(path)
        for path in sorted(store.folder.iterdir())
        if path.suffix in (".parquet", ".csv") and path.stem in TABLES
    }
    n_failed = int((np.array(runs.column("status").to_pylist()) != "ok").sum())
    done = {
        "runs": len(runs),
        "failed": n_failed,
        "sha256": sums,
        "seconds_a_run": float(seconds.mean()) if len(seconds) else 0.0,
    }
    store.write_manifest({**(facts or {}), **done, "state": "finished"})
    shutil.rmtree(store.folder / PARTS, ignore_errors=True)


def sensitivity(plan: Plan, runs: pa.Table) -> list[tuple[str, pa.Table]]:
    """The table of sensitivity under its name; none if the design has none or too few runs succeeded."""
    if not plan.study.is_sensitivity:
        return []
    from sim.study.sensitivity.table import columns_of, sensitivity_table

    with suppress(InputError):  # too few whole blocks; the run rows say why
        table = sensitivity_table(plan, runs.to_pandas())
        return [
            (
                "sensitivity",
                pa.Table.from_pandas(table, schema(columns_of(plan.study.design)), preserve_index=False),
            )
        ]
    return []


def runs_of(store: Store) -> pa.Table:
    """All committed run rows, sorted by point and run. Raises RuntimeError if a run is there twice."""
    tables = [read_part(path, of=PART_SCHEMA) for path in store.parts("runs")]
    table = pa.concat_tables(tables) if tables else PART_SCHEMA.empty_table()
    point, run = (table.column(name).to_numpy() for name in ("point", "run"))
    order = np.lexsort((run, point))
    again = (np.diff(point[order]) == 0) & (np.diff(run[order]) == 0)
    if again.any():
        raise RuntimeError(f"{store.folder}: a run is there twice; this must not happen, please report it")
    return table.take(pa.array(order)).combine_chunks()


def _write(store: Store, name: str, tables: Callable[[], Iterator[pa.Table]], schema: pa.Schema) -> None:
    """Write a Parquet file, one row group per table, with dates where day 0 has one."""
    path, zero = store.folder / f"{name}.parquet", day_zero_of(store.plan)
    schema = schema if name == "points" else dated_schema(schema, name, zero)
    with write_aside(path) as aside, pq.ParquetWriter(aside, schema, compression="zstd") as writer:
        for table in tables():
            writer.write_table(table if name == "points" else add_dates(table, name, zero))
