"""One run -> its rows. A run that fails becomes a row with its error: the one place with a broad except."""

from __future__ import annotations

import gc
import json
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.city.build import build_city
from sim.city.city import City, lock
from sim.city.config import CityConfig
from sim.city.population import generate_city
from sim.config.complaints import scenario_from
from sim.config.values import settle, with_settings
from sim.errors import InputError
from sim.model import TruceModel
from sim.records import DAILY_COLUMNS, event_table, run_row
from sim.scenario import Scenario
from sim.study.parts import daily_bytes, event_bytes, run_bytes
from sim.study.plan import Plan, combination_text, run_seed
from sim.study.run_queue import Chunk, Tally
from sim.version import __version__

MOST_ERROR_SIGNS = 500


class WrongVersionError(Exception):
    """A worker has another version of the model than the plan."""


class Task(NamedTuple):
    """One run to be done."""

    point: int
    run: int
    combination: int
    settings: str  # JSON of what the point sets


@dataclass(frozen=True)
class Outcome:
    """What a chunk of runs leaves: Parquet files as bytes, and a tally of its runs."""

    chunk: Chunk
    tallies: tuple[Tally, ...]
    runs: bytes
    daily: bytes | None = None
    events: bytes | None = None


@dataclass
class Finished:
    """One run that is over, whether it succeeded or failed."""

    row: dict[str, Any]
    daily: dict[str, Any] = field(default_factory=dict)
    events: Any = None


@dataclass(frozen=True)
class Job:
    """A chunk of runs as it is sent to a worker: plain data, self-contained."""

    chunk: Chunk
    tasks: tuple[Task, ...]
    combinations: dict[int, str]  # JSON of the plain values of those that occur
    luck: str
    redraws_city: bool
    keep: str
    version: str = __version__

    @property
    def label(self) -> str:
        """Its first run."""
        point, run = self.chunk[0]
        return f"point-{point}-run-{run}"

    def do(self) -> Outcome:
        """Do all runs, in this process."""
        if self.version != __version__:
            raise WrongVersionError(
                f"this worker has hudna {__version__}, the study was planned by {self.version}"
            )
        finished = [run_one(task, self) for task in self.tasks]
        gc.collect()
        return self.join_pieces(finished)

    def pieces(self) -> list[Job]:
        """A job for each of its runs."""
        return [
            replace(self, chunk=(key,), tasks=(task,))
            for key, task in zip(self.chunk, self.tasks, strict=True)
        ]

    def do_piece(self) -> Finished:
        """Do a job of one run."""
        finished = run_one(self.tasks[0], self)
        gc.collect()
        return finished

    def replace_lost(self, words: str) -> Finished:
        """The row recorded for a run that kills its worker."""
        point, run = self.chunk[0]
        row = {"point": point, "run": run, "status": "killed", "error": words, "seconds": 0.0}
        return Finished(row)

    def join_pieces(self, done: Sequence[Finished]) -> Outcome:
        """The outcome of runs that are over."""
        tallies, daily, events = [], [], []
        for (point, run), each in zip(self.chunk, done, strict=True):
            is_ok = each.row["status"] == "ok"
            tallies.append(Tally(point, run, is_ok, is_ok and bool(each.row["broke"])))
            if is_ok:
                daily.append((point, run, each.daily))
                events.append((point, run, each.events))
        return Outcome(
            self.chunk,
            tuple(tallies),
            run_bytes([each.row for each in done]),
            daily_bytes(daily) if self.keep != "rows" else None,
            event_bytes(events) if self.keep in ("events", "all") else None,
        )


def job_of(plan: Plan, chunk: Chunk) -> Job:
    """The job that does a chunk."""
    tasks, numbers = [], set()
    text, last = "", -1
    for point, run in chunk:
        if point != last or plan.draws is not None:
            text, last = json.dumps(plan.run_settings(point, run)), point
        number = int(plan.of_point[point])
        numbers.add(number)
        tasks.append(Task(point, run, number, text))
    used = {number: combination_text(plan, number) for number in sorted(numbers)}
    return Job(chunk, tuple(tasks), used, plan.study.luck, plan.study.cities == "redrawn", plan.study.keep)


def run_one(task: Task, job: Job) -> Finished:
    """Do one run of a job. Whatever goes wrong is recorded in its row; nothing is raised."""
    start = time.perf_counter()
    row: dict[str, Any] = {"point": task.point, "run": task.run, "status": "ok", "error": ""}
    try:
        scenario = _scenario(job.combinations[task.combination], task.settings)
        seed = run_seed(scenario.seed, task.point, task.run, job.luck)
        row |= {"scenario": scenario.name, "seed": seed, "city_seed": scenario.city.seed}
        city: City | None = None
        if job.redraws_city:
            again = run_seed(scenario.city.seed, task.point, task.run, job.luck)
            row["city_seed"] = again
            config = scenario.city.model_copy(update={"seed": again})
            scenario = scenario.model_copy(update={"city": config})
            city = _redrawn(config)
        model = TruceModel(scenario, seed=seed, city=city)
        model.run_model()
        row |= run_row(model)
        daily = _daily(model) if job.keep != "rows" else {}
        events = event_table(model) if job.keep in ("events", "all") else None
    except Exception as error:
        known = ("point", "run", "scenario", "seed", "city_seed")
        kept = {name: row[name] for name in known if name in row}
        row = {**kept, "status": "failed", "error": describe_error(error)}
        daily, events = {}, None
    row["seconds"] = time.perf_counter() - start
    return Finished(row, daily, events)


def describe_error(error: Exception) -> str:
    """An error on one line, with the place in the model where it arose."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        parts = Path(frame.filename).parts
        if "sim" in parts:
            place = f" ({'/'.join(parts[len(parts) - 1 - parts[::-1].index('sim') :])}, line {frame.lineno})"
    text = " ".join(str(error).split())
    if isinstance(error, InputError):
        return text[:MOST_ERROR_SIGNS]
    return f"{type(error).__name__}: {text[:MOST_ERROR_SIGNS]}{place}"


@lru_cache(maxsize=8)
def _values(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    return values


@lru_cache(maxsize=4)
def _scenario(combination: str, settings: str) -> Scenario:
    """The scenario of a point. The runs of a point follow one another, so caching a few is enough."""
    return scenario_from(settle(with_settings(_values(combination), json.loads(settings)), Scenario))


def _redrawn(config: CityConfig) -> City:
    """A city for one run, which need not be cached; the user's own tables are not redrawn."""
    return build_city(config) if config.residents is not None else lock(generate_city(config))


def _daily(model: TruceModel) -> dict[str, Any]:
    """Column -> values by day."""
    kept = model.datacollector.model_vars
    return {column.name: np.array(kept[column.name], column.dtype) for column in DAILY_COLUMNS}
