"""Reading a user's table: every cell is checked, and every complaint says where it stands.

A complaint reads `residents.csv: row 17 (line 18), column camp: 'loyal' is not one of ...`. Rows count from
1 without the header; lines are those of the CSV file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.csv as pa_csv  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from numpy.typing import NDArray

from sim.errors import InputError, closest

MOST_SHOWN = 5
SUFFIXES = (".csv", ".parquet")


class Table:
    """One table of text and whole-number columns, and the complaints collected about it."""

    def __init__(self, path: str | Path, known: Sequence[str], required: Sequence[str]) -> None:
        """Read `path`, a CSV or Parquet file, and check its header.

        `known`: columns that it may have; `required`: those that it must have. Raises InputError if it
        cannot be read, or its columns do not fit.
        """
        self.path = Path(path)
        self._columns = _read(self.path, known)
        self.n = self._columns.num_rows
        self._is_csv = self.path.suffix.lower() == ".csv"
        self._faults: list[tuple[int, str, str]] = []
        names = self._columns.column_names
        problems = [f"column {name!r} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
        strange = [name for name in dict.fromkeys(names) if name not in known]
        for name in strange[:MOST_SHOWN]:
            near = closest(name, known)
            problems.append(f"unknown column {name!r}{f'; {near}' if near.startswith('did') else ''}")
        if strange:
            problems.append(f"known columns: {', '.join(known)}; remove others")
        for name in known:
            if name in names and not _is_plain(self._columns.schema.field(names.index(name)).type):
                kind = self._columns.schema.field(names.index(name)).type
                problems.append(f"column {name!r} holds {kind}; write whole numbers or text")
        for name in required:
            if name not in names:
                problems.append(f"column {name!r} is missing")
        if problems:
            raise InputError(f"{self.path}: " + "; ".join(problems))

    def has(self, column: str) -> bool:
        """True if the table has this column."""
        return column in self._columns.column_names

    def complain(self, rows: NDArray[np.int64], column: str, says: Callable[[int], str]) -> None:
        """Note that the given rows (from 0) are wrong in one way; `says(row)` tells why."""
        if len(rows):
            more = f" (and {len(rows) - 1:,} more like it)" if len(rows) > 1 else ""
            self._faults.append((int(rows[0]), column, f"{says(int(rows[0]))}{more}"))

    def refuse_faults(self) -> None:
        """Raise InputError with a line for each sort of complaint, the first five, if there are any."""
        if not self._faults:
            return
        lines = []
        for row, column, says in sorted(self._faults, key=lambda fault: fault[0])[:MOST_SHOWN]:
            line = f" (line {row + 2})" if self._is_csv else ""
            lines.append(f"{self.path}: row {row + 1}{line}, column {column}: {says}")
        if len(self._faults) > len(lines):
            n = len(self._faults) - len(lines)
            lines.append(f"{self.path}: {n} more sort{'s' if n > 1 else ''} of faults")
        raise InputError("\n".join(lines))

    def show(self, column: str, row: int) -> str:
        """A cell as the user wrote it, for a complaint."""
        value = self._columns.column(column)[row].as_py()
        return "an empty cell" if value is None or value == "" else repr(value)

    def text(self, column: str) -> list[str]:
        """A column as trimmed strings; "" where there is nothing."""
        return list(pc.fill_null(_as_text(self._columns.column(column)), "").to_pylist())

    def numbers(self, column: str, low: int, high: int, empty: int | None = None) -> NDArray[np.int64]:
        """A column as int64[n]; complains of all that is not a whole number from low to high (then `low`).

        `empty`: what an empty cell becomes; None: it is complained of too.
        """
        cells = self._columns.column(column)
        values, is_good = _whole_numbers(cells)
        is_good &= (low <= values) & (values <= high)
        is_empty = np.zeros(self.n, bool) if empty is None else _are_empty(cells)
        advice = "" if empty is None else "; leave it empty if unknown"
        self.complain(
            np.flatnonzero(~is_good & ~is_empty),
            column,
            lambda row: f"{self.show(column, row)} is not a whole number from {low} to {high}{advice}",
        )
        return np.where(is_empty, low if empty is None else empty, np.where(is_good, values, low))

    def states(self, column: str, kinds: type[IntEnum]) -> NDArray[np.int8]:
        """A column of states as int8[n], written as numbers or as names in any case.

        Complains of anything else (then the first of `kinds`).
        """
        words = {kind.name.lower(): int(kind) for kind in kinds} | {
            str(int(kind)): int(kind) for kind in kinds
        }
        text = pc.utf8_lower(_as_text(self._columns.column(column)))
        found = pc.fill_null(pc.index_in(text, value_set=pa.array(list(words))), -1)
        found = np.asarray(found.to_numpy())
        allowed = ", ".join(kind.name.lower() for kind in kinds)
        self.complain(
            np.flatnonzero(found < 0),
            column,
            lambda row: f"{self.show(column, row)} is not one of {allowed}",
        )
        numbers = np.array(list(words.values()), np.int8)
        return np.asarray(numbers[np.maximum(found, 0)])


def _read(path: Path, known: Iterable[str]) -> pa.Table:
    """Read a CSV (all columns as text) or Parquet file; InputError if that fails."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: tables are read from {' or '.join(SUFFIXES)} files")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path, partitioning=None)
        content = path.read_bytes().rstrip(b"\r\n")
        if not content:
            raise InputError(f"{path}: the file is empty")
        return pa_csv.read_csv(
            pa.py_buffer(content + b"\n"),
            # empty lines are refused, not skipped: else the line numbers of complaints would be wrong
            parse_options=pa_csv.ParseOptions(ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in known}, strings_can_be_null=False
            ),
        )
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error


