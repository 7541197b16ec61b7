"""Play the days of a record: weigh a day before anything strikes, then let the recorded events happen.

The follower stands in the model's day (TruceModel.recast). From the state of the morning it derives the
probabilities of the day (pieces.py) and the likelihood (likelihood.py). Of the incidents that the day has
drawn it drops those that the record would have shown, which is exact, since Poisson processes split; and it
adds the recorded ones, kind and actor drawn in proportion to their share. An incident's luck is a function of
its id, so a recorded toll is matched by an id whose luck gives it. Victims, shocks and answers then follow as
usual.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.luck import Stream, chance, uniform
from sim.following.likelihood import DayChances, log_factorial, pick
from sim.following.pieces import Piece, order_pieces, poisson_pieces, sure_piece
from sim.following.record import ObservedClass, Record, Row
from sim.world.grievances import Grudge
from sim.world.incident import Cause, Incident

if TYPE_CHECKING:
    from sim.actors.world import World
    from sim.model import TruceModel

FIRST = 512  # ordinals of recorded incidents, apart from those that arise by themselves
MOST_TRIES = 1 << 14  # ids tried for a recorded toll; one that needs more has almost no weight
FEW_TRIES = 1 << 6  # ids tried for hidden events: one that needs more has almost no weight
_GROUP, _PIECE, _GRUDGE, _ORDER, _HIDDEN = range(5)  # what a draw of the record's stream is for

Told = tuple[int, int] | None
Fits = Callable[[Told], bool]


class DayWeight(NamedTuple):
    """Log likelihood of one day's counts, and of their marks; the mean number of seen events."""

    counts: float
    marks: float
    mean: float


NOTHING = DayWeight(0.0, 0.0, 0.0)


