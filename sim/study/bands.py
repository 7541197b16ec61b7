"""Daily tables of all runs of a point -> quantile bands by day, and one sorted daily table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from sim.disk.tables import read_table
from sim.records import DAILY_COLUMNS
from sim.study.parts import read_part
from sim.study.store import Store

QUANTILES = {"q025": 0.025, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q975": 0.975}
STATISTICS = ("mean", *QUANTILES)
BANDED = tuple(column.name for column in DAILY_COLUMNS if column.name != "day")
BANDS_SCHEMA = pa.schema(
    [("point", pa.int32()), ("day", pa.int32()), ("statistic", pa.string())]
    + [(name, pa.float32()) for name in BANDED]
)  # one row per point, day and statistic
MOST_BYTES = 200e6  # of daily values held at once
MOST_PARTS_HELD = 8


def bands_by_point(store: Store) -> Iterator[pa.Table]:
    """The bands of one point after another, in BANDS_SCHEMA, from all its successful runs.

    Points without any are left out. The parts of the store must hold daily rows (keep is not rows).
    """
    for point, parts in _parts_by_point(store):
        n_rows = sum(len(read_part(path, ["day"])) for path in parts)
        table = _bands(point, n_rows, lambda names, point=point, parts=parts: read_point(point, parts, names))  # type: ignore[misc]
        if table is not None:
            yield table


def bands_of_daily(path: Path) -> pa.Table:
    """The bands of all points, from the daily table of a finished study (`path`: its daily.parquet)."""
    points, n_rows = np.unique(read_table(path, ["point"]).column("point"), return_counts=True)
    tables = []
    for point, n in zip(points.tolist(), n_rows.tolist(), strict=True):
        only = [("point", "==", point)]
        tables.append(
            _bands(point, n, lambda names, only=only: read_table(path, names, only))  # type: ignore[misc]
        )
    return pa.concat_tables([BANDS_SCHEMA.empty_table(), *(each for each in tables if each is not None)])


def _bands(point: int, n_rows: int, read: Callable[[Sequence[str]], pa.Table]) -> pa.Table | None:
    """The bands of a point whose daily rows `read` gives by columns; None if it has none."""
    at_once = max(1, int(MOST_BYTES / (8 * max(1, n_rows))))
    columns: dict[str, Any] = {}
    n_days = 0
    for start in range(0, len(BANDED), at_once):
        names = BANDED[start : start + at_once]
        table = read(("point", "run", "day", *names))
        if not len(table):
            return None
        n_days = int(table.column("day").to_numpy().max()) + 1
        for name in names:
            by_run = table.column(name).to_numpy().astype(np.float64).reshape(-1, n_days)
            columns[name] = statistics(by_run).astype(np.float32).reshape(-1)
    days = np.tile(np.arange(n_days, dtype=np.int32), len(STATISTICS))
    words = np.repeat(np.array(STATISTICS, object), n_days)
    order = np.argsort(days, kind="stable")  # day by day, the statistics in their order
    made = [np.full(len(days), point, np.int32), days[order], words[order]]
    made += [columns[name][order] for name in BANDED]
    return pa.Table.from_arrays(
        [pa.array(each, field.type) for each, field in zip(made, BANDS_SCHEMA, strict=True)],
        schema=BANDS_SCHEMA,
    )


def statistics(by_run: Any) -> Any:
    """Mean and quantiles over runs of each day (float64[statistics, days] from float64[runs, days]).

    nan (when nobody of a camp is present, say) is left out; the quantiles are numpy's, linear.
    """
    ordered = np.sort(by_run, axis=0)  # nan last
    n = (~np.isnan(ordered)).sum(axis=0)
    out = np.full((len(STATISTICS), by_run.shape[1]), np.nan)
    has = n > 0
    out[0, has] = np.nansum(ordered[:, has], axis=0) / n[has]
    for k, share in enumerate(QUANTILES.values(), 1):
        at = share * np.maximum(n - 1, 0)
        low = np.floor(at).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(n - 1, 0))
        lower = np.take_along_axis(ordered, low[None, :], axis=0)[0]
        upper = np.take_along_axis(ordered, high[None, :], axis=0)[0]
        out[k, has] = (lower + (upper - lower) * (at - low))[has]
    return out


def sorted_tables(store: Store, kind: str) -> Iterator[pa.Table]:
    """The rows of one point after another, sorted by run; `kind`: daily or events."""
    for point, parts in _parts_by_point(store, kind):
        table = read_point(point, parts, None)
        if len(table):
            yield table


def read_point(point: int, parts: Sequence[Path], columns: Sequence[str] | None) -> pa.Table:
    """The rows of a point in these parts, sorted by run and otherwise in their order.

    `columns`: those to read, point and run among them; None for all.
    """
    names = None if columns is None else tuple(columns)
    pieces = []
    for path in parts:
        table = _part(path, names)
        numbers = table.column("point").to_numpy()
        if numbers.size and (numbers[0] != point or numbers[-1] != point):
            table = table.take(pa.array(np.flatnonzero(numbers == point)))
        pieces.append(table)
    table = pa.concat_tables(pieces)
    runs = table.column("run").to_numpy()
    if (np.diff(runs) < 0).any():
        table = table.take(pa.array(np.argsort(runs, kind="stable")))
    return table


@lru_cache(maxsize=MOST_PARTS_HELD)
def _part(path: Path, columns: tuple[str, ...] | None) -> pa.Table:
    """A part, cached for a while: one with several points is read for each of them."""
    return read_part(path, columns)


def _parts_by_point(store: Store, kind: str = "daily") -> Iterator[tuple[int, list[Path]]]:
    """The parts in which each point occurs."""
    runs, wanted = store.parts("runs"), store.folder / "parts"
    waiting: dict[int, list[Path]] = {}
    for path in runs:
        first = int(path.name.partition("-")[2].partition("_")[0])
        for point in sorted(each for each in waiting if each < first):
            yield point, waiting.pop(point)
        part = wanted / path.name.replace("runs-", f"{kind}-", 1)
        for point in np.unique(read_part(path, ["point"]).column("point").to_numpy()).tolist():
            waiting.setdefault(int(point), []).append(part)
    for point in sorted(waiting):
        yield point, waiting.pop(point)
