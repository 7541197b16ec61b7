"""The log evidence of a record under the model and under the simplest processes, on the same days.

In bits per event: (log evidence of the model - that of the process) / log 2 / number of events.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.following.baselines import gamma_poisson, hawkes, poisson_fitted
from sim.following.filter import follow_record
from sim.following.particles import PACES, Proposal, draw_particles
from sim.following.record import Record
from sim.scenario import Scenario
from sim.study.draws import Uncertainty

LEARNED = Uncertainty(says="the level of violence is learned", priors=PACES)


PILOT = 1_000_003  # added to the seed of a run to give that of its pilot


@dataclass(frozen=True)
class Job:
    """One filter run: a record, a scenario, and its uncertain parameters."""

    record: Record
    scenario: Scenario
    particles: int
    seed: int
    uncertainty: Uncertainty = LEARNED
    weigh_marks: bool = True
    pilot: int = 0  # particles of a pilot run that locates the parameters; 0: none
    variant: str = "model"


@dataclass(frozen=True)
class Evidence:
    """What one filter run found."""

    record: str
    variant: str
    seed: int
    days: int
    events: int
    log_evidence: float
    log_marks: float
    least_effective: float  # least effective sample size
    n_draws: int  # distinct draws of parameters at the end
    n_unmet: int
    n_lapsed: int
    medians: dict[str, float]  # of the drawn parameters, at the end
    seconds: float  # processor time


def evidence_of(job: Job, tell: Callable[[int], Any] = lambda day: None) -> Evidence:
    """Follow a record once; `tell` is called with each day that is done. Raises InputError."""
    began = time.process_time()
    proposal = None
    if job.pilot and job.uncertainty.priors:
        first = draw_particles(job.uncertainty, job.pilot, job.seed + PILOT)
        pilot = follow_record(
            job.scenario, job.record, first, seed=job.seed + PILOT, weigh_marks=job.weigh_marks
        )
        scores = np.array([first[each.draw].scores for each in pilot.particles])
        proposal = Proposal.of(scores, pilot.weights)
    draws = draw_particles(job.uncertainty, job.particles, job.seed, proposal=proposal)
    found = follow_record(
        job.scenario, job.record, draws, seed=job.seed, weigh_marks=job.weigh_marks, tell=tell
    )
    return Evidence(
        record=job.record.name,
        variant=job.variant,
        seed=job.seed,
        days=job.record.days,
        events=len(job.record.rows),
        log_evidence=found.log_evidence,
        log_marks=found.log_evidence_marks,
        least_effective=min(day.effective for day in found.days),
        n_draws=found.days[-1].n_draws,
        n_unmet=found.n_unmet,
        n_lapsed=found.n_lapsed,
        medians={key: _median(found.values(key), found.weights) for key in draws[0].values},
        seconds=time.process_time() - began,
    )


def baselines_of(record: Record) -> dict[str, float]:
    """Log evidence of the simplest processes, by their names, on the counts of a record."""
    counts = record.counts()
    return {
        "gamma-Poisson": float(gamma_poisson(counts).sum()),
        "Hawkes": float(hawkes(counts).sum()),
        "Poisson, fitted": poisson_fitted(counts),
    }


def pool(log_evidences: list[float]) -> tuple[float, float]:
    """Log of the mean evidence of repeated runs, and the standard deviation of one run's log evidence.

    The latter is nan for a single run.
    """
    values = np.array(log_evidences)
    mean = float(np.logaddexp.reduce(values) - math.log(values.size))
    return mean, float(values.std(ddof=1)) if values.size > 1 else math.nan


def _median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    place = np.searchsorted(np.cumsum(weights[order]), 0.5)
    return float(values[order][min(int(place), values.size - 1)])
