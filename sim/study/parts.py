"""The Parquet parts that a chunk of runs leaves, and the columns of the runs table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from sim.city.columns import Column
from sim.errors import InputError
from sim.records import DAILY_COLUMNS, EVENT_COLUMNS, RUN_COLUMNS

KEYS = (
    Column("point", "int32", "number", "point of the study"),
    Column(
        "run",
        "int32",
        "number",
        "run of the point, from 0; under common luck, run k has the same luck at every point",
    ),
)
STATUS = (
    Column("status", "string", "word", "ok, failed (an error of the run), or killed (it killed its worker)"),
    Column("error", "string", "text", "what went wrong; empty for ok"),
)
RUNS_COLUMNS = (
    *KEYS,
    *STATUS,
    *RUN_COLUMNS,
)  # of runs.parquet; all but keys, status and seeds null for a failure
_SECONDS = Column("seconds", "float64", "seconds", "how long the run took; only in the parts")


def schema(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow schema of a table of columns."""
    return pa.schema(
        [(column.name, pa.bool_() if column.dtype == "bool" else column.dtype) for column in columns]
    )


RUNS_SCHEMA = schema(RUNS_COLUMNS)
PART_SCHEMA = schema((*RUNS_COLUMNS, _SECONDS))
DAILY_SCHEMA = schema((*KEYS, *DAILY_COLUMNS))
EVENTS_SCHEMA = schema((*KEYS, *EVENT_COLUMNS))


def read_part(path: Path, columns: Sequence[str] | None = None, of: pa.Schema | None = None) -> pa.Table:
    """A committed part. Raises InputError, which says what to do, if it is damaged or gone."""
    try:
        return pq.read_table(
            path, columns=None if columns is None else list(columns), schema=of, partitioning=None
        )
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise describe_damage(path, " ".join(str(error).split())[:120]) from None


def describe_damage(path: Path, why: str) -> InputError:
    """The error for a damaged part of a study (`path`): it names the file to delete to have its runs redone.

    `why`: what is wrong with it.
    """
    runs = path.with_name(f"runs-{path.name.partition('-')[2]}")
    return InputError(
        f"{path}: this part is damaged ({why}); delete {runs}, and `hudna resume {path.parents[1]}` does its "
        "runs again"
    )


def parquet_bytes(table: pa.Table, *, compression: str = "zstd") -> bytes:
    """The table as a Parquet file."""
    stream = io.BytesIO()
    pq.write_table(
        table, stream, compression=compression, write_statistics=False, use_dictionary=_texts(table.schema)
    )
    return stream.getvalue()


def _texts(of: pa.Schema) -> list[str]:
    return [field.name for field in of if pa.types.is_string(field.type)]


def run_bytes(rows: Sequence[dict[str, Any]]) -> bytes:
    """The runs part: what is missing in a row is null."""
    return parquet_bytes(pa.Table.from_pylist(list(rows), schema=PART_SCHEMA))


def daily_bytes(runs: Sequence[tuple[int, int, dict[str, Any]]]) -> bytes:
    """The daily part of runs given as (point, run, column -> values by day)."""
    columns = [pa.array(_keys(runs, k), pa.int32()) for k in (0, 1)]
    for field in list(DAILY_SCHEMA)[2:]:
        dtype = field.type.to_pandas_dtype()
        joined = [np.asarray(values[field.name], dtype) for _, _, values in runs]
        columns.append(pa.array(np.concatenate(joined) if joined else np.zeros(0, dtype), field.type))
    return parquet_bytes(pa.Table.from_arrays(columns, schema=DAILY_SCHEMA))


def _keys(runs: Sequence[tuple[int, int, dict[str, Any]]], which: int) -> Any:
    lengths = [len(values["day"]) for _, _, values in runs]
    return np.repeat(np.array([each[which] for each in runs], np.int32), lengths)


def event_bytes(runs: Sequence[tuple[int, int, Any]]) -> bytes:
    """The events part of runs given as (point, run, event table)."""
    tables = []
    for point, run, events in runs:
        n = len(events)
        keys = [pa.array(np.full(n, key, np.int32)) for key in (point, run)]
        rest = [
            pa.array(events[field.name], field.type, from_pandas=False) for field in list(EVENTS_SCHEMA)[2:]
        ]
        tables.append(pa.Table.from_arrays([*keys, *rest], schema=EVENTS_SCHEMA))
    return parquet_bytes(pa.concat_tables(tables) if tables else EVENTS_SCHEMA.empty_table())
