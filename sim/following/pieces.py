"""The ways in which an observed event may come about today, each with its mean number: the pieces of Lambda.

    Lambda = sum over actors and kinds of the rate today
             + sum over open grudges of the mean number of answers due today, times the probability that they
             are given

A piece is a Poisson process of one kind (hazards and answers add and split exactly). Orders of the army are
at most one a day, so they are no Poisson processes: they stand in a group, of which at most one comes about.
What is certain, given the state of the world (a day of battle, a scheduled event), is a separate group.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scipy.special import pdtr, pdtrc

from sim.actors.actor import Actor
from sim.events import KINDS, EventKind
from sim.following.record import Row
from sim.kinds.arising import FactionKind
from sim.kinds.felt import Answering
from sim.kinds.toll import Toll
from sim.world.grievances import Grudge
from sim.world.incident import Cause, Incident

if TYPE_CHECKING:
    from sim.actors.world import World
    from sim.model import TruceModel

Maker = Callable[[int, Grudge | None], Incident]  # ordinal, whose grudge -> the incident of that number


@dataclass(slots=True)
class Piece:
    """One way in which an event of one kind may arise: its mean number today, and who begins it."""

    kind: EventKind
    rate: float  # a mean number; in a group, a probability
    toll: Toll
    actors: dict[str, float]  # who would begin it -> probability
    make: Maker
    grudges: tuple[tuple[float, Grudge], ...] = ()  # where it answers: mean number by grudge

    def p_of(self, row: Row, deaths: int | None, least_deaths: int) -> float:
        """Probability that one such event is as the row says and takes `deaths` lives.

        For None: that it takes at least `least_deaths`.
        """
        if row.of in KINDS and row.of != self.kind.name:
            return 0.0
        p = 1.0 if row.actor is None else self.actors.get(row.actor, 0.0)
        if p == 0.0 or deaths is None:
            return p * self.toll.p_at_least(least_deaths)
        return p * self.toll.p_of(deaths, row.soldiers)

    def grudges_of(self, actor: str | None) -> Sequence[tuple[float, Grudge]]:
        """The grudges that this actor would answer: where the side that was struck answers, its own."""
        if actor is None or not isinstance(self.kind, FactionKind):
            return self.grudges
        if type(self.kind).answer is FactionKind.answer:  # any faction may answer any of them
            return self.grudges
        own = [pair for pair in self.grudges if self.make(0, pair[1]).actor == actor]
        return own or self.grudges


def poisson_pieces(model: TruceModel, day: int, kinds: frozenset[str]) -> list[Piece]:
    """Hazards of all actors and answers to open grudges, of these kinds, with a rate above 0."""
    world = model.world
    found = []
    tolls: dict[str, Toll] = {}
    for actor in world.actors:
        for kind, rate in zip(actor.hazards, actor.rates.tolist(), strict=True):
            if rate > 0 and kind.name in kinds:
                of: Any = kind
                toll = tolls[of.name] = tolls.get(of.name) or of.toll(world)
                found.append(Piece(of, rate, toll, {actor.name: 1.0}, _hazard(of, actor, day)))
    found += _answers(model, day, kinds)
    return found


def order_pieces(
    model: TruceModel, day: int, kinds: frozenset[str], covariates: Sequence[float]
) -> list[Piece]:
    """The orders that the army may give today, with their probabilities; none if none of `kinds` is open.

    Clocks of rates r_o compete within the day: the order o is given with probability
    r_o / R * (1 - exp(-R)), R the sum of rates; one that is due at once is given for certain.
    """
    world, army = model.world, model.world.army
    seen = army.view(world, covariates)
    rates: list[tuple[Any, float]] = []
    for order in army.orders:
        kind: Any = order
        if not kind.is_on(day) or not kind.is_open(world):
            continue
        if hasattr(kind, "urge"):
            rates.append((kind, kind.urge(world, seen)))
        elif kind.clock(world, army, day, seen) <= 0.0:
            rates.append((kind, math.inf))
    if not any(kind.name in kinds and rate > 0 for kind, rate in rates):
        return []
    total = sum(rate for _, rate in rates)
    if math.isinf(total):
        first = next(kind for kind, rate in rates if math.isinf(rate))
        rates, total, given = [(first, 1.0)], 1.0, 1.0
    else:
        given = -math.expm1(-total)
    return [
        Piece(kind, given * rate / total, kind.toll(world), {army.name: 1.0}, _order(kind, army, day))
        for kind, rate in rates
        if rate > 0
    ]


def sure_piece(model: TruceModel, incident: Incident) -> Piece:
    """An incident that is certain: only its toll is luck."""
    kind, world = model.kinds[incident.kind], model.world

    def make(ordinal: int, _: Grudge | None) -> Incident:
        again = kind.incident(incident.actor, incident.day, ordinal, incident.cause)
        again.parent = incident.parent
        return again

    return Piece(kind, 1.0, kind.toll(world), {incident.actor: 1.0}, make)


def _answers(model: TruceModel, day: int, kinds: frozenset[str]) -> list[Piece]:
    by_kind: dict[str, list[Grudge]] = {}
    for grudge in model.world.grievances.grudges:
        if grudge.kind in kinds:
            by_kind.setdefault(grudge.kind, []).append(grudge)
    found = []
    for name, grudges in by_kind.items():
        kind = model.kinds[name]
        if not kind.is_on(day):
            continue
        weighed = _cap(_weigh(model.world, kind, grudges, day), model.world.scenario.grievances.most_per_day)
        rate = sum(mean for mean, _ in weighed)
        if rate > 0:
            actors = _who_answers(model.world, kind, weighed)
            make = _answer(model.world, kind, day)
            found.append(Piece(kind, rate, kind.toll(model.world), actors, make, tuple(weighed)))
    return found


def _weigh(world: World, kind: EventKind, grudges: Sequence[Grudge], day: int) -> list[tuple[float, Grudge]]:
    """Mean number of answers that are given today, by grudge."""
    means = [(grudge.mean_today(day), grudge) for grudge in grudges]
    if isinstance(kind, Answering):  # kin on the side to be struck: another answer for each grudge
        return [
            (mean * kind.p_dared(world, _ready(world, kind, grudge, day, 0)), grudge)
            for mean, grudge in means
            if mean > 0
        ]
    if type(kind).p_dared is EventKind.p_dared:
        return [pair for pair in means if pair[0] > 0]
    p = kind.p_dared(world, _ready(world, kind, grudges[0], day, 0))
    return [(mean * p, grudge) for mean, grudge in means if mean * p > 0]


def _cap(weighed: list[tuple[float, Grudge]], most: int) -> list[tuple[float, Grudge]]:
    """The same where no more than `most` answers are given on a day: with the mean of the cut number.

    The number that is cut is Poisson; the cut one is taken for Poisson again, which it is while its mean is
    well under `most`.
    """
    mean = sum(mean for mean, _ in weighed)
    if not mean > 0:
        return weighed
    cut = mean * float(pdtr(most - 1, mean)) + most * float(pdtrc(most, mean))
    return [(each * cut / mean, grudge) for each, grudge in weighed]


def _who_answers(world: World, kind: EventKind, weighed: Sequence[tuple[float, Grudge]]) -> dict[str, float]:
    """Who would give the answer: factions by their fighters, the side struck, or the kind's own actor."""
    if not isinstance(kind, FactionKind):
        return {kind.actor: 1.0}
    if type(kind).answer is FactionKind.answer:
        total = sum(faction.n_present for faction in world.factions)
        return {f.name: f.n_present / total for f in world.factions if f.n_present} if total else {}
    total_rate = sum(mean for mean, _ in weighed)
    shares: dict[str, float] = {}
    for mean, grudge in weighed:
        actor = _ready(world, kind, grudge, grudge.blow.day + 1, 0).actor
        shares[actor] = shares.get(actor, 0.0) + mean / total_rate
    return shares


def _ready(world: World, kind: EventKind, grudge: Grudge, day: int, ordinal: int) -> Incident:
    incident = grudge.answer(day, ordinal)
    kind.answer(world, incident)
    return incident


def _hazard(kind: EventKind, actor: Actor, day: int) -> Maker:
    return lambda ordinal, _: kind.incident(actor.name, day, ordinal, Cause.HAZARD)


def _order(kind: Any, actor: Actor, day: int) -> Maker:
    return lambda ordinal, _: kind.incident(actor.name, day, ordinal, Cause.ORDER)


def _answer(world: World, kind: EventKind, day: int) -> Maker:
    def make(ordinal: int, grudge: Grudge | None) -> Incident:
        assert grudge is not None
        return _ready(world, kind, grudge, day, ordinal)

    return make
