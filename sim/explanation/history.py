"""Explain one history: run it, rerun it with one thing changed at a time, and say what that shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.errors import InputError
from sim.explanation.chain import chain_sentence
from sim.explanation.changes import Change, changes_of
from sim.explanation.history_table import explanation
from sim.explanation.history_words import paragraph
from sim.explanation.rerun import Job, Row
from sim.explanation.spread import Execution, done
from sim.model import TruceModel
from sim.records import daily_table, event_table, run_row
from sim.report.answer import verdict
from sim.report.causes import causes_of, nearest_to_a_break
from sim.report.history import breaks_of
from sim.scenario import Scenario
from sim.towns.dates import with_dates

REPLICATES = 50
QUICK = 10
MOST_REPLICATES = 10_000
_SAME = ("broke", "first_break_day", "ending", "taken", "events_social", "events_standoff")


@dataclass
class Explanation:
    """What was changed in one history, and the outcomes.

    Attributes:
        scenario: what was explained.
        row: the run row of the history.
        changes: what was changed, one at a time.
        table: a row per change: share broken with and without it, and the difference with its interval.
        reruns: a row per rerun: change (number in `changes`; -1 for none), day (up to which the luck is the
            run's own), replicate (0 the run's own luck throughout), and what became of it.
        lines: the answer in words.
    """

    scenario: Scenario
    row: dict[str, Any]
    changes: list[Change]
    table: pd.DataFrame
    reruns: pd.DataFrame
    lines: list[str]


@contextmanager
def explained(
    scenario: Scenario,
    *,
    replicates: int = REPLICATES,
    without: Collection[int] = (),
    only: Collection[str] = (),
    written: tuple[str, Mapping[str, Any]] | None = None,
    how: Execution | None = None,
) -> Iterator[Explanation]:
    """Explain the history of a scenario and its seed; the result does not depend on `how`.

    `without`, `only`: as in sim.explanation.changes. `written`: a run row that the history must
    reproduce, after the place where it is recorded. What `how` keeps is dropped when the block is left
    without an error. Raises InputError, Unfinished.
    """
    check_replicates(replicates)
    if not scenario.days:
        raise InputError("days = 0: no day is simulated, so there is nothing to explain; raise days")
    model = TruceModel.of(scenario)
    model.run_model()
    row, daily, events = run_row(model), daily_table(model), event_table(model)
    if written is not None:
        _check_same(*written, row)
    breaks = breaks_of(daily, row)
    until = breaks[0].day if breaks else _most_strained(daily)
    changes = changes_of(model, until, without, only)
    if not changes:
        raise InputError(f"--only {' '.join(only)}: nothing of this sort can be changed in this history")
    lines = [verdict(breaks, int(row["days"]))]
    if breaks:
        lines += causes_of(breaks[0], daily, events, scenario.truce)
        lines.append(chain_sentence(until, breaks[0].ending, daily, events))
    else:
        lines += [*nearest_to_a_break(daily, events), chain_sentence(until, "", daily, events)]
        lines.append(f"What follows covers days 1-{until}, up to the greatest strain.")
    jobs = jobs_of(scenario, changes, replicates)
    with done(jobs, how or Execution()) as found:
        reruns = reruns_table(jobs, changes, found)
        table = explanation(changes, reruns)
        lines += paragraph(table, row)
        told = with_dates([line for line in lines if line], scenario.day_zero)
        yield Explanation(scenario, row, changes, table, reruns, told)


def check_replicates(replicates: int) -> None:
    """Raise InputError unless this is a number of replicates, from 1 to MOST_REPLICATES."""
    if not 1 <= replicates <= MOST_REPLICATES:
        raise InputError(f"replicates {replicates}: out of range; right would be 1 to {MOST_REPLICATES:,}")


def _check_same(where: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise InputError if a history does not come out as it was recorded."""
    for name in _SAME:
        if name in then and then[name] != (None if now[name] != now[name] else now[name]):
            raise InputError(
                f"{where}: this run does not come out again here ({name} was {then[name]}, is {now[name]}); "
                "its city or its libraries are others: run it anew, and explain that"
            )


def _most_strained(daily: pd.DataFrame) -> int:
    """The day on which the feud window was fullest; the last one of equal days."""
    feud = daily["feud"].iloc[1:]
    return int(daily["day"].iloc[1:][feud == feud.max()].iloc[-1]) if len(feud) else 0


def jobs_of(scenario: Scenario, changes: list[Change], replicates: int) -> list[Job]:
    """A job for each change, and an unchanged one for each day up to which luck is kept; early days first."""
    text = scenario.model_dump_json()
    bare = [(day, -1, day, None) for day in sorted({change.until for change in changes})]
    every = [(change.day, number, change.until, change) for number, change in enumerate(changes)]
    ordered = sorted([*bare, *every], key=lambda each: each[:2])
    return [Job(place, text, each[2], replicates, each[3]) for place, each in enumerate(ordered)]


def reruns_table(jobs: list[Job], changes: list[Change], found: list[list[Row]]) -> pd.DataFrame:
    """The rows of all jobs as a table, sorted by change, day and replicate.

    `found[k]`: the rows of `jobs[k]`.
    """
    numbers = {id(change): number for number, change in enumerate(changes)}
    rows = [
        {"change": numbers[id(job.change)] if job.change else -1, "day": job.until, **row}
        for job, rows in zip(jobs, found, strict=True)
        for row in rows
    ]
    columns = ["change", "day", "replicate", "broke", "first_break_day", "ending", "deaths", "departed"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["change", "day", "replicate"], ignore_index=True)
