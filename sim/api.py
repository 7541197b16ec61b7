"""What Python users and the command line call: run a history or a study, get its tables, write its folder."""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.city.build import build_city
from sim.city.columns import Camp
from sim.city.own_data import table_sums
from sim.compose import compose_scenario
from sim.core import feelings
from sim.disk.files import sha256
from sim.disk.results import check_target, dated_folder, manifest, write_folder, write_json
from sim.disk.tables import read_table
from sim.disk.target import target_of
from sim.errors import InputError
from sim.model import TruceModel
from sim.records import daily_table, event_table, quarter_table, run_row
from sim.records.people import notes_on, people_of
from sim.report.answer import answer_lines
from sim.report.source import Source, read
from sim.scenario import Scenario
from sim.study.plan import Plan
from sim.towns.dates import dates_of, with_dates
from sim.towns.facts import town_facts
from sim.towns.folder import town_sums


@dataclass(repr=False)
class Run:
    """One finished history. `hudna show columns` explains every column of its tables.

    Where the scenario has a `day_zero`, they have a column `date` too.

    Attributes:
        scenario: what was run.
        row: the run row: whether it broke, when, by what, and what it cost.
        daily: a row a day, day 0 first.
        events: a row an event, with its cause and the event that it answers.
        quarters: fear, anger and people present by quarter, every `records.quarter_days` days; None if not
            recorded.
        snapshots: every resident on the days asked for; None if not recorded.
        folder: where it is written, if it is.
        lines: the answer in words.
        people: counts of those of day 0, by camp, role and faction.
        inputs: SHA-256 of the user's own tables and of the town's files, by file.
        notes: what to know about these tables.
    """

    scenario: Scenario
    row: dict[str, Any]
    daily: pd.DataFrame
    events: pd.DataFrame
    quarters: pd.DataFrame | None = None
    snapshots: pd.DataFrame | None = None
    folder: Path | None = None
    lines: list[str] = field(default_factory=list)
    people: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        """Say in a few lines what happened and which tables there are."""
        names = ("daily", "events", "quarters", "snapshots")
        return _plainly("Run", self.lines, {name: getattr(self, name) for name in names}, self.folder)


def _plainly(what: str, lines: Sequence[str], tables: Mapping[str, Any], folder: Path | None) -> str:
    """What was found, the first lines of it, and the tables with their rows."""
    there = [f"{name} ({len(table):,} rows)" for name, table in tables.items() if table is not None]
    told = [line for line in lines if line and not line.startswith("Results: ")][:3]
    return "\n".join([*told, f"{what} with tables {', '.join(there)}", *([f"in {folder}"] if folder else [])])


def run(overrides: Sequence[str] | Scenario = (), *, config_dir: str | Path | None = None) -> Run:
    """Run one history.

    Args:
        overrides: as on the command line, `["scenario=small_town", "seed=7"]`, or a composed Scenario.
        config_dir: a folder with scenarios and option files of your own.

    Returns:
        The history with its tables. Nothing is written to disk.

    Raises:
        InputError: with one line for each thing that is wrong.
    """
    scenario = overrides if isinstance(overrides, Scenario) else compose_scenario(overrides, config_dir)
    model = TruceModel.of(scenario)
    people, notes = people_of(model), notes_on(model)
    inputs = table_sums(scenario.city.residents, scenario.city.ties)
    if scenario.town is not None:
        inputs |= town_sums(scenario.town)
    model.run_model()
    row, daily, events = run_row(model), daily_table(model), event_table(model)
    quarters = quarter_table(model)
    snapshots = pd.concat(model.snapshots, ignore_index=True) if model.snapshots else None
    lines = with_dates(answer_lines(row, daily, events, scenario.truce), scenario.day_zero)
    if scenario.day_zero is not None:
        for table in (daily, events, quarters, snapshots):
            if table is not None:
                table.insert(1, "date", dates_of(table["day"], scenario.day_zero))
    return Run(
        scenario,
        row,
        daily,
        events,
        quarters,
        snapshots,
        lines=lines,
        people=people,
        inputs=inputs,
        notes=notes,
    )


