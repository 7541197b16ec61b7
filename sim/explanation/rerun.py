"""Reruns of one history: a job is one change and its replicates of later luck, a function of plain data.

The base history is run up to the day before the change, once for all jobs of that day in a process. From
there each rerun branches: up to a day it meets the run's own luck, and from then on the run's luck (replicate
0) or fresh luck (replicates 1 to K). The unchanged history is rerun in the same way, so that a change and its
base are compared replicate by replicate.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import Unfinished
from sim.explanation.changes import Change
from sim.model import TruceModel
from sim.records import run_row
from sim.records.columns import CAMPS
from sim.scenario import Scenario

Row = dict[str, Any]  # replicate, broke, first_break_day, ending, deaths, departed
Done = tuple[int, list[Row]]

_base: tuple[str, TruceModel] | None = None  # of this process: stepped forward from job to job


@dataclass(frozen=True)
class Job:
    """Reruns of one history (a scenario as JSON) with one change, or with none: work for an engine.

    The luck is the run's own up to day `until`, in all replicates, which are numbered 0 to `replicates`; 0
    keeps the run's luck throughout, and `is_fresh` leaves it out. The result carries `place`, the job's
    place among all jobs.
    """

    place: int
    scenario: str
    until: int
    replicates: int
    change: Change | None
    is_fresh: bool = False

    @property
    def lucks(self) -> range:
        """Numbers of the replicates."""
        return range(int(self.is_fresh), self.replicates + 1)

    @property
    def label(self) -> str:
        """What is changed."""
        return f"{self.change.sort}-{self.change.name}" if self.change else f"unchanged-{self.until}"

    def do(self) -> Done:
        """One row per replicate."""
        start = _standing(self.scenario, (self.change.day if self.change else self.until) - 1)
        changed = self.change.scenario(start.scenario) if self.change else None
        branch = start.branch(without=self.change.without if self.change else (), scenario=changed)
        while branch.running and branch.day < self.until:
            branch.step()
        rows = []
        model = None
        for luck in self.lucks:
            model = branch.branch(luck=luck, room=model)  # in the memory of the last one
            model.run_model()
            rows.append(_outcome(model, luck))
        gc.collect()  # a model refers to itself
        return self.place, rows

    def pieces(self) -> list[Job]:
        """It is done as a whole or not at all."""
        return [self]

    def do_piece(self) -> Done:
        """Do it."""
        return self.do()

    def replace_lost(self, words: str) -> Done:
        """Raise Unfinished: nothing is recorded in place of reruns that cannot be done."""
        what = self.change.says if self.change else "unchanged"
        raise Unfinished(f"the reruns {what}: {words}; the same command goes on")

    def join_pieces(self, done: Sequence[Done]) -> Done:
        """Its rows."""
        return done[0]


def _standing(scenario: str, day: int) -> TruceModel:
    """The base history as it stands at the end of a day."""
    global _base
    if _base is None or _base[0] != scenario or _base[1].day > day:
        _base = (scenario, TruceModel.of(Scenario.model_validate_json(scenario)))
    model = _base[1]
    while model.day < day:
        model.step()
    return model


def _outcome(model: TruceModel, luck: int) -> Row:
    """The outcome of a branch that is over, under the run's luck or the k-th fresh one."""
    row = run_row(model)
    return {
        "replicate": luck,
        "broke": row["broke"],
        "first_break_day": row["first_break_day"],
        "ending": row["ending"],
        "deaths": sum(row[f"deaths_{camp}"] for camp in CAMPS),
        "departed": sum(row[f"departed_{camp}"] for camp in CAMPS),
    }
