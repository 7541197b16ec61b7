"""Explain a study: rerun a sample of the histories that broke with one thing changed at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.errors import InputError
from sim.explanation.history import check_replicates
from sim.explanation.rerun import Job, Row
from sim.explanation.sample import Sample, sample_of
from sim.explanation.spread import Execution, done
from sim.explanation.study_table import study_table
from sim.explanation.study_words import describe_reruns
from sim.explanation.trials import FROM_THE_START, Trial, first_day, trials_of
from sim.towns.dates import with_dates

HISTORIES, REPLICATES = 20, 2
QUICK_HISTORIES, QUICK_REPLICATES = 8, 1


@dataclass
class StudyExplanation:
    """What the breaks of a study's histories depended on.

    Attributes:
        sample: the histories that were rerun. trials: what was changed, one at a time. table: a row per trial
        (`study_table`): share broken with and without it, intervals over histories. reruns: a row per rerun:
        history (number in the sample), point, run, days_before (the break; 0 for from
            day 1 on), trial (number in `trials`; -1 for none), replicate (0, of day 1 alone: the run's own
            luck throughout), and what became of it.
        lines: the answer in words.
    """

    sample: Sample
    trials: list[Trial]
    table: pd.DataFrame
    reruns: pd.DataFrame
    lines: list[str]


@dataclass(frozen=True)
class _Place:
    """Where a job belongs."""

    history: int
    lead: int
    trial: int


@contextmanager
def study_explained(
    folder: str | Path,
    *,
    histories: int = HISTORIES,
    point: int | None = None,
    replicates: int = REPLICATES,
    only: Collection[str] = (),
    how: Execution | None = None,
) -> Iterator[StudyExplanation]:
    """Explain a study, finished or not; the result does not depend on `how`.

    `point`: histories of this point alone; `only`: the sorts that are tried (SORTS of
    sim.explanation.trials), all if empty. What `how` keeps is dropped when the block is left
    without an error. Raises InputError, Unfinished.
    """
    check_replicates(replicates)
    sample = sample_of(folder, histories, point)
    trials = trials_of(sample.histories, only)
    if not trials:
        raise InputError(f"{folder}: nothing can be changed in these histories; try other sorts")
    jobs, places = jobs_of(sample, trials, replicates)
    with done(jobs, how or Execution()) as found:
        reruns = _reruns(sample, places, found)
        _check(folder, sample, reruns)
        table = study_table(trials, reruns)
        zeros = {each.scenario.day_zero for each in sample.histories}
        lines = with_dates(
            describe_reruns(sample, table, replicates), zeros.pop() if len(zeros) == 1 else None
        )
        yield StudyExplanation(sample, trials, table, reruns, lines)


def jobs_of(sample: Sample, trials: list[Trial], replicates: int) -> tuple[list[Job], list[_Place]]:
    """The jobs of all histories and where they belong: by history, then by day, the unchanged first."""
    jobs: list[Job] = []
    places: list[_Place] = []
    for number, history in enumerate(sample.histories):
        text = history.scenario.model_dump_json()
        changes = [(k, trial.lead, trial.change(history)) for k, trial in enumerate(trials)]
        there = [each for each in changes if each[2] is not None]
        bare = [(-1, lead, None) for lead in {lead for _, lead, _ in there}]
        for k, lead, change in sorted(
            [*bare, *there], key=lambda each: (first_day(history, each[1]), each[1], each[0])
        ):
            is_fresh = lead != FROM_THE_START  # so late, with one luck, any change decides
            jobs.append(Job(len(jobs), text, first_day(history, lead), replicates, change, is_fresh))
            places.append(_Place(number, lead, k))
    return jobs, places


def _reruns(sample: Sample, places: list[_Place], found: list[list[Row]]) -> pd.DataFrame:
    rows = [
        {
            "history": place.history,
            "point": sample.histories[place.history].point,
            "run": sample.histories[place.history].run,
            "days_before": place.lead,
            "trial": place.trial,
            **row,
        }
        for place, rows in zip(places, found, strict=True)
        for row in rows
    ]
    keys = ["history", "days_before", "trial", "replicate"]
    return pd.DataFrame(rows).sort_values(keys, ignore_index=True)


def _check(folder: str | Path, sample: Sample, reruns: pd.DataFrame) -> None:
    """Raise InputError if a history does not come out as the study has it."""
    bare = reruns[(reruns.trial == -1) & (reruns.replicate == 0)]
    for history, day in zip(bare.history, bare.first_break_day, strict=True):
        was = sample.histories[history]
        if day != was.day:
            raise InputError(
                f"{folder}: run {was.run} of point {was.point} broke on day {was.day} there and "
                f"{'holds' if day != day else f'breaks on day {day:.0f}'} here; its city or its libraries "
                "are others: run the study anew, and explain that"
            )
