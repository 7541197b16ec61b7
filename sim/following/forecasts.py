"""Forecasts by the simplest methods: the baselines that the model is scored against.

For fatal events and their deaths: none at all, recent days again, what other towns saw, a gamma-Poisson
and a Hawkes process learned from the days before. For a break: a constant hazard and a Weibull law learned
from the other truces. Each sees only the days before its origin, and other truces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from sim.following.baselines import RATE, SHAPE, HawkesGrid, hawkes_log_likelihoods
from sim.following.record import Record
from sim.following.scores import Law, law_of

RECENT_DAYS = 56  # "recent days again"
DRAWS = 1000  # of a law that is drawn
LEAST_SPELLS = 2  # breaks needed to fit a Weibull law; with fewer, the constant hazard is used

ZERO, RECENT, OTHERS = "no events", "recent days again", "other towns"
GAMMA_POISSON, HAWKES = "gamma-Poisson", "Hawkes"
METHODS = (ZERO, RECENT, OTHERS, GAMMA_POISSON, HAWKES)
CONSTANT, WEIBULL = "constant hazard", "Weibull"
BREAK_METHODS = (CONSTANT, WEIBULL)


@dataclass(frozen=True)
class Ensemble:
    """Counts of events and of deaths in a window, draw by draw; int64[draws] each."""

    events: NDArray[np.int64]
    deaths: NDArray[np.int64]

    def laws(self, places: int) -> tuple[Law, Law]:
        """Laws of the two counts, float64[places]; see `law_of`."""
        return law_of(self.events, places), law_of(self.deaths, places)


@dataclass(frozen=True)
class Past:
    """What a baseline may see: counts by day before the origin, and deaths of events there and elsewhere."""

    counts: tuple[int, ...]  # by day
    deaths: tuple[int, ...]  # by event
    deaths_by_day: tuple[int, ...]
    others: tuple[Record, ...]  # records of other towns

    @classmethod
    def of(cls, record: Record, origin: int, others: Sequence[Record] = ()) -> Past:
        """The days of a record up to the origin, a day of it that is included; `others` are other towns."""
        counts = tuple(record.counts()[:origin])
        deaths = tuple(row.deaths or 0 for row in record.rows if row.day <= origin)
        return cls(counts, deaths, tuple(deaths_by_day(record)[:origin]), tuple(others))

    def sizes(self) -> NDArray[np.int64]:
        """Deaths of events to draw from: the town's own, and those of other towns as one fifth of them.

        If the town has had fewer than five events, those of other towns make up the rest.
        """
        own = np.array(self.deaths, np.int64)
        pool = np.array([row.deaths or 0 for each in self.others for row in each.rows], np.int64)
        if not pool.size:
            return own if own.size else np.ones(1, np.int64)
        rng = np.random.default_rng(len(self.deaths))
        n_pool = max(5 - own.size, own.size // 5, 1)
        return np.concatenate([np.repeat(own, 20), rng.choice(pool, 20 * n_pool)])


def deaths_by_day(record: Record) -> list[int]:
    """Recorded deaths on each of the days 1 .. `days`."""
    return [sum(row.deaths or 0 for _, row in record.on(day)) for day in range(1, record.days + 1)]


def forecasts(past: Past, days: int, seed: int) -> dict[str, Ensemble]:
    """The forecasts of each of METHODS for the sums over the next `days` days."""
    rng = np.random.default_rng([seed, 5, len(past.counts)])
    sizes = past.sizes()
    counts = np.array(past.counts, np.int64)
    nothing = np.zeros(1, np.int64)
    recent = slice(max(0, counts.size - RECENT_DAYS), counts.size)
    chosen = rng.integers(recent.start, max(recent.stop, 1), (DRAWS, days))
    of_day = np.array(past.deaths_by_day or (0,), np.int64)
    by_day = counts if counts.size else np.zeros(1, np.int64)
    rate = rng.gamma(SHAPE + counts.sum(), 1.0 / (RATE + counts.size), DRAWS)
    return {
        ZERO: Ensemble(nothing, nothing),
        RECENT: Ensemble(by_day[chosen].sum(axis=1), of_day[chosen].sum(axis=1)),
        OTHERS: _others(past.others, days),
        GAMMA_POISSON: _with_deaths(rng.poisson(rate * days), sizes, rng),
        HAWKES: _with_deaths(draw_hawkes(past.counts, days, rng), sizes, rng),
    }


def _others(others: Sequence[Record], days: int) -> Ensemble:
    """Counts in the windows of other towns, one after the other without overlap ("conflictology")."""
    events, deaths = [], []
    for record in others:
        counts, dead = np.array(record.counts()), np.array(deaths_by_day(record))
        for first in range(0, record.days - days + 1, days):
            events.append(counts[first : first + days].sum())
            deaths.append(dead[first : first + days].sum())
    return Ensemble(np.array(events or [0], np.int64), np.array(deaths or [0], np.int64))


def _with_deaths(events: NDArray[np.int64], sizes: NDArray[np.int64], rng: np.random.Generator) -> Ensemble:
    deaths = np.array([rng.choice(sizes, n).sum() if n else 0 for n in events], np.int64)
    return Ensemble(np.asarray(events, np.int64), deaths)


def draw_hawkes(
    counts: Sequence[int], days: int, rng: np.random.Generator, grid: HawkesGrid | None = None
) -> NDArray[np.int64]:
    """Numbers of events in the next days under a Hawkes process learned from the past; int64[DRAWS]."""
    points = (grid or HawkesGrid()).points()
    log = hawkes_log_likelihoods(counts, points).sum(axis=0)
    weights = np.exp(log - log.max())
    mu, ratio, omega = points[:, rng.choice(weights.size, DRAWS, p=weights / weights.sum())]
    decay = np.exp(-omega)
    past = np.asarray(counts, np.float64)
    ages = np.arange(past.size - 1, -1, -1)
    weight = (past * decay[:, None] ** ages).sum(axis=1)
    total = np.zeros(DRAWS, np.int64)
    for _ in range(days):
        n = rng.poisson(np.minimum(mu + ratio * (1.0 - decay) * weight, 1e4))
        total += n
        weight = weight * decay + n
    return total


def break_probabilities(truces: Sequence[tuple[float, bool]], age: float, days: float) -> dict[str, float]:
    """Probability that a truce of this age (days) ends within the next `days`, by each baseline's name.

    `truces`: (days observed, whether it ended then) of others, from which a constant hazard and a Weibull law
    are learned. Where too few of them ended, the Weibull law is the constant hazard; without any other truce
    that is one end a year (assumed).
    """
    spans = np.array([max(days_seen, 0.5) for days_seen, _ in truces], np.float64)
    ended = np.array([each for _, each in truces], np.bool_)
    rate = (ended.sum() + 0.5) / (spans.sum() + 1.0) if spans.size else 1.0 / 365
    constant = float(-np.expm1(-rate * days))
    if ended.sum() < LEAST_SPELLS:
        return {CONSTANT: constant, WEIBULL: constant}
    shape, scale = fit_weibull(spans, ended)
    log_left = (age / scale) ** shape - ((age + days) / scale) ** shape
    return {CONSTANT: constant, WEIBULL: float(-np.expm1(log_left))}


def fit_weibull(spans: NDArray[np.float64], ended: NDArray[np.bool_]) -> tuple[float, float]:
    """Shape (0.2 to 5) and scale of greatest likelihood, spans that have not ended being censored.

    `spans`: float64[truces], above 0; at least one has ended. The scale is in the unit of the spans.
    """

    def loss(log_shape: float) -> float:
        shape = float(np.exp(log_shape))
        scale = _scale(shape)
        log_hazard = np.log(shape / scale) + (shape - 1) * np.log(spans[ended] / scale)
        return float(np.sum((spans / scale) ** shape) - log_hazard.sum())

    def _scale(shape: float) -> float:
        return float((np.sum(spans**shape) / ended.sum()) ** (1.0 / shape))

    best = optimize.minimize_scalar(loss, bounds=(np.log(0.2), np.log(5.0)), method="bounded")
    shape = float(np.exp(best.x))
    return shape, _scale(shape)
