"""What Python users and the command line call: run a history, get its tables, write its folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.compose import compose_scenario
from sim.core import feelings
from sim.interrupt import heed
from sim.model import TruceModel
from sim.records import daily_table, event_table, quarter_table, run_row
from sim.report.answer import answer_lines
from sim.results import check_target, dated_folder, manifest, write_folder, write_json
from sim.scenario import Scenario


@dataclass
class Run:
    """One finished history: run row, daily table, event log; feelings by quarter and snapshots as asked for.

    Every column is told by `hudna show columns`.
    """

    scenario: Scenario
    row: dict[str, Any]
    daily: pd.DataFrame
    events: pd.DataFrame
    quarters: pd.DataFrame | None = None
    snapshots: pd.DataFrame | None = None
    folder: Path | None = None
    lines: list[str] = field(default_factory=list)


def run(overrides: Sequence[str] | Scenario = (), *, config_dir: str | Path | None = None) -> Run:
    """Run one history. `overrides` are as on the command line, or a composed Scenario.

    Raises InputError, with one line for each thing that is wrong.
    """
    scenario = overrides if isinstance(overrides, Scenario) else compose_scenario(overrides, config_dir)
    model = TruceModel.of(scenario)
    while model.day < scenario.days:
        model.step()
        heed()
    row, daily, events = run_row(model), daily_table(model), event_table(model)
    lines = answer_lines(row, daily, events)
    snapshots = pd.concat(model.snapshots, ignore_index=True) if model.snapshots else None
    return Run(scenario, row, daily, events, quarter_table(model), snapshots, lines=lines)


def run_to_folder(
    scenario: Scenario, out: str | Path | None = None, *, force: bool = False, figure: bool = True
) -> Run:
    """Run one history and write run.json, daily.parquet, events.parquet and timeline.png/.svg to a folder.

    `out` defaults to a dated folder under runs/. The folder appears whole or not at all; one that holds a
    result is replaced only with `force`. Raises InputError.
    """
    folder = Path(out) if out is not None else dated_folder(scenario.name, scenario.seed)
    check_target(folder, force)
    _announce_compilation()
    done: list[Run] = []

    def fill(aside: Path) -> None:
        result = run(scenario)
        _write(result, aside, figure)
        done.append(result)

    write_folder(folder, force, fill)
    result = done[0]
    result.folder = folder
    result.lines = [*result.lines, "", f"Results: {folder}/"]
    return result


def _write(result: Run, folder: Path, figure: bool) -> None:
    result.daily.to_parquet(folder / "daily.parquet", index=False)
    result.events.to_parquet(folder / "events.parquet", index=False)
    if result.quarters is not None:
        result.quarters.to_parquet(folder / "quarters.parquet", index=False)
    if result.snapshots is not None:
        result.snapshots.to_parquet(folder / "snapshots.parquet", index=False)
    if figure:
        from sim.report.timeline import save_figure, timeline_figure

        save_figure(timeline_figure(result.daily, result.events, result.row), folder, "timeline")
    write_json(folder / "run.json", manifest(result.scenario.model_dump(mode="json"), result.row))


def _announce_compilation() -> None:
    """Say on the error stream that the first run on a machine compiles, if it is the first."""
    stats = getattr(feelings.feel, "stats", None)
    if stats is None:  # numba's compiler is switched off
        return
    cache = Path(str(stats.cache_path))
    if not any(cache.glob("feelings.feel-*.nbi")):
        print("hudna: compiling the model for this machine, once (under half a minute) ...", file=sys.stderr)
