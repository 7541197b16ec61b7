"""What every kind of event is: its parameters (from the config), how it arises, whom it strikes.

A kind is a frozen section of the scenario with behaviour. Its life on a day: it arises by itself (a rate, an
order, or an `arise` of its own), is scheduled, or answers -> `want` names candidates -> the race gives
victims -> `strike` changes the world -> `land` records the breach. What else it may have is mixed in: shocks
and answers (felt.py), deaths (deadly.py), a rate (arising.py), a posture of the army (order.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.city.columns import Camp
from sim.core.luck import Stream, chance, identify, name_key
from sim.kinds.due import Due, Entry
from sim.kinds.toll import Toll
from sim.schema import Section, number, switch
from sim.world.incident import SCHEDULED_FROM, Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.actors.world import World

KINDS: dict[str, type[EventKind]] = {}


@dataclass(slots=True)
class Want:
    """Whom an incident looks for: rows of residents [m], their pull in the race [m], and how many it takes.

    A pull is the rate of a clock: twice the pull, twice as likely to be first; 0 is never taken.
    """

    rows: NDArray[np.int64]
    pull: NDArray[np.float64]
    n: int = 1


def even(rows: NDArray[np.int64], n: int = 1) -> Want:
    """Want `n` of these rows, all with the same pull."""
    return Want(rows, _equal_pulls(rows.size), n)


_equal = [np.ones(1024)]  # pulls of 1, for nobody to change


def _equal_pulls(n: int) -> NDArray[np.float64]:
    """`n` pulls of 1, float64[n]: a part of the longest list that was asked for."""
    ones = _equal[0]
    if ones.size < n:
        ones = _equal[0] = np.ones(n)
    return ones[:n]


class EventKind(Section):
    """Parameters that every kind has. A subclass in a file of `sim/events/` is a new kind."""

    name: ClassVar[str] = ""
    layer: ClassVar[Layer] = Layer.SOCIAL
    actor: ClassVar[str] = "city"  # faction, army, elders, kin or city
    strikes: ClassVar[Camp | None] = None  # the camp that it strikes, if it is always the same
    people_count_as: ClassVar[str] = ""  # column of the daily table and the run row that counts its people
    events_count_as: ClassVar[str] = ""  # column of the run row that counts its events
    is_violent: ClassVar[bool] = False  # kills or abducts; battle and bombardment apart
    is_by_guns: ClassVar[bool] = False  # kills by the army's guns
    is_move: ClassVar[bool] = False  # a move of the residents themselves, which nobody can take out
    is_end: ClassVar[bool] = False  # ends something that would otherwise never end
    is_part_of_storm: ClassVar[bool] = False  # comes with an assault, and not without
    is_certain: ClassVar[bool] = False  # follows from the state of the world; only its toll is luck

    enabled: bool = switch(True, "whether this kind of event happens at all")
    at: tuple[Entry, ...] = Field(
        default=(),
        strict=False,
        description="days or dates on which one such event is scheduled, {day: 5, deaths: 2} with what is "
        "known of it, or a CSV file of them",
        json_schema_extra={"unit": "days", "source": "assumed"},
    )
    start_day: int = number(
        1, "first day on which it may arise by itself or as an answer", unit="day", ge=0, le=100_000
    )
    end_day: int | None = number(
        None,
        "last day on which it may arise by itself or as an answer; null: no end",
        unit="day",
        ge=0,
        le=100_000,
    )
    breach: float = number(0.0, "weight of one event in the count of breaches", unit="breaches", ge=0, le=100)

    def __init_subclass__(
        cls, name: str | None = None, layer: Layer | None = None, actor: str | None = None, **kw: Any
    ) -> None:
        super().__init_subclass__(**kw)
        cls.layer = cls.layer if layer is None else layer
        cls.actor = cls.actor if actor is None else actor
        if name is not None:
            cls.name = name

    @classmethod
    def __pydantic_init_subclass__(cls, name: str | None = None, **_kw: Any) -> None:
        if name is not None:
            if name in KINDS:
                raise TypeError(f"two kinds of event have the name {name!r}")
            KINDS[name] = cls

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.end_day is not None and self.end_day < self.start_day:
            raise ValueError(f"end_day {self.end_day} lies before start_day {self.start_day}")
        if any(due.day < 1 for due in self.dues):
            first = min(due.day for due in self.dues)
            raise ValueError(f"at names day {first}; the first simulated day is 1")
        return self

    @cached_property
    def dues(self) -> tuple[Due, ...]:
        """The scheduled events: the entries of `at`; for a bare day nothing else is known."""
        return tuple(each if isinstance(each, Due) else Due.model_construct(day=each) for each in self.at)

    def refuse_due(self, due: Due, factions: Collection[str]) -> str:
        """Why a scheduled event of this kind cannot be as given; empty if it can.

        `factions`: names of the factions of the scenario.
        """
        if due.soldiers:
            return f"soldiers = {due.soldiers}: a {self.name} kills no soldiers"
        if due.deaths is not None:
            return f"deaths = {due.deaths}: those of a {self.name} cannot be set"
        return self.refuse_actor(due, factions)

    def refuse_actor(self, due: Due, factions: Collection[str]) -> str:
        """Why the actor given for a scheduled event cannot do it; empty if it can, or if none is given."""
        if due.actor is not None and due.actor != self.actor:
            return f"actor = {due.actor}: a {self.name} is done by {self.actor}"
        return ""

    # ---- how it arises ----------------------------------------------------------------------------

    def is_on(self, day: int) -> bool:
        """Whether it may arise by itself, or as an answer, on this day."""
        return self.enabled and self.start_day <= day and (self.end_day is None or day <= self.end_day)

    def schedule(self, world: World, day: int, ordinal: int = 0, due: Due | None = None) -> Incident:
        """An incident scheduled for this day.

        `ordinal` tells those of one day apart; `due` is what is known of it.
        """
        told = due is not None and due.actor is not None
        actor = str(due.actor) if due is not None and told else self.scheduled_actor(world, day)
        incident = self.incident(actor, day, ordinal, Cause.SCHEDULED)
        incident.due = due
        if due is not None and due.quarter is not None:
            incident.quarter = due.quarter
        return incident

    def scheduled_actor(self, world: World, day: int) -> str:
        """Name of the actor of a scheduled incident for which none is given; empty if there is nobody."""
        return self.actor

    def incident(self, actor: str, day: int, ordinal: int, cause: Cause) -> Incident:
        """A new incident; its id comes from kind, actor, day and ordinal, never from a running count.

        A scheduled one has an id of its own, so that scheduling adds to what arises by itself.
        """
        number_ = ordinal + (SCHEDULED_FROM if cause == Cause.SCHEDULED else 0)
        ident = identify(name_key(self.name), name_key(actor), day, number_)
        return Incident(ident, self.name, day, actor, cause, ordinal=ordinal)

    def answer(self, world: World, incident: Incident) -> None:
        """Make a waiting answer ready: who gives it (`actor`) and which camp it strikes (`target_camp`).

        Both are written in place: until then they are who struck the blow, and the camp of those who grieve.
        """
        incident.actor = self.actor

    def p_dared(self, world: World, incident: Incident) -> float:
        """Probability that an answer whose day has come, and which `answer` has made ready, is given."""
        return 1.0

    def dares(self, world: World, incident: Incident) -> bool:
        """Whether an answer whose day has come is given."""
        p = self.p_dared(world, incident)
        return p >= 1.0 or bool(chance(world.seed, Stream.CHOICE, incident.day, incident.id, 0, p))

    # ---- whom it strikes and what it does ---------------------------------------------------------

    def want(self, world: World, incident: Incident) -> Want | None:
        """Whom it looks for; None for an event without victims of its own.

        An incident that looks for somebody and finds nobody lapses.
        """
        return None

    def wants(self, world: World, incident: Incident) -> tuple[Want, ...]:
        """The same for kinds that strike several groups, each with a number of its own."""
        want = self.want(world, incident)
        return () if want is None else (want,)

    def strike(self, world: World, incident: Incident) -> bool:
        """Change the world for the victims found, the rows `incident.victims`.

        Return False if there was nothing to do: the incident lapses.
        """
        return True

    # ---- the same as probabilities, for what follows a recorded history ----------------------------

    def toll(self, world: World) -> Toll:
        """Distribution of the deaths that one incident of this kind would cause today."""
        return Toll()

    def foretell(self, world: World, day: int, ident: int) -> tuple[int, int] | None:
        """How many residents and soldiers the incident of this id would kill; None if nothing came of it."""
        return 0, 0

    def land(self, world: World, incident: Incident, scale: float) -> None:
        """Count the breach. `scale` multiplies the shocks of the kinds that have some."""
        incident.breach = self.breach
