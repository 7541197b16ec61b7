"""What every kind of event is: its parameters (from the config), how it arises, whom it strikes, what it does.

A kind is a frozen section of the scenario with behaviour. Its life on a day:
`arise` (or schedule, or answer) -> `want` names candidates -> the race gives victims -> `strike` changes
the world -> `land` records breach and shocks and opens the grievance that may be answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.actors.hazard import FactionWeights, Hazard, OpportunityHazard, faction_weights
from sim.core.luck import Stream, chance, exponential, identify, name_key, poisson, uniform
from sim.schema import Section, number, switch
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.actors.actor import Actor
    from sim.actors.world import World

NOBODY = np.zeros(0, np.int64)
CampReach = Literal["struck", "loyalist", "uncommitted", "opposition", "all"]

KINDS: dict[str, type[EventKind]] = {}


class CityShock(Section):
    """What one event adds to a feeling of a whole camp; times susceptibility and feelings.shock_scale."""

    camp: float = number(
        0.0, "to everybody present of the camp named by camp_reach", unit="feeling", ge=0, le=10
    )
    camp_reach: CampReach = Field(
        default="all",
        description="the camp that the camp shock reaches: that of those struck, a named one, or all",
        json_schema_extra={"unit": "camp", "source": "assumed"},
    )


class Shock(CityShock):
    """What one event adds to a feeling, by how near it strikes: four reaches."""

    household: float = number(0.0, "to the victim's household", unit="feeling", ge=0, le=10)
    ties: float = number(0.0, "to tied households, times the weight of the tie", unit="feeling", ge=0, le=10)
    quarter: float = number(0.0, "to everybody present in the quarter", unit="feeling", ge=0, le=10)
    camp_reach: CampReach = Field(
        default="struck",
        description="the camp that the camp shock reaches: that of those struck, a named one, or all",
        json_schema_extra={"unit": "camp", "source": "assumed"},
    )


def shock(source: str = "assumed", **reaches: Any) -> Any:
    """A field holding a shock with these reaches."""
    return Field(
        default_factory=lambda: Shock(**reaches),
        description="what one event adds, by how near it strikes",
        json_schema_extra={"source": source},
    )


def city_shock(source: str = "assumed", **reaches: Any) -> Any:
    """A field holding a shock to whole camps."""
    return Field(
        default_factory=lambda: CityShock(**reaches),
        description="what one event adds to whole camps",
        json_schema_extra={"source": source},
    )


def answers(**means: float) -> Any:
    """A field of answers: kind of event -> mean number by which one event of this kind is answered."""
    return Field(
        default_factory=lambda: dict(means),
        description="mean number of answers to one event, by kind of answer",
        json_schema_extra={"unit": "events", "source": "assumed, total from Lewis et al. 2012"},
    )


@dataclass(slots=True)
class Want:
    """Whom an incident looks for: candidate rows, their pull in the race, and how many it takes."""

    rows: NDArray[np.int64]
    pull: NDArray[np.float64]
    n: int = 1


class EventKind(Section):
    """Parameters that every kind has. A subclass in a file of `sim/events/` is a new kind."""

    name: ClassVar[str] = ""
    layer: ClassVar[Layer] = Layer.SOCIAL
    actor: ClassVar[str] = "city"  # faction, army, elders, kin or city

    enabled: bool = switch(True, "whether this kind of event happens at all")
    at: tuple[int, ...] = Field(
        default=(),
        strict=False,
        description="days on which one such event is scheduled",
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
                raise TypeError(f"two kinds of event are called {name!r}")
            KINDS[name] = cls

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.end_day is not None and self.end_day < self.start_day:
            raise ValueError(f"end_day {self.end_day} lies before start_day {self.start_day}")
        if any(day < 1 for day in self.at):
            raise ValueError(f"at names day {min(self.at)}; the first simulated day is 1")
        return self

    # ---- how it arises ----------------------------------------------------------------------------

    def is_on(self, day: int) -> bool:
        """Whether it may arise by itself, or as an answer, on this day."""
        return self.enabled and self.start_day <= day and (self.end_day is None or day <= self.end_day)

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        """Incidents that begin by themselves today: none, unless a subclass says so."""
        return []

    def schedule(self, world: World, day: int) -> Incident:
        """The incident scheduled for this day."""
        actor = self.scheduled_actor(world, day)
        return self.incident(actor, day, 0, Cause.SCHEDULED)

    def scheduled_actor(self, world: World, day: int) -> str:
        """Who carries out a scheduled incident."""
        return self.actor

    def incident(self, actor: str, day: int, ordinal: int, cause: Cause) -> Incident:
        """A new incident; its id comes from kind, actor, day and ordinal, never from a running count.

        A scheduled one has an id of its own, so that scheduling adds to what arises by itself.
        """
        number_ = ordinal + (1 << 24 if cause == Cause.SCHEDULED else 0)
        ident = identify(name_key(self.name), name_key(actor), day, number_)
        return Incident(ident, self.name, day, actor, cause, ordinal=ordinal)

    def answer(self, world: World, incident: Incident) -> None:
        """Make a waiting answer ready: who gives it (`actor`) and which camp it strikes."""
        incident.actor = self.actor

    # ---- whom it strikes and what it does ---------------------------------------------------------

    def want(self, world: World, incident: Incident) -> Want | None:
        """Whom it looks for; None for an event without victims of its own."""
        return None

    def strike(self, world: World, incident: Incident) -> bool:
        """Change the world. Return False if there was nothing to do: the incident lapses."""
        return True

    def land(self, world: World, incident: Incident, scale: float) -> None:
        """Count the breach. `scale` multiplies the shocks of the kinds that have some."""
        incident.breach = self.breach


class FeltByCity(EventKind):
    """A kind that strikes nobody's house: a whole camp, or all, feel it."""

    fear: CityShock = city_shock()
    anger: CityShock = city_shock()

    def land(self, world: World, incident: Incident, scale: float) -> None:
        super().land(world, incident, scale)
        shock_camps(world, self.fear, self.anger, incident.target_camp, scale)