@dataclass(repr=False)
class StudyResult:
    """A finished study: its tables as data frames, read from its folder or held in memory.

    Attributes:
        runs: a row a run.
        points: a row a point: shares with Wilson's interval, means with Student's, both of 95 %.
        differences: a row for each point and outcome: the paired difference from the point's base.
        sensitivity: a row for each outcome and factor; None unless the design is morris or saltelli.
        bands: a row for each point, day and statistic; None unless kept.
        daily: a row for each run and day; None unless kept.
        events: a row for each run and event; None unless kept.
        manifest: study, versions, times, digests.
        folder: where it is; None if it is held in memory alone.
        lines: the answer in words.
        plan: the runs that it consists of.
    """

    runs: pd.DataFrame
    points: pd.DataFrame
    differences: pd.DataFrame
    sensitivity: pd.DataFrame | None
    bands: pd.DataFrame | None
    daily: pd.DataFrame | None
    events: pd.DataFrame | None
    manifest: dict[str, Any]
    folder: Path | None
    lines: list[str]
    plan: Plan

    def __repr__(self) -> str:
        """Say in a few lines what was found and which tables there are."""
        names = ("runs", "points", "differences", "sensitivity", "bands", "daily", "events")
        return _plainly("Study", self.lines, {name: getattr(self, name) for name in names}, self.folder)


def sweep(
    overrides: Sequence[str] = (),
    *,
    study: str | Path | None = None,
    out: str | Path | None = None,
    config_dir: str | Path | None = None,
    yes: bool = False,
    fail_fast: bool = False,
    progress: bool = False,
) -> StudyResult:
    """Run a study.

    Args:
        overrides: as on the command line, with sweeps (`"days=40,80"`) and keys of the study (`"runs=50"`).
        study: a study file, which the overrides change.
        out: folder for the results; the same call goes on with a study that was interrupted. Without it the
            tables are held in memory alone.
        config_dir: a folder with scenarios and option files of your own.
        yes: do not ask before a study that is very large.
        fail_fast: stop at the first run that fails.
        progress: say on the error stream how far it is.

    Returns:
        The study with its tables.

    Raises:
        InputError: before anything is started, with one line for each thing that is wrong.
        Unfinished: it was stopped; the same call, or `hudna resume`, goes on.
    """
    from sim.study.build import build_plan
    from sim.study.progress import show_on
    from sim.study.store import Store
    from sim.study.study import begin
    from sim.study.trial import points_without_truce

    if out is not None:
        Store.check_free(target_of(out))
    plan, engine = build_plan(overrides, study, config_dir, yes=yes)
    for line in points_without_truce(plan):
        warnings.warn(f"{line}; its runs will fail", stacklevel=2)
    command = f"sim.sweep({list(overrides)!r}, study={str(study) if study else None!r})"
    with tempfile.TemporaryDirectory(prefix="hudna-study-") as aside:
        folder = target_of(out) if out is not None else Path(aside) / "study"
        with show_on(sys.stderr) if progress else nullcontext(_say_nothing) as tell:
            begin(plan, engine, folder, tell, command=command, fail_fast=fail_fast)
        result = read_study(folder)
    if out is None:
        result.folder = None
    return result


def _say_nothing(_: object) -> None:
    return None


def read_study(folder: str | Path) -> StudyResult:
    """Read the tables of a finished study.

    Args:
        folder: where it stands.

    Returns:
        The study with its tables.

    Raises:
        InputError: there is none, or it is not finished.
    """
    from sim.report.figures.points import name_variants
    from sim.report.study_lines import study_lines
    from sim.study.finalize import TABLES
    from sim.study.store import Store

    store = Store.open(folder)
    if not store.is_finished:
        raise InputError(f"{folder}: this study is not finished; `hudna resume {folder}` goes on")
    paths = {name: store.folder / f"{name}.parquet" for name in TABLES}
    tables = {name: read_table(path).to_pandas() if path.exists() else None for name, path in paths.items()}
    name_variants(tables["points"], store.plan)  # type: ignore[arg-type]
    return StudyResult(
        **tables,  # type: ignore[arg-type]
        manifest=store.manifest(),
        folder=store.folder,
        lines=study_lines(store),
        plan=store.plan,
    )


