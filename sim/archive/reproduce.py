"""A result run again: the run of a folder, or some runs of a study, compared table by table.

All that can be made again is; of the rest it is told, and whether the files are those that were written.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.archive.compare import Difference, first_difference
from sim.archive.inputs import INPUTS, inputs_to_read
from sim.archive.names import is_plain
from sim.config.complaints import scenario_from
from sim.config.values import with_settings
from sim.disk.files import sha256
from sim.disk.tables import read_table
from sim.errors import InputError
from sim.report.figures.points import space_evenly
from sim.report.source import Source, read
from sim.study.dates import DATED, add_dates, day_zero_of

_KNOWN = {  # what is compared in a way of its own, or decides nothing
    "run.json", "plan.json", "manifest.json", "design.parquet", "lock", "parts", INPUTS,
    "configs", "environment.txt", "CITATION.cff", "SHA256SUMS",
}  # fmt: skip


@dataclass
class Verdict:
    """What was compared, in words; the first difference of each run that differs; what was not made again.

    `differences` are pairs of which run and what differs; none means that all came out the same.
    """

    compared: str
    manifest: dict[str, Any]
    differences: list[tuple[str, Difference]] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


def reproduce(folder: Path, n_runs: int, moved_to: Path | None = None) -> Verdict:
    """Run a result again and compare: a run as a whole, or `n_runs` runs of a study, evenly spaced.

    `moved_to`: the folder that inputs which are gone lie in now. Raises InputError if `folder` holds no
    result, an input is gone or has changed, or no run of the study succeeded.
    """
    source = read(folder)
    moved = inputs_to_read(folder, source.manifest, moved_to)
    verdict, remade = _run(source, moved) if source.what == "run" else _study(source, n_runs, moved)
    _compare_sums(verdict, folder, remade)
    return verdict


def _run(source: Source, moved: dict[str, str]) -> tuple[Verdict, set[str]]:
    from sim.model import TruceModel
    from sim.records import daily_table, event_table, quarter_table, run_row

    values = source.manifest["scenario"]
    for key in ("residents", "ties"):
        city = values.get("city") if isinstance(values, dict) else None
        if isinstance(city, dict) and city.get(key) in moved:
            values = with_settings(values, {f"city.{key}": moved[city[key]]})
    scenario = scenario_from(values)
    model = TruceModel.of(scenario)
    model.run_model()
    found = {
        "run": pd.DataFrame([run_row(model)]),
        "daily": daily_table(model),
        "events": event_table(model),
        "quarters": quarter_table(model),
        "snapshots": pd.concat(model.snapshots, ignore_index=True) if model.snapshots else None,
    }
    stored = {"run": pd.DataFrame([source.tables["row"]]), **source.tables}
    path = source.folder / "snapshots.parquet"
    stored["snapshots"] = read_table(path).to_pandas() if path.is_file() else None
    pairs = [
        (name, _without_dates(stored[name]), table)
        for name, table in found.items()
        if table is not None and stored[name] is not None
    ]
    names = [name for name, _, _ in pairs]
    verdict = Verdict(f"1 run, {', '.join(names)}", source.manifest)
    _judge(verdict, f"seed {scenario.seed}", pairs)
    return verdict, {f"{name}.parquet" for name in names}


def _study(source: Source, n_runs: int, moved: dict[str, str]) -> tuple[Verdict, set[str]]:
    from sim.study.runner import job_of

    store, folder = source.store, source.folder
    is_finished = store.is_finished
    runs = source.tables["runs"]
    good = runs.index[runs["status"] == "ok"].tolist()
    if not good:
        raise InputError(f"{folder}: no run of this study went well, so there is none to run again")
    kept = [name for name in ("daily", "events") if is_finished and (folder / f"{name}.parquet").is_file()]
    chosen = space_evenly(good, max(2, n_runs))[:n_runs]
    made = _remake(source) if is_finished else []
    names = ", ".join(["runs", *kept, *(name for name, _, _ in made)])
    verdict = Verdict(f"{len(chosen)} of {len(runs):,} runs, {names}", store.manifest())
    if len(chosen) < len(runs):
        verdict.unchecked.append(f"{len(runs) - len(chosen):,} of {len(runs):,} runs (--runs does more)")
    for pair in made:
        _judge(verdict, "all runs", [pair])
    plan = store.plan.with_tables(moved)
    for index in chosen:
        stored = _without_dates(runs.loc[[index]]).reset_index(drop=True)
        point, run = int(stored["point"].iloc[0]), int(stored["run"].iloc[0])
        finished = job_of(plan, ((point, run),)).do_piece()
        row = {name: finished.row.get(name) for name in stored.columns}
        found = {"daily": pd.DataFrame(finished.daily), "events": finished.events}
        pairs = [("runs", stored, pd.DataFrame([row]))]
        pairs += [(name, _rows_of(folder, name, point, run), found[name]) for name in kept]
        _judge(verdict, f"point {point}, run {run}, seed {stored['seed'].iloc[0]}", pairs)
    csv = {f"{name}.csv" for name, _, _ in made if _compare_csv(verdict, folder, name)}
    return verdict, {"runs.parquet", *(f"{name}.parquet" for name in (*kept, *(n for n, _, _ in made))), *csv}


def _remake(source: Source) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Tables as stored, and made again from the stored runs and daily rows."""
    from sim.study.bands import bands_of_daily
    from sim.study.differences import differences_table
    from sim.study.finalize import sensitivity
    from sim.study.tables import points_table

    plan, folder = source.store.plan, source.folder
    runs = read_table(folder / "runs.parquet")
    made = {"points": points_table(plan, runs), "differences": differences_table(plan, runs)}
    made |= dict(sensitivity(plan, runs))
    if (folder / "bands.parquet").is_file() and (folder / "daily.parquet").is_file():
        made["bands"] = bands_of_daily(folder / "daily.parquet")
    zero = day_zero_of(plan)
    return [
        (name, source.tables[name], add_dates(table, name, zero).to_pandas()) for name, table in made.items()
    ]


