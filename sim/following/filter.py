"""The particle filter: many histories follow one record; those that make it improbable are replaced.

The weight of a day is the likelihood of its events under the hazards of the morning (follower.py), which is
known before the day is played. So a day with events is weighed first, the particles are resampled, and then
each plays it with luck of its own: a fully adapted filter (Pitt and Shephard 1999). The log evidence of the
record is the sum over days of the log of the weighted mean likelihood; the exponential of that of counts and
marks together is unbiased (Del Moral 2004, proposition 7.4.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.city.build import build_city
from sim.errors import InputError
from sim.following.follower import Follower
from sim.following.impossible import explain_impossible, explain_lapsed
from sim.following.particles import Draw, Particle, Weights, offspring, scenario_with, systematic
from sim.following.record import Record
from sim.model import TruceModel
from sim.scenario import Scenario

RESAMPLE_BELOW = 0.5  # of the particles, as effective sample size
NEGLIGIBLE = -30.0  # log weight under which a particle is not played on: 1e-13 of the whole


@dataclass(frozen=True)
class DayOfFilter:
    """What one day adds to the log evidence, and how the particles stand after it."""

    day: int
    n_events: int
    log_counts: float
    log_marks: float
    mean: float  # number of seen events that was expected
    effective: float  # effective sample size
    n_draws: int  # distinct draws of parameters left
    resampled: bool


@dataclass
class Filtered:
    """Particles that followed a record, with weights, and the log evidence by day."""

    record: Record
    draws: Sequence[Draw]
    days: list[DayOfFilter] = field(default_factory=list)
    particles: list[Particle] = field(default_factory=list)
    weights: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    n_unmet: int = 0
    n_lapsed: int = 0

    @property
    def log_evidence(self) -> float:
        """Log evidence of the counts of events, one day ahead, given all that was recorded before."""
        return sum(each.log_counts for each in self.days)

    @property
    def log_evidence_marks(self) -> float:
        """Log evidence of deaths, kinds and actors of the events, given their counts; 0 where not weighed."""
        return sum(each.log_marks for each in self.days)

    def values(self, key: str) -> NDArray[np.float64]:
        """The drawn value of a key, float64[particles]."""
        return np.array([self.draws[each.draw].values[key] for each in self.particles], np.float64)


class Impossible(InputError):  # noqa: N818 - a finding about a record
    """A day of the record is impossible for all particles; `days`: those before it."""

    def __init__(self, words: str, days: Sequence[DayOfFilter]) -> None:
        super().__init__(words)
        self.days = tuple(days)


class Watch(Protocol):
    """Observes the particles of a filter along the way, and changes none of them.

    `weights`: float64[particles], which add up to 1.
    """

    def see_morning(self, day: int, found: Filtered, weights: NDArray[np.float64]) -> None:
        """Called for a day with events that is weighed but not played yet."""
        ...

    def see_evening(self, day: int, found: Filtered, weights: NDArray[np.float64]) -> None:
        """Called for a day that has been played."""
        ...


def follow_record(
    scenario: Scenario,
    record: Record,
    draws: Sequence[Draw],
    *,
    seed: int,
    weigh_marks: bool = True,
    tell: Callable[[int], Any] = lambda day: None,
    watch: Watch | None = None,
) -> Filtered:
    """Let one particle for each draw follow the record to its last day.

    `seed`: of resampling; `weigh_marks`: whether deaths, kinds and actors move the weights, or the counts of
    events alone; `tell` is called with each day that is done. A draw under which no truce can stand on day 0
    has no weight. Raises InputError if this holds for all draws, and Impossible if a day of the record is
    impossible for all particles.
    """
    scenario = lean(scenario, record.days)
    city = build_city(scenario.city)
    follower = Follower(record)
    particles = []
    log_weights = np.array([draw.log_weight for draw in draws])
    for number, draw in enumerate(draws):
        own = scenario_with(scenario, draw.values)
        shared = city if own.city == scenario.city else None
        try:
            model = TruceModel(own, seed=draw.seed, city=shared)
        except InputError:
            if own.burn_in_days == 0 or (number == len(draws) - 1 and np.isneginf(log_weights[:-1]).all()):
                raise
            model = TruceModel(own.model_copy(update={"burn_in_days": 0}), seed=draw.seed, city=shared)
            log_weights[number] = -np.inf  # it keeps its place, and is never played
        follower.join(model)
        particles.append(Particle(model, number))
    found = Filtered(record, draws, particles=particles)
    weights = Weights(log_weights - np.logaddexp.reduce(log_weights))
    start = float(np.logaddexp.reduce(log_weights) - np.log(len(draws)))
    for day in range(1, record.days + 1):
        is_eventful = bool(record.on(day))
        alive = [p.model for k, p in enumerate(found.particles) if weights.log[k] > NEGLIGIBLE]
        log, means = _weigh(found, follower, weights, plays=not is_eventful)
        expected = float(weights.normal @ means)
        log_counts = weights.multiply(log[:, 0])
        log_marks = weights.multiply(log[:, 1]) if weigh_marks else 0.0
        if not np.isfinite(log_counts + log_marks):
            raise Impossible(explain_impossible(record, day, follower, alive), found.days)
        if day == 1:
            log_counts += start
        effective = weights.effective
        resampled = effective < RESAMPLE_BELOW * len(draws) and (is_eventful or day < record.days)
        if resampled:
            u = np.random.default_rng([seed, 2, day]).random()
            parents = systematic(weights.normal, u)
            found.particles = offspring(found.particles, parents, day - 1 if is_eventful else day)
            weights.log = np.full(len(draws), -np.log(len(draws)))
        if is_eventful:
            if watch is not None:
                watch.see_morning(day, found, weights.normal)
            log_counts += _play(found, follower, weights)
            if not np.isfinite(log_counts):
                raise Impossible(explain_lapsed(record, day), found.days)
        n_draws = len({each.draw for k, each in enumerate(found.particles) if weights.log[k] > NEGLIGIBLE})
        found.days.append(
            DayOfFilter(
                day, len(record.on(day)), log_counts, log_marks, expected, effective, n_draws, resampled
            )
        )
        if watch is not None:
            watch.see_evening(day, found, weights.normal)
        tell(day)
    found.weights, found.n_unmet = weights.normal, follower.n_unmet
    return found


def lean(scenario: Scenario, days: int) -> Scenario:
    """The scenario over the days of a record, without the tables that a particle need not keep."""
    records = scenario.records.model_copy(update={"quarter_days": 0, "snapshots": ()})
    return scenario.model_copy(update={"days": max(days, scenario.days), "records": records})


def _weigh(
    found: Filtered, follower: Follower, weights: Weights, *, plays: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weigh a day for each particle: log likelihoods of counts and marks float64[n, 2], means float64[n].

    `plays`: the day is played as well. A particle of next to no weight is neither weighed nor played.
    """
    log = np.full((len(found.particles), 2), -np.inf)
    means = np.zeros(len(found.particles))
    for k, particle in enumerate(found.particles):
        if weights.log[k] > NEGLIGIBLE:
            if plays:
                particle.model.step()
            else:
                follower.weigh(particle.model)
            log[k] = follower.weight.counts, follower.weight.marks
            means[k] = follower.weight.mean
    return log, means


def _play(found: Filtered, follower: Follower, weights: Weights) -> float:
    """Play a day with events, and drop the particles in which one found no victim: it did not happen there.

    Returns the log of the share of weight that is left; -inf if nothing is.
    """
    log = np.zeros(len(found.particles))
    for k, particle in enumerate(found.particles):
        if weights.log[k] > NEGLIGIBLE:
            particle.model.step()
            found.n_lapsed += follower.n_lapsed
            log[k] = -np.inf if follower.n_lapsed else 0.0
    return weights.multiply(log) if log.any() else 0.0