def sensitivity(study: StudyResult | Source | str | Path, outcome: str = "broke") -> pd.DataFrame:
    """Rank the factors of a study by what they do to an outcome; the seed is one of them.

    Args:
        study: a study of design=morris or saltelli, or its folder, finished or not.
        outcome: broke, break_days, an outcome of the points, or a column of numbers of the run rows.

    Returns:
        A row a factor, the one that matters most first; docs/sensitivity.md explains the columns.

    Raises:
        InputError: the study has another design, or there is no such outcome.
    """
    from sim.study.sensitivity.table import sensitivity_table
    from sim.study.sensitivity.words import rank

    if isinstance(study, StudyResult):
        plan, runs = study.plan, study.runs
    else:
        source = study if isinstance(study, Source) else read(study)
        if source.what != "study":
            raise InputError(f"{source.folder}: is a run; give the folder of a study")
        plan, runs = source.store.plan, source.tables["runs"]
    return rank(sensitivity_table(plan, runs, [outcome]), outcome)


def run_to_folder(
    scenario: Scenario, out: str | Path | None = None, *, force: bool = False, figure: bool = True
) -> Run:
    """Run one history and write it to a folder, which appears whole or not at all.

    It holds run.json, a .parquet file for each table, and timeline.png and .svg unless `figure` is off. `out`
    defaults to a dated folder under runs/; one that holds a result is replaced only with `force`. Raises
    InputError.
    """
    folder = target_of(out) if out is not None else dated_folder(scenario.name, scenario.seed)
    check_target(folder, force)
    if figure:
        import sim.report.timeline  # noqa: F401 (a matplotlib that does not start is to say so before the run)
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


def _write(result: Run, folder: Path, draw: bool) -> None:
    result.daily.to_parquet(folder / "daily.parquet", index=False)
    result.events.to_parquet(folder / "events.parquet", index=False)
    if result.quarters is not None:
        result.quarters.to_parquet(folder / "quarters.parquet", index=False)
    if result.snapshots is not None:
        result.snapshots.to_parquet(folder / "snapshots.parquet", index=False)
    if draw:
        from sim.report.timeline import save_figure, timeline_figure

        figure = timeline_figure(result.daily, result.events, result.row, result.scenario)
        save_figure(figure, folder, "timeline")
    content = manifest(_really(result), result.row, result.people, result.inputs)
    if result.scenario.town is not None:
        content["town"] = town_facts(result.scenario.town)
    content["sha256"] = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    write_json(folder / "run.json", content)


def _really(result: Run) -> dict[str, Any]:
    """The scenario as it was: the size and the camps of the user's own table in place of the generator's."""
    values = result.scenario.model_dump(mode="json")
    if result.scenario.city.residents is not None:
        city = build_city(result.scenario.city)
        values["city"]["n_residents"] = city.n_residents
        values["city"]["camps"] = {
            camp.name.lower(): float((city.camp == camp).mean()) for camp in (Camp.LOYALIST, Camp.UNCOMMITTED)
        }
    return values


def _announce_compilation() -> None:
    """Say on the error stream that the first run on a machine compiles, if it is the first."""
    stats = getattr(feelings.feel, "stats", None)
    if stats is None:  # numba's compiler is switched off
        return
    cache = Path(str(stats.cache_path))
    if not any(cache.glob("feelings.feel-*.nbi")):
        print("hudna: compiling the model for this machine, once (under half a minute) ...", file=sys.stderr)
