"""A source's file read in blocks: only the rows of the places or the radius asked for are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.csv as pa_csv  # type: ignore[import-untyped]
from numpy.typing import NDArray

from sim.errors import InputError, closest

BLOCK = 4 << 20  # bytes read at once
EARTH_KM = 6371.0
MOST_HEADS = 50  # lines before the header that a source may have
SUFFIX = r"(\s+(town|city|village|camp|district|municipality|neighbou?rhood))?"


@dataclass
class Where:
    """Which rows are asked for: those of named places, or those within a radius."""

    places: tuple[str, ...] = ()
    within_km: float | None = None
    at: tuple[float, float] | None = None  # latitude and longitude, degrees

    may_be_all: bool = False  # a table of one town needs neither

    def check(self) -> None:
        """Raise InputError unless it is either places or a radius, or all that is there."""
        if (self.within_km is None) != (self.at is None):
            raise InputError("--within and --at go together: --within 5 --at 33.35,43.78")
        is_all = self.may_be_all and not self.places and self.at is None
        if bool(self.places) == (self.at is not None) and not is_all:
            raise InputError("give --place NAME[,NAME], or --within KM --at LAT,LON")
        if self.within_km is not None and not 0 < self.within_km <= 500:
            raise InputError(f"--within {self.within_km:g}: above 0, at most 500 km")
        if self.at is not None and not (abs(self.at[0]) <= 90 and abs(self.at[1]) <= 180):
            raise InputError(f"--at {self.at[0]:g},{self.at[1]:g}: latitude -90 to 90, longitude -180 to 180")


@dataclass
class Rows:
    """Rows found: their number among all rows (from 1), and their cells by our names of columns.

    `n`: rows of the file; `places`: names of places in it, if it was asked for places.
    """

    found: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    n: int = 0
    places: set[str] = field(default_factory=set)


def read_rows_of(
    path: Path, columns: Mapping[str, Sequence[str]], where: Where, needed: Sequence[str], layout: str
) -> Rows:
    """Rows of `path` as asked for. `columns`: our name -> names in the layout's versions, any case.

    `needed`: our names of columns that the file must have; `layout`: what messages call it. Raises InputError
    for a file of another layout, and for a place or radius without a row.
    """
    where.check()
    skip, heads, delimiter = _head(path, [name for names in columns.values() for name in names])
    known = {head.strip().lower(): head for head in heads}
    chosen: dict[str, str] = {}
    for ours, theirs in columns.items():
        there = next((known[name.lower()] for name in theirs if name.lower() in known), None)
        if there is not None:
            chosen[ours] = there
    missing = [columns[name][0] for name in needed if name not in chosen]
    if not any(heads):
        raise InputError(f"{path}: the file is empty")
    of_place = ("place",) if where.places else ("lat", "lon") if where.at is not None else ()
    missing += [columns.get(name, (name,))[0] for name in of_place if name not in chosen]
    if missing:
        has = ", ".join(_printable(head) for head in heads[:8])
        raise InputError(
            f"{path}, line {skip + 1}: no known layout of {layout}: column {missing[0]!r} is missing; "
            f"the file has {has}{', ...' if len(heads) > 8 else ''}"
        )
    rows = Rows()
    for table in _blocks(path, skip, delimiter, list(chosen.values())):
        cells = {ours: table.column(theirs) for ours, theirs in chosen.items()}
        if where.at is not None:
            mask = _near(cells, where)
        else:
            mask = (
                _name_column(cells["place"], where, rows) if where.places else np.ones(table.num_rows, bool)
            )
        at = np.flatnonzero(mask)
        if at.size:
            kept = {ours: _cells(column.take(pa.array(at))) for ours, column in cells.items()}
            for k, row in enumerate(at.tolist()):
                rows.found.append((rows.n + row + 1, {ours: texts[k] for ours, texts in kept.items()}))
        rows.n += table.num_rows
    if not rows.found:
        raise InputError(_nothing(path, where, rows))
    _check_places(path, where, rows)
    return rows


def _printable(head: str) -> str:
    """A column's name as it may be told: on one line, and short."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in head)
    return clean if len(clean) <= 40 else f"{clean[:37]}..."


def _cells(column: pa.ChunkedArray) -> list[str]:
    return [str(cell).strip() for cell in pc.fill_null(column, "").to_pylist()]


