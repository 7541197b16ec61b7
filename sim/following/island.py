"""An island: particles that are resampled among themselves, as work that an engine of studies can do.

The number of islands is part of the request, so results do not depend on the number of workers. Islands are
independent filters of one record: the mean of their evidences is unbiased, and each is weighted by its own.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.actors.covariates import INDEX
from sim.city.columns import Camp, Status
from sim.errors import InputError, Unfinished
from sim.following.ahead import Ahead, Continuations, Row
from sim.following.filter import DayOfFilter, Filtered, Impossible, follow_record
from sim.following.particles import Draw
from sim.following.record import Record
from sim.model import TruceModel
from sim.scenario import Scenario


@dataclass(frozen=True)
class IslandFound:
    """The result of one island: its days, the state of each of its particles, and what came after."""

    number: int
    days: tuple[DayOfFilter, ...]
    rows: tuple[dict[str, Any], ...]
    weights: NDArray[np.float64]
    n_unmet: int
    n_lapsed: int
    ahead: tuple[Row, ...] = ()
    impossible: str = ""  # why a day of the record cannot be, where one cannot: then nothing of it weighs

    def plain(self) -> dict[str, Any]:
        """As plain values that survive JSON to the last bit."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        days = [list(vars(day).values()) for day in self.days]
        return plain | {"days": days, "weights": self.weights.tolist()}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> IslandFound:
        """From the values that `plain` gives."""
        days = tuple(DayOfFilter(*values) for values in plain["days"])
        rows, ahead = tuple(plain["rows"]), tuple(plain["ahead"])
        weights = np.array(plain["weights"], np.float64)
        n_unmet, n_lapsed = plain["n_unmet"], plain["n_lapsed"]
        return cls(plain["number"], days, rows, weights, n_unmet, n_lapsed, ahead, plain["impossible"])

    def refuse_impossible(self) -> None:
        """Raise InputError if a day of the record is impossible for all of its particles."""
        if self.impossible:
            raise InputError(self.impossible)


_PLAIN = ("number", "rows", "n_unmet", "n_lapsed", "ahead", "impossible")


@dataclass(frozen=True)
class Island:
    """Some of the particles, and everything that determines what becomes of them."""

    number: int
    record: Record
    scenario: Scenario
    draws: Sequence[Draw]
    seed: int
    weigh_marks: bool = True
    ahead: Ahead | None = None
    place: int = 0  # among all islands that are asked for

    @property
    def label(self) -> str:
        """What it is, for the dashboard of a cluster."""
        return f"island {self.number} of {self.record.name}"

    def do(self) -> tuple[int, IslandFound]:
        """Let its particles follow the record, up to a day that none of them can have."""
        gc.collect()  # the particles of the last island, which refer to themselves, make room
        watch = Continuations(self.record, self.ahead, self.seed) if self.ahead is not None else None
        try:
            found = follow_record(
                self.scenario,
                self.record,
                self.draws,
                seed=self.seed,
                weigh_marks=self.weigh_marks,
                watch=watch,
            )
        except Impossible as error:
            days = *error.days, *_impossible_days(self.record, len(error.days) + 1)
            ahead = tuple(watch.rows) if watch is not None else ()
            return self.place, IslandFound(self.number, days, (), np.zeros(0), 0, 0, ahead, str(error))
        return self.place, IslandFound(
            self.number,
            tuple(found.days),
            tuple(_rows(found)),
            found.weights,
            found.n_unmet,
            found.n_lapsed,
            tuple(watch.rows) if watch is not None else (),
        )

    def pieces(self) -> Sequence[Island]:
        """It cannot be divided."""
        return (self,)

    do_piece = do

    def replace_lost(self, words: str) -> tuple[int, IslandFound]:
        """Raise Unfinished: without an island, the evidence would be that of fewer particles."""
        raise Unfinished(f"{self.label} could not be done: {words}; the same command does it again")

    def join_pieces(self, done: Sequence[tuple[int, IslandFound]]) -> tuple[int, IslandFound]:
        """The one piece."""
        return done[0]


def _impossible_days(record: Record, first: int) -> tuple[DayOfFilter, ...]:
    """The days from one on that no particle can have: no evidence, nothing left."""
    return tuple(
        DayOfFilter(day, len(record.on(day)), -np.inf, 0.0, 0.0, 0.0, 0, False)
        for day in range(first, record.days + 1)
    )


def _rows(found: Filtered) -> list[dict[str, Any]]:
    rows = []
    for particle in found.particles:
        draw = found.draws[particle.draw]
        lineage = " ".join(f"{day}:{luck}" for day, luck in particle.lineage)
        rows.append({"seed": draw.seed, "lineage": lineage, **draw.values, **state_of(particle.model)})
    return rows


def state_of(model: TruceModel) -> dict[str, Any]:
    """The state of one particle today, a number or a word each; columns are explained in STATE."""
    world, truce = model.world, model.truce
    present = world.residents.count[:, Status.PRESENT]
    covariates = world.covariates()
    to_come = sum(grudge.mean_to_come(model.day) for grudge in world.grievances.grudges)
    waiting = sum(len(answers) for answers in world.grievances.waiting.values())
    return {
        "truce": truce.state.name.lower(),
        "n_breaks": truce.n_breaks,
        "first_break_day": truce.spells[0].end or 0,
        "ending": truce.spells[0].ending,
        "feud": truce.feud,
        "fear": covariates[INDEX["fear"]],
        "anger": covariates[INDEX["anger"]],
        "pressure": world.pressure.level,
        "passage": world.passage.open,
        "hostility": world.army.hostility,
        "posture": world.army.posture.name.lower(),
        "grievances": to_come + waiting,
        "loyalists_departed": float(world.residents.count_of(Camp.LOYALIST, Status.DEPARTED)),
        "present": int(present.sum()),
        "dead": int(world.residents.count[:, Status.DEAD].sum()),
    }


STATE = {
    "fear": "mean fear of those present",
    "anger": "mean anger of the opposition present",
    "pressure": "belief in the coming annihilation",
    "passage": "free passage in and out",
    "hostility": "hostility of the army",
    "feud": "weighted breaches in the feud window",
    "grievances": "answers still due to earlier blows",
    "loyalists_departed": "loyalists who have departed",
    "dead": "residents dead",
}
