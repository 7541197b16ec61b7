"""Tables of results read from the disk; a damaged one is told with its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]


def read_table(path: Path, columns: Sequence[str] | None = None, filters: Any = None) -> pa.Table:
    """A Parquet table, or those columns of it, or the rows that pass the filters of pyarrow.

    Raises InputError if the file is not there, damaged, or lacks one of the columns.
    """
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    wanted = None if columns is None else list(columns)
    try:
        table = pq.read_table(path, columns=wanted, filters=filters)
        lacking = sorted(set(wanted or ()) - set(table.column_names))
    except (ValueError, LookupError, TypeError, OSError) as error:
        told = " ".join(str(error).split())
        raise InputError(f"{path}: cannot be read ({told[:200]}); is the result whole?") from None
    if lacking:
        raise InputError(f"{path}: has no column {lacking[0]}; is the result whole?")
    return table
