"""The tables of a result for other programs: CSV and Excel."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from sim.disk.files import write_aside
from sim.disk.target import check_place
from sim.errors import InputError, closest
from sim.report.source import Source
from sim.study.finalize import TABLES

FORMATS = ("csv", "xlsx")
OF_RUN = ("run", "daily", "events", "quarters")
MOST_EXCEL_ROWS = 1_048_575  # of a sheet, the head apart


def formats_of(text: str) -> tuple[str, ...]:
    """The formats of a list with commas. InputError for an unknown one, or one whose library is not there."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [each for each in found if each not in FORMATS]
    if unknown or not found:
        wrong = repr(unknown[0]) if unknown else "nothing"
        raise InputError(f"--format {text[:60]}: unknown format {wrong}; known: {', '.join(FORMATS)}")
    if "xlsx" in found and find_spec("xlsxwriter") is None:
        raise InputError("--format xlsx needs XlsxWriter: pip install 'hudna[excel]'")
    return found


def table_of(source: Source, name: str) -> pd.DataFrame | None:
    """A table of a result by name; None if it was not kept."""
    if source.what == "run" and name == "run":
        return pd.DataFrame([source.tables["row"]])
    table: pd.DataFrame | None = source.tables.get(name)
    return table


def export(
    source: Source, out: Path, names: Sequence[str], formats: Sequence[str], force: bool = False
) -> list[Path]:
    """Write tables to `out/NAME.csv` and `out/NAME.xlsx`, those that are named or all that are there.

    Raises InputError before anything is written: an unknown table, one that was not kept, one too long for
    Excel, a file that exists already.
    """
    known = OF_RUN if source.what == "run" else TABLES
    for name in names:
        if name not in known:
            raise InputError(f"{name}: no table of a {source.what}; {closest(name, known)}")
    tables: dict[str, Any] = {name: table_of(source, name) for name in names or known}
    for name, table in tables.items():
        if table is None and names:
            raise InputError(f"{source.folder}: table {name} was not kept; a study keeps it with keep=all")
        if table is not None and "xlsx" in formats and len(table) > MOST_EXCEL_ROWS:
            raise InputError(f"{name}: {len(table):,} rows are too many for Excel; use --format csv")
    found = {name: table for name, table in tables.items() if table is not None}
    paths = [out / f"{name}.{each}" for name in found for each in formats]
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise InputError(f"{there[0]}: exists already; add --force, or name another folder with --out")
    check_place(out)
    out.mkdir(parents=True, exist_ok=True)
    for name, table in found.items():
        for each in formats:
            with write_aside(out / f"{name}.{each}") as aside:
                _write(table, aside, each, name)
    return paths


def _write(table: pd.DataFrame, path: Path, form: str, name: str) -> None:
    if form == "csv":
        table.to_csv(path, index=False, lineterminator="\n")
        return
    # text stays text, whatever it begins with: a name is no formula and no link
    plain = {"options": {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}}
    with open(path, "wb") as stream, pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs=plain) as book:
        table.to_excel(book, sheet_name=name[:31], index=False, freeze_panes=(1, 0))