class FeltByKin(EventKind):
    """A kind with victims: their houses, kin, quarter and camp feel it, and it may be answered."""

    fear: Shock = shock()
    anger: Shock = shock()
    answers: dict[str, float] = answers()

    @model_validator(mode="after")
    def _answers(self) -> Self:
        for kind, mean in self.answers.items():
            if not 0 <= mean <= 10:
                raise ValueError(f"answers.{kind} = {mean:g}; a mean number of answers lies between 0 and 10")
        return self

    def land(self, world: World, incident: Incident, scale: float) -> None:
        super().land(world, incident, scale)
        fear, anger, residents = self.fear, self.anger, world.residents
        for house in sorted({int(world.city.household[row]) for row in incident.victims}):
            residents.shock_household(
                house,
                (scale * fear.household, scale * anger.household),
                (scale * fear.ties, scale * anger.ties),
            )
        residents.shock_quarter(incident.quarter, scale * fear.quarter, scale * anger.quarter)
        shock_camps(world, fear, anger, incident.target_camp, scale)
        if self.answers:
            revenge = float(np.exp(world.kinship.revenge * world.kin_anger(incident.household)))
            world.grievances.open(incident, self.answers, revenge)


class Answering(EventKind):
    """A kind by which kin answer: those related to the side to be struck may hold it back."""

    answer_restraint: float = number(
        2.0,
        "as an answer: how strongly kin on the side to be struck hold it back (times kinship.restraint)",
        unit="log",
        ge=0,
        le=20,
    )


def shock_camps(world: World, fear: CityShock, anger: CityShock, struck: int, scale: float) -> None:
    """Add the camp shocks; `struck` is the camp of those struck, -1 for none."""
    for camp in _reached(fear, struck):
        world.residents.shock_camp(camp, scale * fear.camp, 0.0)
    for camp in _reached(anger, struck):
        world.residents.shock_camp(camp, 0.0, scale * anger.camp)


