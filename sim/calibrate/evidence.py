"""A record as a target: its log evidence at each point of a wave, by particles that follow it there.

All particles of a point have its parameters, so their mean likelihood estimates that of the point without
bias (a pseudo-marginal likelihood; Andrieu and Roberts 2009). An emulator learns the log evidence, and its
noise with it. It is added to the log agreement with the other targets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.problem import Problem, base_values
from sim.calibrate.waves import plan_of
from sim.core.luck import fresh_seed
from sim.disk.files import open_aside
from sim.errors import InputError
from sim.explanation.spread import Execution
from sim.following.ask import cut, find_record
from sim.following.island import Island, IslandFound
from sim.following.particles import Draw
from sim.following.record import Record
from sim.following.truces import FOLDER
from sim.following.work import done

EVIDENCE = "record"  # the column beside the summaries
WIDTH = 5.0  # of log evidence, for the screening; a fifth of it is one unit, hardly worth a mention
DEEPEST = 30.0  # how far below the best points are told apart; below that nothing has weight
FILE = "evidence.npy"

Floats = NDArray[np.float64]


def read_record(problem: Problem) -> Record | None:
    """The record that is a target; None if none is. Raises InputError."""
    asked = problem.record
    if asked is None:
        return None
    what = asked.follow
    if what == "town":
        town = base_values(problem).get("town")
        if not isinstance(town, str):
            raise InputError("record: follow = town: base names no town; give it one, or the id of a truce")
        what = f"town={town}"
    try:
        return cut(find_record(what, FOLDER)[0], None, asked.until)
    except InputError as error:
        raise InputError("\n".join(f"record: {line}" for line in str(error).splitlines())) from None


def content_of(record: Record | None) -> dict[str, str]:
    """The record's entry among the facts that identify a calibration: a digest, or nothing."""
    return {} if record is None else {EVIDENCE: hashlib.sha256(repr(record).encode()).hexdigest()}


@dataclass(frozen=True)
class Point(Island):
    """The particles of one point; if the record is impossible there, no days are returned."""

    def do(self) -> tuple[int, IslandFound]:
        """Follow the record, if possible."""
        try:
            return super().do()
        except InputError:
            return self.place, IslandFound(self.number, (), (), np.zeros(0), 0, 0)

    do_piece = do


def log_evidence(
    problem: Problem,
    record: Record,
    unit: Floats,
    folder: Path,
    engine: Sequence[str],
    tell: Callable[[Any], None],
    *,
    seed: int,
    luck: str = "independent",
) -> Floats:
    """Log evidence of the record, float64[points], at points (float64[points, priors]) of a wave that is run.

    nan where no particle can have the record. What the folder holds already is not done again.
    """
    saved = folder / FILE
    if not saved.is_file():
        assert problem.record is not None
        plan, asked = plan_of(problem, unit, [f"seed={seed}", f"luck={luck}"], engine)
        n = problem.record.particles
        work = []
        for k in range(len(unit)):
            first = seed if luck == "common" else fresh_seed(seed, k + 1)
            draws = [Draw({}, fresh_seed(first, i + 1)) for i in range(n)]
            work.append(Point(k, record, plan.scenario(k), draws, first, place=k))
        with done(work, Execution(asked, tell, folder)) as found:
            values = [
                sum(day.log_counts + day.log_marks for day in each.days)
                if each.days and not each.impossible
                else np.nan
                for each in found
            ]
            with open_aside(saved) as stream:
                np.save(stream, np.array(values, np.float64), allow_pickle=False)
    return np.asarray(np.load(saved, allow_pickle=False), np.float64)


def cut_below(values: Floats, record: Record) -> Floats:
    """Log evidence (float64[points]) for an emulator: nothing is farther than DEEPEST under the best.

    What is impossible (nan) lies just there. Raises InputError if no point can have the record.
    """
    if not np.isfinite(values).any():
        raise InputError(
            f"record: at no point can the model have {record.name}; widen the priors, "
            "or see why: hudna follow"
        )
    best = float(np.nanmax(values))
    return np.maximum(np.nan_to_num(values, nan=-np.inf), best - DEEPEST)
