"""Histories that go on freely from where a record leaves them: unchanged, protected, or without one event.

At an origin some particles are drawn by weight; each goes on with fresh luck, and with the same luck under
each protective measure, so that what a measure does is a paired difference. On the day of a recorded event
that is to be explained, each goes on with the event and without it, again under the same luck, and what
follows is free in both.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Status
from sim.core.luck import Stream, chance
from sim.errors import InputError, closest
from sim.following.filter import Filtered
from sim.following.follower import Follower
from sim.following.particles import Particle, systematic
from sim.following.record import Record
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.truce import TruceState
from sim.world.incident import Cause
from sim.world.measures import Measure, Measures

WEEK = 7
UNCHANGED, WITH = "unchanged", "with all events"
WITHOUT = "without"  # one recorded event: "without 12": the event's place among the rows
FREE = Follower(Record("nothing is observed", 1))
_FRESH = 1 << 31  # luck numbers of continuations, distinct from those of resampled particles
_SWEEP_EVERY = 30  # number of branches after which memory is collected: a model refers to itself

Row = dict[str, Any]


@dataclass(frozen=True)
class Ahead:
    """What is to be simulated after the days followed."""

    origins: tuple[int, ...]  # days of the record after which histories go on freely
    weeks: int = 13
    members: int = 100  # histories of an island from each origin
    measures: tuple[str, ...] = ()
    delays: tuple[int, ...] = (0,)  # days after the origin on which measures begin
    measure_members: int = 50  # of the members: those that also go on under measures
    explained: tuple[int, ...] = ()  # places of the rows that are removed
    explain_members: int = 20

    def check(self, record: Record) -> None:
        """Raise InputError for anything that the record does not allow."""
        for name in self.measures:
            if name not in measure_names():
                raise InputError(f"measure {name!r}: no such measure; {closest(name, measure_names())}")
        for day in self.origins:
            if not 1 <= day <= record.days:
                raise InputError(f"origin {day}: outside the record, whose days run from 1 to {record.days}")
        if not 1 <= self.weeks <= 520:
            raise InputError(f"weeks ahead: {self.weeks}; from 1 to 520")


def measure_names() -> list[str]:
    """Names of the protective measures."""
    return [name for name, each in Measures() if isinstance(each, Measure)]


def protect(scenario: Scenario, name: str, first_day: int) -> Scenario:
    """The scenario with one more measure from a day of the run on, at the scenario's strength for it."""
    measure = getattr(scenario.measures, name)
    begun = measure.model_copy(update={"enabled": True, "start_day": first_day, "end_day": None})
    return scenario.model_copy(update={"measures": scenario.measures.model_copy(update={name: begun})})


@dataclass
class Continuations:
    """Watches a filter and lets particles go on; `rows` has the outcomes, one per history."""

    record: Record
    ahead: Ahead
    seed: int
    rows: list[Row] = field(default_factory=list)
    _n_branches: int = 0

    def see_morning(self, day: int, found: Filtered, weights: NDArray[np.float64]) -> None:
        """Remove, one at a time, the events of this day that are to be explained."""
        explained = {id(self.record.rows[place]): place for place in self.ahead.explained}
        today = [explained.get(id(row)) for _, row in self.record.on(day)]
        places = {k: place for k, place in enumerate(today) if place is not None}
        if not places:
            return
        for number, particle in self._draw(found, weights, self.ahead.explain_members, day):
            luck = _luck(day, number)
            self._keep(self._day_with(particle, luck, ()), day, WITH, 0, number)
            for k, place in places.items():
                model = self._day_with(particle, luck, (k,))
                self._keep(model, day, f"{WITHOUT} {place}", 0, number)

    def see_evening(self, day: int, found: Filtered, weights: NDArray[np.float64]) -> None:
        """Go on freely from this day, if it is an origin."""
        if day not in self.ahead.origins:
            return
        for number, particle in self._draw(found, weights, self.ahead.members, day):
            luck = _luck(day, number)
            self._keep(self._free(particle, luck), day, UNCHANGED, 0, number)
            if number >= self.ahead.measure_members:
                continue
            for name in self.ahead.measures:
                for delay in self.ahead.delays:
                    scenario = protect(particle.model.scenario, name, day + 1 + delay)
                    self._keep(self._free(particle, luck, scenario), day, name, delay, number)

    def _draw(
        self, found: Filtered, weights: NDArray[np.float64], n: int, day: int
    ) -> Iterator[tuple[int, Particle]]:
        """Draw `n` particles by weight, in an order that does not depend on their places."""
        rng = np.random.default_rng([self.seed, 3, day])
        drawn = rng.permutation(_systematic(weights, n, rng.random()))
        yield from enumerate(found.particles[k] for k in drawn.tolist())

    def _day_with(self, particle: Particle, luck: int, skip: Sequence[int]) -> TruceModel:
        """The particle after today, without some of the recorded events."""
        model = self._branch(particle, luck, None)
        model.recast = Follower(self.record, skip=frozenset(skip))
        model.step()
        model.recast = FREE
        return model

    def _free(self, particle: Particle, luck: int, scenario: Scenario | None = None) -> TruceModel:
        model = self._branch(particle, luck, scenario)
        model.recast = FREE
        return model

    def _branch(self, particle: Particle, luck: int, scenario: Scenario | None) -> TruceModel:
        self._n_branches += 1
        if self._n_branches % _SWEEP_EVERY == 0:
            gc.collect()
        return particle.model.branch(luck=luck, scenario=scenario)

    def _keep(self, model: TruceModel, day: int, variant: str, delay: int, number: int) -> None:
        row = go_on(model, self.record, self.ahead.weeks)
        self.rows.append({"day": day, "variant": variant, "delay": delay, "member": number, **row})