def _reached(shock_: CityShock, struck: int) -> tuple[int, ...]:
    if shock_.camp == 0:
        return ()
    named = {"loyalist": (0,), "uncommitted": (1,), "opposition": (2,), "all": (0, 1, 2)}
    return named.get(shock_.camp_reach, (struck,) if struck >= 0 else ())


class HazardKind(EventKind, Hazard):
    """A kind that arises by a log-linear hazard: the number on a day is Poisson."""

    def chances_of(self, world: World, actor: Actor) -> float:
        """Factor of the opportunity on the rate: 1 for a kind without candidates."""
        return 1.0

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        if not self.is_on(day):
            return []
        rate = self.rate(covariates) * self.chances_of(world, actor)
        if rate <= 0:
            return []
        key = identify(name_key(self.name), actor.key, day, 0)
        n = poisson(world.seed, Stream.HAZARD, day, key, 0, rate)
        return [self.incident(actor.name, day, ordinal, Cause.HAZARD) for ordinal in range(n)]


class OpportunityKind(HazardKind, OpportunityHazard):
    """A kind whose rate rises with the number of those who could be struck."""

    def candidates(self, world: World, actor: Actor) -> float:
        """Size of the opportunity, from yesterday's tallies: how many could be struck."""
        raise NotImplementedError

    def chances_of(self, world: World, actor: Actor) -> float:
        return self.chances(self.candidates(world, actor), world.size)


class FactionKind(OpportunityKind, actor="faction"):
    """A kind that a faction begins."""

    weights: FactionWeights = faction_weights()  # type: ignore[valid-type]
    by: str | None = Field(
        default=None,
        description="faction that carries out the scheduled ones; null: one drawn by its number of fighters",
        json_schema_extra={"unit": "faction", "source": "assumed"},
    )

    def arise(self, world: World, actor: Actor, day: int, covariates: Sequence[float]) -> list[Incident]:
        faction = world.faction_named(actor.name)
        if faction is None or len(faction.rows) == 0:
            return []
        return super().arise(world, actor, day, covariates)

    def scheduled_actor(self, world: World, day: int) -> str:
        if self.by is not None:
            return self.by
        return drawn_faction(world, day, identify(name_key(self.name), 0, day, 1))

    def answer(self, world: World, incident: Incident) -> None:
        incident.actor = drawn_faction(world, incident.day, incident.id)


def drawn_faction(world: World, day: int, ident: int, but: str = "") -> str:
    """Name of a faction drawn by its number of fighters, other than `but`; empty if there is none."""
    clocks = [
        (exponential(world.seed, Stream.CHOICE, day, ident, faction.key) / len(faction.rows), faction.name)
        for faction in world.factions
        if len(faction.rows) > 0 and faction.name != but
    ]
    return min(clocks)[1] if clocks else ""


class Casualties(Section):
    """Deaths of one event: none, or k = 1, 2, ... with P(k) proportional to k^-alpha, cut at `most`.

    A power law (zeta) of severity is the standard finding for conflict events (Clauset, Young and
    Gleditsch 2007, recalled); the cut keeps one event from exceeding what the city could see.
    """

    p_fatal: float = number(1.0, "probability that anybody dies", unit="probability", ge=0, le=1)
    alpha: float = number(
        2.5, "exponent of the power law", unit="1", source="assumed, near Clauset et al. 2007", ge=1.01, le=10
    )
    most: int = number(60, "largest number of deaths in one event", unit="deaths", ge=1, le=10_000)

    def draw(self, seed: int, day: int, ident: int) -> int:
        """Number of deaths of this event."""
        if not chance(seed, Stream.CASUALTIES, day, ident, 0, self.p_fatal):
            return 0
        weight = np.arange(1, self.most + 1, dtype=np.float64) ** -self.alpha
        u = uniform(seed, Stream.CASUALTIES, day, ident, 1) * weight.sum()
        return int(np.searchsorted(np.cumsum(weight), u)) + 1


def casualties(**parameters: float) -> Any:
    """A field of casualties with these parameters."""
    return Field(default_factory=lambda: Casualties(**parameters), description="deaths of one event")
