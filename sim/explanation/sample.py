"""Which histories of a study are explained: broken ones, spread evenly over all that broke."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.disk.tables import read_table
from sim.errors import InputError
from sim.scenario import Scenario
from sim.study.parts import RUNS_SCHEMA
from sim.study.plan import Plan, run_seed
from sim.study.store import Store


@dataclass(frozen=True)
class Broken:
    """A history of a study that broke: its point and run, the day and the ending, and its scenario."""

    point: int
    run: int
    day: int
    ending: str
    scenario: Scenario


@dataclass(frozen=True)
class Sample:
    """The histories that are explained, of how many that broke, among how many that are done."""

    histories: list[Broken]
    n_broke: int
    n_runs: int
    question: str
    where: str = ""  # if it is of one point only


def sample_of(folder: str | Path, n: int, point: int | None = None) -> Sample:
    """At most `n` broken histories of a study, finished or not. The same study gives the same ones.

    They are taken at even steps from all that broke, in the order of points and runs, so each point is
    represented in proportion to its breaks; `point` takes those of one point only. Raises InputError if there
    is no study, no such point, no run, or none that broke.
    """
    if n < 2:
        raise InputError(f"--histories {n}: out of range; an interval over histories needs at least 2")
    store = Store.open(folder)
    runs = _runs(store)
    runs = runs[runs["status"] == "ok"]
    where = str(folder)
    if point is not None:
        if not 0 <= point < store.plan.n_points:
            raise InputError(
                f"--point {point}: out of range; points of this study are 0 to {store.plan.n_points - 1}"
            )
        runs = runs[runs["point"] == point]
        where = f"{folder}: point {point} ({store.plan.points.label(point)})"
    if runs.empty:
        raise InputError(f"{where}: no run is done yet; `hudna resume {folder}` goes on")
    broke = runs[runs["broke"].astype(bool)]
    if len(broke) < 2:
        raise InputError(
            f"{where}: the truce broke in {len(broke) or 'none'} of {len(runs):,} runs, and at least 2 are "
            "needed; take a study with more runs or days, or explain a single run"
        )
    n = min(n, len(broke))
    rows = broke.iloc[[(2 * k + 1) * len(broke) // (2 * n) for k in range(n)]]
    histories = [
        Broken(
            int(row["point"]),
            int(row["run"]),
            int(row["first_break_day"]),
            str(row["ending"]),
            scenario_of(store.plan, int(row["point"]), int(row["run"])),
        )
        for row in rows.to_dict("records")
    ]
    question = store.plan.study.question
    return Sample(histories, len(broke), len(runs), question, "" if point is None else where)


def _runs(store: Store) -> pd.DataFrame:
    """The run rows that are there, sorted by point and run."""
    if store.is_finished:
        found: pd.DataFrame = read_table(store.folder / "runs.parquet").to_pandas()
        return found
    from sim.study.finalize import runs_of

    runs: pd.DataFrame = runs_of(store).select(RUNS_SCHEMA.names).to_pandas()
    return runs


def scenario_of(plan: Plan, point: int, run: int) -> Scenario:
    """The scenario of one run of a study, with its seed and that of its city."""
    scenario = plan.scenario(point, plan.run_settings(point, run))
    changed: dict[str, Any] = {"seed": run_seed(scenario.seed, point, run, plan.study.luck)}
    if plan.study.cities == "redrawn":
        again = run_seed(scenario.city.seed, point, run, plan.study.luck)
        changed["city"] = scenario.city.model_copy(update={"seed": again})
    return scenario.model_copy(update=changed)