@dataclass
class Follower:
    """Plays a record. All particles share it; `weight` is that of the day played last."""

    record: Record
    weight: DayWeight = NOTHING
    skip: frozenset[int] = frozenset()  # places of rows of the day that are drawn and do not strike
    n_unmet: int = 0  # recorded tolls that no luck of the particle's kind could give
    forced: list[tuple[Incident, int | None]] = field(default_factory=list)  # of the day played last
    left_out: list[Incident] = field(default_factory=list)  # likewise: those that were skipped

    def __deepcopy__(self, memo: dict[int, Any]) -> Follower:
        return self

    def join(self, model: TruceModel) -> None:
        """From now on the model follows the record. To be called on day 0."""
        model.recast = self
        model.world.grievances.kept = self.record.kinds

    @property
    def n_lapsed(self) -> int:
        """Recorded events of the last day that found no victim in this particle, or not as many."""
        return sum(
            incident.cause == Cause.LAPSED or deaths not in (None, incident.deaths + round(incident.soldiers))
            for incident, deaths in self.forced
        )

    def __call__(
        self, model: TruceModel, incidents: list[Incident], covariates: Sequence[float]
    ) -> list[Incident]:
        """Weigh the day, and replace the drawn events by the recorded ones."""
        self.forced, self.left_out = [], []
        model.world.grievances.settle(model.world.day)
        outlook = self._outlook(model, incidents, covariates)
        return incidents if outlook is None else self._play(model.world, outlook, incidents)

    def weigh(self, model: TruceModel) -> DayWeight:
        """The weight of tomorrow, before anything of it is played."""
        self.outlook_of(model)
        return self.weight

    def outlook_of(self, model: TruceModel) -> Outlook | None:
        """The chances of tomorrow; None if nothing of it is observed."""
        return self._outlook(model, *model.begin_day(model.day + 1))

    def _outlook(
        self, model: TruceModel, incidents: Sequence[Incident], covariates: Sequence[float]
    ) -> Outlook | None:
        """The chances of the day that has begun, weighed; None if nothing of it is observed."""
        day = model.world.day
        self.weight = NOTHING
        classes = dict(self.record.observe(day))
        if not classes:
            return None
        outlook = Outlook.of(model, day, classes, self.record.on(day), incidents, covariates)
        counts = outlook.counts.log_likelihood()
        full = outlook.chances.log_likelihood() if outlook.rows else counts
        self.weight = DayWeight(counts, full - counts if math.isfinite(counts) else 0.0, outlook.mean)
        return outlook

    def _play(self, world: World, outlook: Outlook, incidents: list[Incident]) -> list[Incident]:
        played = [each for each in incidents if outlook.is_free(world, each)]
        draws = [_luck(world, _GROUP, g) for g in range(len(outlook.groups))]
        given = outlook.chances.assign(draws) if outlook.groups else ()
        for g, (group, j) in enumerate(zip(outlook.groups, given, strict=True)):
            if j is None:
                played += self._unseen_of(world, outlook, group, g)
            else:
                self._force(world, outlook, j, group, _luck(world, _ORDER, g))
        for j in range(len(outlook.rows)):
            if j not in given:
                self._force(world, outlook, j, outlook.pieces, _luck(world, _PIECE, j))
        return played + [incident for incident, _ in self.forced]

    def _force(self, world: World, outlook: Outlook, j: int, pieces: Sequence[Piece], u: float) -> None:
        """Let the recorded event j come about by one of these pieces, drawn by their share of it."""
        row = outlook.rows[j][1]
        weights = [outlook.density(piece, j) for piece in pieces]
        if not sum(weights) > 0:
            return  # impossible here: the weight is 0, and the particle is lost
        piece = pieces[pick(weights, u)]
        grudge = None
        if piece.grudges:
            grudges = piece.grudges_of(row.actor)
            means = [mean for mean, _ in grudges]
            grudge = grudges[pick(means, _luck(world, _GRUDGE, j))][1]
        deaths = outlook.deaths[j]
        fits = _fits(row, deaths, outlook.classes[outlook.rows[j][0]])
        incident = self._find(world, piece, fits, MOST_TRIES, grudge, row.actor)
        if j in self.skip:
            self.left_out.append(incident)
        else:
            self.forced.append((incident, deaths))

    def _unseen_of(self, world: World, outlook: Outlook, group: list[Piece], g: int) -> list[Incident]:
        """What a group gives, given that nothing of it is seen: one of its pieces, or nothing."""
        hidden = [piece.rate * (1.0 - outlook.p_seen(piece)) for piece in group]
        nothing = max(0.0, 1.0 - sum(piece.rate for piece in group))
        k = pick([*hidden, nothing], _luck(world, _ORDER, g))
        if k == len(group):
            return []
        piece = group[k]
        of = outlook.classes.get(outlook.number(piece))
        if of is None:
            return [self._find(world, piece, lambda told: True, FEW_TRIES)]
        p_meets = piece.toll.p_at_least(of.least_deaths)
        missed = p_meets * (1.0 - of.seen) / max(1.0 - p_meets * of.seen, 1e-300)
        is_missed = _luck(world, _HIDDEN, g) < missed
        return [self._find(world, piece, lambda told: _meets(told, of) == is_missed, FEW_TRIES)]

    def _find(
        self,
        world: World,
        piece: Piece,
        fits: Fits,
        tries: int,
        grudge: Grudge | None = None,
        actor: str | None = None,
    ) -> Incident:
        """The first incident of a piece whose luck fits, among those not yet taken."""
        taken = {incident.id for incident, _ in self.forced} | {each.id for each in self.left_out}
        incident = piece.make(FIRST, grudge)
        for ordinal in range(FIRST, FIRST + tries):
            incident = piece.make(ordinal, grudge)
            if incident.id in taken or (actor is not None and incident.actor != actor):
                continue
            if fits(piece.kind.foretell(world, world.day, incident.id)):
                return incident
        self.n_unmet += 1
        return incident