def _nothing(path: Path, where: Where, rows: Rows) -> str:
    if rows.n == 0:
        return f"{path}: holds no rows under its header"
    if where.at is not None:
        centre = f"{where.at[0]:g},{where.at[1]:g}"
        return f"{path}: none of {rows.n:,} rows lies within {where.within_km:g} km of {centre}"
    hint = "; ".join(f"{place}: {closest(place, rows.places)}" for place in where.places)
    return f"{path}: none of {rows.n:,} rows has this place; {hint}"


def _check_places(path: Path, where: Where, rows: Rows) -> None:
    for place in where.places:
        form = re.compile(place_regex([place]), re.IGNORECASE)
        if not any(form.search(row["place"]) for _, row in rows.found):
            raise InputError(f"{path}: no row has the place {place!r}; {closest(place, rows.places)}")


def place_regex(places: Sequence[str]) -> str:
    """A pattern for text that is one of these places, or names it between commas, with or without "town".

    To be searched for without regard to case.
    """
    names = "|".join(re.escape(place.strip()) for place in places)
    return rf"(^|,\s*)({names}){SUFFIX}\s*(,|$)"


def _name_column(column: pa.ChunkedArray, where: Where, rows: Rows) -> NDArray[np.bool_]:
    if len(rows.places) < 50_000:
        rows.places |= {str(name).strip() for name in pc.unique(column).to_pylist() if name}
    found = pc.match_substring_regex(column, place_regex(where.places), ignore_case=True)
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), bool)


def _near(cells: Mapping[str, pa.ChunkedArray], where: Where) -> NDArray[np.bool_]:
    assert where.at is not None
    assert where.within_km is not None
    lat, lon = (np.radians(_numbers(cells[name])) for name in ("lat", "lon"))
    here = np.radians(where.at)
    half = np.sin((lat - here[0]) / 2) ** 2 + np.cos(lat) * np.cos(here[0]) * np.sin((lon - here[1]) / 2) ** 2
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return np.asarray(np.isfinite(km) & (km <= where.within_km), bool)


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    text = pc.fill_null(pc.utf8_trim_whitespace(column), "")
    is_number = pc.match_substring_regex(text, r"^-?[0-9]+(\.[0-9]*)?$")
    return np.asarray(pc.if_else(is_number, text, "nan").cast(pa.float64()).to_numpy(), np.float64)


def _head(path: Path, known: Sequence[str]) -> tuple[int, list[str], str]:
    """Lines before the header, its columns, and the delimiter. Raises InputError."""
    names = {name.lower() for name in known}
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            lines = [stream.readline(1 << 16) for _ in range(MOST_HEADS)]
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    best: tuple[int, int, list[str], str] = (0, 0, [lines[0].strip()], ",")
    for number, line in enumerate(lines):
        for delimiter in ",;\t":
            heads = [head.strip().strip('"') for head in line.rstrip("\r\n").split(delimiter)]
            n = sum(head.lower() in names for head in heads)
            if n > best[0]:
                best = (n, number, heads, delimiter)
    return best[1], best[2], best[3]


def _blocks(path: Path, skip: int, delimiter: str, columns: list[str]) -> Iterator[pa.Table]:
    """The table by blocks. From the first block on that is not UTF-8, the file is read as Latin-1."""
    n_done = 0
    for encoding in ("utf8", "latin-1"):
        try:
            reader = pa_csv.open_csv(
                path,
                pa_csv.ReadOptions(block_size=BLOCK, skip_rows=skip, encoding=encoding, use_threads=False),
                pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
                pa_csv.ConvertOptions(
                    include_columns=columns,
                    column_types=dict.fromkeys(columns, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=True,
                ),
            )
            n_read = 0
            for batch in reader:
                n_read += batch.num_rows
                fresh = batch.slice(max(0, batch.num_rows - max(0, n_read - n_done)))
                if fresh.num_rows:
                    n_done += fresh.num_rows
                    yield pa.Table.from_batches([fresh])
            return
        except pa.ArrowInvalid as error:
            if encoding == "utf8" and "UTF8" in str(error).upper().replace("-", ""):
                continue
            raise InputError(f"{path}: cannot be read as a table: {str(error).splitlines()[0]}") from None
        except (OSError, pa.ArrowException, KeyError) as error:
            raise InputError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from None
