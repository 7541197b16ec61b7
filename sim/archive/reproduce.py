"""A result run again: the run of a folder, or some runs of a study, compared table by table."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.archive.compare import Difference, first_difference
from sim.config.complaints import scenario_from
from sim.errors import InputError
from sim.results import MARK

PLAN = "plan.json"


@dataclass
class Verdict:
    """What was compared, in words, and the first difference of each run that differs."""

    compared: str
    manifest: dict[str, Any]
    differences: list[tuple[str, Difference]] = field(default_factory=list)


def reproduce(folder: Path, n_runs: int) -> Verdict:
    """Run a result again, of a study `n_runs` runs evenly spaced. InputError if there is none."""
    if (folder / MARK).is_file():
        return _run(folder)
    if (folder / PLAN).is_file():
        return _study(folder, n_runs)
    raise InputError(f"{folder}: holds no result; give a folder that `hudna run` or `hudna sweep` wrote")


def _run(folder: Path) -> Verdict:
    from sim.interrupt import heed
    from sim.model import TruceModel
    from sim.records import daily_table, event_table, quarter_table, run_row

    try:
        manifest = json.loads((folder / MARK).read_text(encoding="utf-8"))
        values, stored_row = manifest["scenario"], dict(manifest["run"])
        stored = {
            name: pd.read_parquet(folder / f"{name}.parquet")
            for name in ("daily", "events", "quarters")
            if (folder / f"{name}.parquet").is_file()
        }
    except (ValueError, KeyError, TypeError, OSError) as error:
        told = " ".join(str(error).split())[:200]
        raise InputError(f"{folder}: this run cannot be read ({told}); run it again") from None
    scenario = scenario_from(values)
    model = TruceModel.of(scenario)
    while model.day < scenario.days:
        model.step()
        heed()
    found: dict[str, Any] = {
        "daily": daily_table(model),
        "events": event_table(model),
        "quarters": quarter_table(model),
    }
    pairs = [("run", pd.DataFrame([stored_row]), pd.DataFrame([dict(run_row(model))]))]
    pairs += [(name, table, found[name]) for name, table in stored.items() if found[name] is not None]
    verdict = Verdict(f"1 run, {', '.join(name for name, _, _ in pairs)}", manifest)
    _judge(verdict, f"seed {scenario.seed}", pairs)
    return verdict


def _study(folder: Path, n_runs: int) -> Verdict:
    from sim.report.figures.points import spaced
    from sim.study.finish import runs_of
    from sim.study.parts import RUNS_SCHEMA
    from sim.study.runner import job_of
    from sim.study.store import Store

    store = Store.open(folder)
    is_finished = store.is_finished
    try:
        runs = (
            pd.read_parquet(folder / "runs.parquet")
            if is_finished
            else runs_of(store).select(RUNS_SCHEMA.names).to_pandas()
        )
    except (ValueError, OSError) as error:
        raise InputError(
            f"{folder}: its runs cannot be read ({' '.join(str(error).split())[:200]})"
        ) from None
    good = runs.index[runs["status"] == "ok"].tolist()
    if not good:
        raise InputError(f"{folder}: no run of this study went well, so there is none to run again")
    kept = [name for name in ("daily", "events") if is_finished and (folder / f"{name}.parquet").is_file()]
    chosen = spaced(good, max(2, n_runs))[:n_runs]
    verdict = Verdict(f"{len(chosen)} of {len(runs):,} runs, {', '.join(['runs', *kept])}", store.manifest())
    if is_finished:
        _judge(verdict, "all runs", [_points(store, folder)])
    for index in chosen:
        stored = runs.loc[[index]].reset_index(drop=True)
        point, run = int(stored["point"].iloc[0]), int(stored["run"].iloc[0])
        finished = job_of(store.plan, ((point, run),)).do_piece()
        row = {name: finished.row.get(name) for name in stored.columns}
        found = {"daily": pd.DataFrame(finished.daily), "events": finished.events}
        pairs = [("runs", stored, pd.DataFrame([row]))]
        pairs += [(name, _rows_of(folder, name, point, run), found[name]) for name in kept]
        _judge(verdict, f"point {point}, run {run}, seed {stored['seed'].iloc[0]}", pairs)
    return verdict


def _points(store: Any, folder: Path) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """The table of points as stored, and made again from the stored runs."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    from sim.study.tables import points_table

    made = points_table(store.plan, pq.read_table(folder / "runs.parquet"))
    return "points", pd.read_parquet(folder / "points.parquet"), made.to_pandas()


def _rows_of(folder: Path, name: str, point: int, run: int) -> pd.DataFrame:
    """The stored rows of one run, without the columns that say which run it is."""
    table = pd.read_parquet(folder / f"{name}.parquet", filters=[("point", "==", point), ("run", "==", run)])
    return table.drop(columns=["point", "run"]).reset_index(drop=True)


def _judge(verdict: Verdict, which: str, pairs: list[tuple[str, pd.DataFrame, pd.DataFrame]]) -> None:
    for name, stored, found in pairs:
        difference = first_difference(name, stored, found)
        if difference is not None:
            verdict.differences.append((which, difference))
            return
