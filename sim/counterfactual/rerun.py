"""Reruns of one history: a job is one change and its replicates of later luck, a function of plain data.

The base history is run up to the day before the change, once for all jobs of that day in a process. From
there each rerun branches: the day of the change meets the run's own luck, and what comes after it the run's
luck (replicate 0) or fresh luck (replicates 1 to K). The unchanged history is rerun in the same way, so that
a change and its base are compared replicate by replicate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from sim.counterfactual.changes import Change
from sim.interrupt import heed
from sim.model import TruceModel
from sim.records import run_row
from sim.scenario import Scenario

UNCHANGED = ""


@dataclass(frozen=True)
class Job:
    """Reruns of one history (a scenario as JSON) with one change, or with none, from its day on."""

    number: int  # in the order of the changes; -1 for none
    scenario: str
    day: int
    replicates: int
    change: Change | None


Row = dict[str, Any]

_base: tuple[str, TruceModel] | None = None  # of this process: it is stepped on from job to job


def rows_of(job: Job) -> list[Row]:
    """Do a job: one row a replicate, replicate 0 with the run's own luck."""
    start = _standing(job.scenario, job.day - 1)
    changed = job.change.scenario(start.scenario) if job.change else None
    without = job.change.without if job.change else ()
    branch = start.branch(without=without, scenario=changed)
    if branch.running:
        branch.step()
    rows = []
    for luck in range(job.replicates + 1):
        model = branch.branch(luck=luck)
        while model.running:
            model.step()
            heed()
        rows.append({"change": job.number, "day": job.day, "replicate": luck, **_outcome(model)})
    return rows


def _standing(scenario: str, day: int) -> TruceModel:
    """The base history as it stands at the end of a day."""
    global _base
    if _base is None or _base[0] != scenario or _base[1].day > day:
        _base = (scenario, TruceModel.of(Scenario.model_validate_json(scenario)))
    model = _base[1]
    while model.day < day:
        model.step()
    return model


def _outcome(model: TruceModel) -> Row:
    row = run_row(model)
    return {
        "broke": row["broke"],
        "first_break_day": row["first_break_day"],
        "ending": row["ending"],
        "deaths": sum(row[f"deaths_{camp}"] for camp in ("loyalist", "uncommitted", "opposition")),
        "departed": sum(row[f"departed_{camp}"] for camp in ("loyalist", "uncommitted", "opposition")),
    }


def jobs_of(scenario: Scenario, changes: Sequence[Change], replicates: int) -> list[Job]:
    """A job for each change, and one without change for each day on which a change begins; by days."""
    text = scenario.model_dump_json()
    days = sorted({change.day for change in changes})
    bare = [Job(-1, text, day, replicates, None) for day in days]
    changed = [Job(k, text, change.day, replicates, change) for k, change in enumerate(changes)]
    return sorted([*bare, *changed], key=lambda job: (job.day, job.number))


def done(jobs: Sequence[Job], workers: int) -> Iterator[list[Row]]:
    """The rows of each job as it is done: in this process, or on worker processes."""
    if workers <= 1:
        yield from map(rows_of, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(rows_of, job) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
