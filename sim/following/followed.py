"""The result of following a record: log evidence by day, state today with bands, particles and lineage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.following.baselines import gamma_poisson, hawkes
from sim.following.island import STATE, IslandFound
from sim.following.particles import Draw
from sim.following.prospects import Prospects
from sim.following.quantiles import weighted_quantiles
from sim.following.record import Record
from sim.following.skill import skill_lines
from sim.following.truces import date_of
from sim.following.words import prospect_lines
from sim.report.words import with_sign
from sim.scenario import Scenario

WEEK = 7
BAND = (0.05, 0.5, 0.95)
_NEGLIGIBLE = 1e-6  # weight of an island of which nothing is counted as left


@dataclass
class Followed:
    """A followed record.

    `days`: log evidence, effective sample size and distinct draws by day; `particles`: a row per particle
    with its weight, seed and lineage (day:luck of each copying), parameters and state today; `state`: bands.
    """

    scenario: Scenario
    record: Record
    days: pd.DataFrame
    particles: pd.DataFrame
    state: pd.DataFrame
    lines: list[str] = field(default_factory=list)
    prospects: Prospects | None = None
    command: str = "hudna follow ..."  # that gives it
    later: Record | None = None  # the record with what came after the days that were followed
    folder: Path | None = None

    def look_ahead(self, found: Prospects) -> None:
        """Add what comes after the last day, to the tables and the words."""
        self.prospects = found
        self.lines += ["", *prospect_lines(found), *skill_lines()]

    @property
    def log_evidence(self) -> float:
        """Log evidence of the numbers of events by day, one day ahead."""
        return float(self.days.log_counts.sum())

    @property
    def weeks(self) -> pd.DataFrame:
        """Log evidence by week, beside that of the baselines; the last week may be short."""
        sums = self.days.assign(week=(self.days.day - 1) // WEEK + 1)
        columns = ["events", "expected", "log_counts", "log_marks", "log_gamma_poisson", "log_hawkes"]
        by_week = sums.groupby("week", as_index=False)[columns].sum()
        least = sums.groupby("week")[["effective", "draws_left"]].min().reset_index(drop=True)
        return pd.concat([by_week, least], axis=1)


def join_islands(
    scenario: Scenario, record: Record, islands: Sequence[IslandFound], draws: Sequence[Draw]
) -> Followed:
    """Combine all islands, weighted by their evidence. `draws`: what all particles started from.

    Raises InputError if the record is impossible in all of them.
    """
    islands = sorted(islands, key=lambda each: each.number)
    if all(each.impossible for each in islands):
        islands[0].refuse_impossible()
    days, log_weights = _days(record, islands)
    own = np.exp(log_weights - np.logaddexp.reduce(log_weights))
    particles = pd.concat(
        [
            pd.DataFrame(each.rows).assign(island=each.number, weight=weight * each.weights)
            for each, weight in zip(islands, own, strict=True)
        ],
        ignore_index=True,
    )
    state = _state(particles, draws)
    found = Followed(scenario, record, days, particles, state)
    found.lines = _lines(found, islands)
    return found


def _days(record: Record, islands: Sequence[IslandFound]) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """The table of days, and the log evidence of each island at the end."""
    counts = np.array([[day.log_counts for day in each.days] for each in islands])  # [islands, days]
    marks = np.array([[day.log_marks for day in each.days] for each in islands])
    before = np.zeros(len(islands))
    log_counts, log_marks, expected, effective, draws_left = [], [], [], [], []
    for k in range(counts.shape[1]):
        start = np.logaddexp.reduce(before)
        expected.append(
            sum(math.exp(b - start) * e.days[k].mean for b, e in zip(before, islands, strict=True))
        )
        with_counts = before + counts[:, k]
        log_counts.append(np.logaddexp.reduce(with_counts) - start)
        before = with_counts + marks[:, k]
        log_marks.append(np.logaddexp.reduce(before) - np.logaddexp.reduce(with_counts))
        own = np.exp(before - np.logaddexp.reduce(before))
        today = [each.days[k] for each in islands]
        effective.append(1.0 / sum(w**2 / day.effective for w, day in zip(own, today, strict=True) if w > 0))
        draws_left.append(sum(day.n_draws for w, day in zip(own, today, strict=True) if w > _NEGLIGIBLE))
    number = range(1, record.days + 1)
    table = {
        "day": list(number),
        "date": [date_of(record, day) for day in number],
        "events": record.counts(),
        "expected": expected,
        "log_counts": log_counts,
        "log_marks": log_marks,
        "log_gamma_poisson": gamma_poisson(record.counts()),
        "log_hawkes": hawkes(record.counts()),
        "effective": effective,
        "draws_left": draws_left,
    }
    return pd.DataFrame(table), before


def _state(particles: pd.DataFrame, draws: Sequence[Draw]) -> pd.DataFrame:
    """Median and 90 % band of each learned parameter and of the state; of parameters the prior's band too.

    `narrowed`: the share by which the record has narrowed the prior's band.
    """
    rows = []
    weights = particles.weight.to_numpy()
    first = np.exp(np.array([draw.log_weight for draw in draws]))
    for column in (*draws[0].values, *STATE):
        low, middle, high = weighted_quantiles(particles[column].to_numpy(np.float64), weights, BAND)
        row = {
            "what": column,
            "says": STATE.get(column, "learned"),
            "median": middle,
            "low": low,
            "high": high,
        }
        if column in draws[0].values:
            before = np.array([draw.values[column] for draw in draws], np.float64)
            least, _, most = weighted_quantiles(before, first, BAND)
            narrowed = 1.0 - (high - low) / (most - least) if most > least else math.nan
            row |= {"prior_low": least, "prior_high": most, "narrowed": narrowed}
        rows.append(row)
    return pd.DataFrame(rows)


def _lines(found: Followed, islands: Sequence[IslandFound]) -> list[str]:
    record, days, particles = found.record, found.days, found.particles
    n = len(record.rows)
    shares = particles.groupby("truce").weight.sum()
    stands = ", ".join(
        f"{100 * shares.get(state, 0.0):.0f} % {state}" for state in ("holding", "strained", "broken")
    )
    lines = [
        f"{record.name}, {date_of(record, 1)} to {date_of(record, record.days)}: {n} recorded events",
        f"State today, by weight of particles: {stands}",
        f"Log evidence {found.log_evidence:.1f} (gamma-Poisson {days.log_gamma_poisson.sum():.1f}, "
        f"Hawkes {days.log_hawkes.sum():.1f}){_bits(found, n)}",
    ]
    if days.log_marks.any():
        lines.append(f"Log evidence of deaths, kinds and actors given the counts: {days.log_marks.sum():.1f}")
    lines.append(
        f"{len(particles)} particles: effective sample size at least {days.effective.min():.0f}, "
        f"{days.draws_left.iloc[-1]} distinct draws of parameters left"
    )
    if lost := sum(bool(each.impossible) for each in islands):
        lines.append(
            f"In {lost} of {len(islands)} islands no particle could have the record: they have no weight"
        )
    if days.effective.min() < 2 * len(islands):
        lines.append(_outrun(found))
    if unmet := sum(each.n_unmet for each in islands):
        lines.append(f"{unmet} times a particle could not give a recorded number of deaths")
    if lapsed := sum(each.n_lapsed for each in islands):
        lines.append(f"{lapsed} times a recorded event found no victim; those particles were lost")
    if record.attribution:
        lines.append(f"Recorded events: {record.attribution}")
    return lines


def _outrun(found: Followed) -> str:
    """The week in which almost no particle was left, and the least probable part of the record there."""
    record, days = found.record, found.days
    week = (days.day - 1) // WEEK
    here = days[week == week[int(days.effective.to_numpy().argmin())]]
    worst = here.loc[(here.log_counts + here.log_marks).idxmin()]
    told = [row.deaths for row in record.rows if row.day == worst.day]
    deaths = sum(each for each in told if each is not None)
    of_deaths = f" with {deaths} deaths" if any(told) else ""
    return (
        f"The record outran the particles in the week from {here.date.iloc[0]} (effective sample size "
        f"{here.effective.min():.1f}): {here.events.sum()} events where {here.expected.sum():.2g} were "
        f"expected; least probable {worst.date}, {worst.events} events{of_deaths} where "
        f"{worst.expected:.2g} were expected. Take more particles, or wider priors"
    )


def _bits(found: Followed, n: int) -> str:
    if not n:
        return ""
    ahead = (found.log_evidence - float(found.days.log_hawkes.sum())) / math.log(2) / n
    return f": {with_sign(ahead, 2)} bits per event over Hawkes"