@dataclass
class Outlook:
    """The chances of one day for one particle, before anything is drawn."""

    classes: dict[int, ObservedClass]
    rows: Sequence[tuple[int, Row]]
    pieces: list[Piece]
    groups: list[list[Piece]]
    sure: frozenset[int]  # ids of incidents that are certain
    orders: frozenset[str]  # names of the army's orders, if the order of the day is drawn here
    kinds: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        model: TruceModel,
        day: int,
        classes: dict[int, ObservedClass],
        rows: Sequence[tuple[int, Row]],
        incidents: Sequence[Incident],
        covariates: Sequence[float],
    ) -> Outlook:
        """The chances of a day from the state of its morning.

        `classes`: those that cover the day, by number; `rows`: (number of its class, recorded event);
        `incidents`: what the day has drawn.
        """
        kinds = frozenset(kind for each in classes.values() for kind in each.kinds)
        pieces = poisson_pieces(model, day, kinds)
        competing = order_pieces(model, day, kinds, covariates)
        of_army: Any = model.world.army.orders
        orders = frozenset(order.name for order in of_army)
        certain = [each for each in incidents if each.kind in kinds and _is_certain(each, orders)]
        groups = [competing] if competing else []
        groups += [[sure_piece(model, each)] for each in certain]
        sure = frozenset(each.id for each in certain)
        return cls(classes, rows, pieces, groups, sure, orders if competing else frozenset(), model.kinds)

    @cached_property
    def _number(self) -> dict[str, int]:
        return {kind: k for k, each in self.classes.items() for kind in each.kinds}

    @cached_property
    def _mean(self) -> dict[int, float]:
        """Mean number of events seen by class, groups left out."""
        means = dict.fromkeys(self.classes, 0.0)
        for piece in self.pieces:
            means[self.number(piece)] += piece.rate * self.p_seen(piece)
        return means

    @property
    def every(self) -> list[Piece]:
        """All pieces, those of groups too."""
        return [*self.pieces, *(piece for group in self.groups for piece in group)]

    def number(self, piece: Piece) -> int:
        """Number of the class that a piece's kind is in; -1 for none."""
        return self._number.get(piece.kind.name, -1)

    def p_seen(self, piece: Piece) -> float:
        """Probability that an event of a piece is one of its class and gets into the record."""
        of = self.classes.get(self.number(piece))
        return 0.0 if of is None else of.seen * piece.toll.p_at_least(of.least_deaths)

    @property
    def mean(self) -> float:
        """Mean number of events seen today."""
        in_groups = sum(piece.rate * self.p_seen(piece) for group in self.groups for piece in group)
        return sum(self._mean.values()) + in_groups

    @cached_property
    def deaths(self) -> tuple[int | None, ...]:
        """Deaths of each recorded event, None if unknown; at most what the deadliest open piece can take."""
        most = dict.fromkeys(self.classes, 0)
        for piece in self.every:
            if self.number(piece) in most:
                most[self.number(piece)] = max(most[self.number(piece)], piece.toll.most)
        return tuple(None if row.deaths is None else min(row.deaths, most[k]) for k, row in self.rows)

    def density(self, piece: Piece, j: int) -> float:
        """Mean number of events of a piece that are seen and are as the recorded event j."""
        k, row = self.rows[j]
        if self.number(piece) != k:
            return 0.0
        of, deaths = self.classes[k], self.deaths[j]
        if deaths is not None and deaths < of.least_deaths:  # what is open today cannot kill
            return 0.0
        return of.seen * piece.rate * piece.p_of(row, deaths, of.least_deaths)

    @cached_property
    def counts(self) -> DayChances:
        """Chances of the number of events by class, whatever their marks."""
        joint = tuple(
            tuple(
                sum(piece.rate * self.p_seen(piece) for piece in group if self.number(piece) == k)
                for k, _ in self.rows
            )
            for group in self.groups
        )
        return self._chances(tuple(self._mean[k] for k, _ in self.rows), joint)

    @cached_property
    def chances(self) -> DayChances:
        """Chances of the events with their marks."""
        places = range(len(self.rows))
        single = tuple(sum(self.density(piece, j) for piece in self.pieces) for j in places)
        joint = tuple(
            tuple(sum(self.density(piece, j) for piece in group) for j in places) for group in self.groups
        )
        return self._chances(single, joint)

    def _chances(self, single: tuple[float, ...], joint: tuple[tuple[float, ...], ...]) -> DayChances:
        unseen = tuple(
            max(0.0, 1.0 - sum(piece.rate * self.p_seen(piece) for piece in group)) for group in self.groups
        )
        numbers = [k for k, _ in self.rows]
        log_orders = sum(log_factorial(numbers.count(k)) for k in self.classes)
        return DayChances(sum(self._mean.values()), single, joint, unseen, log_orders)

    def is_free(self, world: World, incident: Incident) -> bool:
        """Whether a drawn incident stays: the record would not have shown it, and it is not drawn here."""
        if incident.id in self.sure or (incident.cause == Cause.ORDER and incident.kind in self.orders):
            return False
        of = self.classes.get(self._number.get(incident.kind, -1))
        if of is None:
            return True
        if not _meets(self.kinds[incident.kind].foretell(world, world.day, incident.id), of):
            return True
        return not chance(world.seed, Stream.RECORD, world.day, incident.id, 0, of.seen)


def _is_certain(incident: Incident, orders: frozenset[str]) -> bool:
    """Whether an incident follows from the config or from the state of the world, not from luck."""
    if incident.cause == Cause.SCHEDULED:
        return True
    return incident.cause == Cause.ORDER and incident.kind not in orders


def _meets(told: Told, of: ObservedClass) -> bool:
    return told is not None and sum(told) >= of.least_deaths


def _fits(row: Row, deaths: int | None, of: ObservedClass) -> Fits:
    if deaths is None:
        return lambda told: _meets(told, of)
    return lambda told: told is not None and sum(told) == deaths and row.soldiers in (None, told[1])


def _luck(world: World, what: int, ordinal: int) -> float:
    return float(uniform(world.seed, Stream.RECORD, world.day, what, ordinal))