def _compare_csv(verdict: Verdict, folder: Path, name: str) -> bool:
    """Whether there is such a table as CSV; it must hold what its Parquet table holds."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        return False
    import pyarrow.csv as pa_csv  # type: ignore[import-untyped]

    stream = io.BytesIO()
    pa_csv.write_csv(read_table(folder / f"{name}.parquet"), stream)
    if stream.getvalue() != path.read_bytes():
        verdict.differences.append(
            ("all runs", Difference(path.name, "all", "all", "another text", f"that of {name}.parquet"))
        )
    return True


def _compare_sums(verdict: Verdict, folder: Path, remade: set[str]) -> None:
    """Files must be those that were written; what was not made again is named."""
    sums = verdict.manifest.get("sha256", {})
    sums = sums if isinstance(sums, dict) else {}
    told = {difference.table for _, difference in verdict.differences}
    for name, digest in sums.items():
        path = folder / name
        is_same = is_plain(name) and path.is_file() and sha256(path) == digest
        if is_same or {name, Path(name).stem} & told:
            continue
        here = "another" if path.is_file() else "none"
        verdict.differences.append(("the files", Difference(name, "all", "SHA-256", str(digest)[:16], here)))
    for path in sorted(folder.iterdir()):
        if path.name in remade or path.name in _KNOWN or path.name.startswith("."):
            continue
        is_listed = path.name in sums
        verdict.unchecked.append(f"{path.name} ({'by its SHA-256 alone' if is_listed else 'not at all'})")


def _rows_of(folder: Path, name: str, point: int, run: int) -> pd.DataFrame:
    """The stored rows of one run, without the columns that say which run it is."""
    only = [("point", "==", point), ("run", "==", run)]
    table = read_table(folder / f"{name}.parquet", filters=only).to_pandas()
    return _without_dates(table).drop(columns=["point", "run"]).reset_index(drop=True)


def _without_dates(table: pd.DataFrame) -> pd.DataFrame:
    """The table without its dates: a date is its day's."""
    return table.drop(columns=["date", *(title for _, title in DATED.values())], errors="ignore")


def _judge(verdict: Verdict, which: str, pairs: list[tuple[str, pd.DataFrame, pd.DataFrame]]) -> None:
    for name, stored, found in pairs:
        difference = first_difference(name, stored, found)
        if difference is not None:
            verdict.differences.append((which, difference))
            return