def go_on(model: TruceModel, record: Record, weeks: int) -> Row:
    """Let a model run for some weeks; return the outcome.

    `events` and `deaths` are sums up to the end of each week of what the record's source would have seen
    (deaths include soldiers); `dead` and `departed` count all residents, also from now on.
    `broken`: whether the truce was broken at the start; `break_days`: days until it next breaks, 0 if it does
    not, and `ending` how.
    """
    world, truce = model.world, model.truce
    count = world.residents.count
    before = {name: int(count[:, status].sum()) for name, status in _STOCKS}
    first, start = len(world.log), model.day
    was_broken = truce.state == TruceState.BROKEN
    end: tuple[int, str] = (0, "")
    row: Row = {"broken": bool(was_broken), "events": [], "deaths": [], "dead": [], "departed": []}
    n_spells = len(truce.spells) - (0 if was_broken else 1)
    for _ in range(weeks):
        for _ in range(WEEK):
            model.step()
        if not end[0]:
            spell = next((each for each in truce.spells[n_spells:] if each.end is not None), None)
            end = (int(spell.end) - start, str(spell.ending)) if spell and spell.end is not None else end
        events, deaths = _count_seen(model, record, first)
        row["events"].append(events)
        row["deaths"].append(deaths)
        for name, status in _STOCKS:
            row[name].append(int(count[:, status].sum()) - before[name])
    return row | {"break_days": end[0], "ending": end[1]}


_STOCKS = (("dead", Status.DEAD), ("departed", Status.DEPARTED))


def _count_seen(model: TruceModel, record: Record, first: int) -> tuple[int, int]:
    """Number of events from a place of the log on that the source would have seen, and their deaths."""
    of_kind = {kind: each for each in record.classes for kind in each.kinds}
    seed, n_events, n_deaths = model.world.seed, 0, 0
    for incident in model.world.log[first:]:
        of = of_kind.get(incident.kind)
        if of is None or incident.cause == Cause.LAPSED:
            continue
        deaths = incident.deaths + round(incident.soldiers)
        if deaths < of.least_deaths:
            continue
        if of.seen == 1.0 or chance(seed, Stream.RECORD, incident.day, incident.id, 0, of.seen):
            n_events += 1
            n_deaths += deaths
    return n_events, n_deaths


def _luck(day: int, number: int) -> int:
    return _FRESH | (day << 16) | (number + 1)


def _systematic(weights: NDArray[np.float64], n: int, u: float) -> NDArray[np.int64]:
    """Systematic sampling of `n` places by weight."""
    if n == weights.size:
        return systematic(weights, u)
    points = (np.arange(n) + u) / n
    return np.minimum(np.searchsorted(np.cumsum(weights), points), weights.size - 1)
