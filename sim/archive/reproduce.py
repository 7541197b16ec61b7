"""A result run again: the run of a folder, or some runs of a study, compared table by table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.archive.compare import Difference, first_difference
from sim.config.complaints import scenario_from
from sim.errors import InputError
from sim.report.figures.points import spaced
from sim.report.source import Source, read


@dataclass
class Verdict:
    """What was compared, in words, and the first difference of each run that differs."""

    compared: str
    manifest: dict[str, Any]
    differences: list[tuple[str, Difference]] = field(default_factory=list)


def reproduce(folder: Path, n_runs: int) -> Verdict:
    """Run a result again, of a study `n_runs` runs evenly spaced. InputError if there is none."""
    source = read(folder)
    return _run(source) if source.what == "run" else _study(source, n_runs)


def _run(source: Source) -> Verdict:
    from sim.model import TruceModel
    from sim.records import daily_table, event_table, quarter_table, run_row

    scenario = scenario_from(source.manifest["scenario"])
    model = TruceModel.of(scenario)
    model.run_model()
    found = {
        "run": pd.DataFrame([run_row(model)]),
        "daily": daily_table(model),
        "events": event_table(model),
        "quarters": quarter_table(model),
    }
    stored = {"run": pd.DataFrame([source.tables["row"]]), **source.tables}
    pairs = [
        (name, stored[name], table)
        for name, table in found.items()
        if table is not None and stored[name] is not None
    ]
    verdict = Verdict(f"1 run, {', '.join(name for name, _, _ in pairs)}", source.manifest)
    _judge(verdict, f"seed {scenario.seed}", pairs)
    return verdict


def _study(source: Source, n_runs: int) -> Verdict:
    from sim.study.runner import job_of

    store, folder = source.store, source.folder
    is_finished = store.is_finished
    runs = source.tables["runs"]
    good = runs.index[runs["status"] == "ok"].tolist()
    if not good:
        raise InputError(f"{folder}: no run of this study went well, so there is none to run again")
    kept = [name for name in ("daily", "events") if is_finished and (folder / f"{name}.parquet").is_file()]
    chosen = spaced(good, max(2, n_runs))[:n_runs]
    verdict = Verdict(f"{len(chosen)} of {len(runs):,} runs, {', '.join(['runs', *kept])}", store.manifest())
    if is_finished:
        _judge(verdict, "all runs", _made_again(source))
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


def _made_again(source: Source) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """The tables of points and differences as stored, and made again from the stored runs."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    from sim.study.differences import differences_table
    from sim.study.tables import points_table

    plan, runs = source.store.plan, pq.read_table(source.folder / "runs.parquet")
    made = {"points": points_table(plan, runs), "differences": differences_table(plan, runs)}
    return [(name, source.tables[name], table.to_pandas()) for name, table in made.items()]


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
