"""A result on disk -> its tables, for figures and reports: a run's folder, or a study's, finished or not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.disk.results import MARK, read_run
from sim.disk.tables import read_table
from sim.errors import InputError
from sim.records.columns import TABLES as COLUMNS
from sim.report.figures.points import name_variants

STUDY_MARK = "plan.json"
_ALWAYS = ("runs", "points", "differences")  # tables of every study


@dataclass
class Source:
    """A result: of a run or of a study, with its tables by name, its manifest and a note.

    `tables` of a run: row, scenario (plain values), daily, events, quarters; of a study: TABLES of
    sim.study.finalize and decision (a Decision). `get` gives None for one that is not there.
    """

    folder: Path
    what: str  # run or study
    tables: dict[str, Any]
    manifest: dict[str, Any]
    note: str = ""  # that it is unfinished, and how far it has got
    store: Any = field(default=None, repr=False)  # the store of a study


def read(folder: str | Path) -> Source:
    """The tables of a result. InputError if the folder holds none, or nothing that can be drawn."""
    path = Path(folder)
    if not path.is_dir():
        raise InputError(f"{folder}: is not a folder; give the folder of a run or of a study")
    if (path / MARK).is_file():
        return _run(path)
    if (path / STUDY_MARK).is_file():
        return _study(path)
    raise InputError(f"{folder}: holds no result; give a folder that `hudna run` or `hudna sweep` wrote")


def _run(path: Path) -> Source:
    content = read_run(path)
    try:
        tables: dict[str, Any] = {"row": dict(content["run"]), "scenario": content.get("scenario")}
        for name in ("daily", "events", "quarters"):
            file = path / f"{name}.parquet"
            tables[name] = pd.read_parquet(file) if file.is_file() or name != "quarters" else None
    except (ValueError, KeyError, TypeError, OSError) as error:
        told = " ".join(str(error).split())
        raise InputError(f"{path}: this run cannot be read ({told[:200]}); run it again") from None
    for name, table in tables.items():
        if name == "scenario":
            continue
        held = () if table is None else tuple(table)
        lacking = [each.name for each in COLUMNS["run" if name == "row" else name] if each.name not in held]
        if held and lacking:
            raise InputError(
                f"{path}: its table {name} has no column {lacking[0]}; it was made by hudna "
                f"{content.get('hudna')}, run it again"
            )
    return Source(path, "run", tables, content)


def _study(path: Path) -> Source:
    from sim.study.paired_queue import queue_of
    from sim.study.store import Store

    store = Store.open(path)
    manifest = store.manifest()
    tables = _Tables(path) if store.is_finished else _so_far(store)
    note = ""
    runs = tables["runs"]
    name_variants(tables["points"], store.plan)
    if not store.is_finished:
        expected = queue_of(store.plan, store.tallies(), store.shard).expected
        note = f"Unfinished: {len(runs):,} of {expected:,} histories so far."
    tables["decision"] = _decision(store, runs)
    if not len(runs):
        raise InputError(f"{path}: no run of this study is done yet; `hudna resume {path}` goes on")
    return Source(path, "study", tables, manifest, note, store)


def _decision(store: Any, runs: pd.DataFrame) -> Any:
    """What the draws of a study of measures say; None for any other study, or one with too few draws."""
    from sim.study.decision import decide

    if store.plan.draws is None:
        return None
    with suppress(InputError):
        return decide(store.plan, runs, str(store.folder))
    return None


class _Tables(dict[str, Any]):
    """The tables of a finished study, each read when it is asked for; None for one that was not kept."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]

    def __missing__(self, name: str) -> Any:
        file = self.folder / f"{name}.parquet"
        found = read_table(file).to_pandas() if file.is_file() or name in _ALWAYS else None
        lacking = [] if found is None else [each for each in _columns_of(name) if each not in found]
        if lacking:
            raise InputError(f"{file}: has no column {lacking[0]}; is the study complete?")
        self[name] = found
        return found


def _columns_of(name: str) -> list[str]:
    """Columns that a table of a finished study has at least."""
    from sim.study.bands import BANDS_SCHEMA
    from sim.study.differences import DIFFERENCE_COLUMNS
    from sim.study.parts import DAILY_SCHEMA, EVENTS_SCHEMA, RUNS_COLUMNS
    from sim.study.tables import POINT_COLUMNS

    if name in ("daily", "events", "bands"):
        return list({"daily": DAILY_SCHEMA, "events": EVENTS_SCHEMA, "bands": BANDS_SCHEMA}[name].names)
    columns = {"runs": RUNS_COLUMNS, "points": POINT_COLUMNS, "differences": DIFFERENCE_COLUMNS}
    return [each.name for each in columns.get(name, ())]


def _so_far(store: Any) -> dict[str, Any]:
    """The tables of the runs that are committed, made in memory."""
    import pyarrow as pa  # type: ignore[import-untyped]

    from sim.study.bands import bands_by_point
    from sim.study.differences import differences_table
    from sim.study.finalize import runs_of, sensitivity
    from sim.study.parts import RUNS_SCHEMA
    from sim.study.tables import points_table

    runs = runs_of(store).select(RUNS_SCHEMA.names)
    tables = {"runs": runs.to_pandas(), "points": points_table(store.plan, runs).to_pandas()}
    tables["differences"] = differences_table(store.plan, runs).to_pandas()
    tables |= {name: table.to_pandas() for name, table in sensitivity(store.plan, runs)}
    bands = list(bands_by_point(store)) if store.plan.study.keep != "rows" else []
    tables["bands"] = pa.concat_tables(bands).to_pandas() if bands else None
    return tables