def _is_plain(kind: pa.DataType) -> bool:
    """Whether a column of this type can hold whole numbers or names."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (
        pa.types.is_null,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal,
        pa.types.is_boolean,
    )
    return any(test(kind) for test in tests) or any(
        test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )


def _are_empty(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Where a column has no value: null, nan, or empty text."""
    if pa.types.is_floating(column.type):
        return np.asarray(pc.is_null(column, nan_is_null=True).to_numpy(), bool)
    return np.asarray(pc.equal(pc.fill_null(_as_text(column), ""), "").to_numpy(), bool)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of any type as trimmed strings; whole floats as whole numbers."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    if pa.types.is_floating(column.type):
        values, is_good = _whole_numbers(column)
        words = [str(v) if good else "?" for v, good in zip(values, is_good, strict=True)]
        return pa.chunked_array([words], type=pa.string())
    return pc.utf8_trim_whitespace(column.cast(pa.string()))


def _whole_numbers(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A column as int64[n] and where it really held whole numbers that fit."""
    if pa.types.is_floating(column.type):
        floats = np.asarray(pc.fill_null(column, np.nan).to_numpy(), np.float64)
        # beyond 2**53 a float does not say which whole number was meant
        is_good = np.isfinite(floats) & (floats == np.round(floats)) & (np.abs(floats) < 2.0**53)
        return np.where(is_good, floats, 0).astype(np.int64), is_good
    if pa.types.is_signed_integer(column.type):
        is_good = np.asarray(pc.is_valid(column).to_numpy(), bool)
        return np.asarray(pc.fill_null(column.cast(pa.int64()), 0).to_numpy(), np.int64), is_good
    text = _as_text(column)
    # at most 19 digits, and below 9 * 10**18, so that the number fits 64 bits
    fits = pc.match_substring_regex(text, r"^-?([0-9]{1,18}|[1-8][0-9]{18})$")
    fits = pc.fill_null(fits, False)
    values = pc.if_else(fits, text, "0").cast(pa.int64())
    return np.array(values.to_numpy(), np.int64), np.array(fits.to_numpy(), bool)
