"""Who feels an event, and who answers it: shocks of fear and anger by how near it strikes; grievances."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.city.columns import Camp
from sim.kinds.kind import KINDS, EventKind
from sim.schema import Section, number
from sim.world.incident import Incident
from sim.world.revenge import find_kin_anger

if TYPE_CHECKING:
    from sim.actors.world import World

CampReach = Literal["struck", "loyalist", "uncommitted", "opposition", "all"]
MOST_ANSWERS = 10  # mean number of answers of one kind to one event


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


class CityCalm(CityShock):
    """The same for a kind that calms: what one event adds to a feeling of a whole camp is negative."""

    camp: float = number(
        0.0,
        "added to everybody present of the camp named by camp_reach; negative, so it calms",
        unit="feeling",
        ge=-10,
        le=0,
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
    """A field holding a shock with these reaches: household, ties, quarter, camp, camp_reach."""
    return Field(
        default_factory=lambda: Shock(**reaches),
        description="what one event adds, by how near it strikes",
        json_schema_extra={"source": source},
    )


def city_shock(source: str = "assumed", **reaches: Any) -> Any:
    """A field holding a shock to whole camps: camp, camp_reach."""
    return Field(
        default_factory=lambda: CityShock(**reaches),
        description="what one event adds to whole camps",
        json_schema_extra={"source": source},
    )


def city_calm(source: str = "assumed", **reaches: Any) -> Any:
    """A field holding what calms whole camps: camp (not above 0), camp_reach."""
    return Field(
        default_factory=lambda: CityCalm(**reaches),
        description="what one event adds to the feeling of whole camps: negative, it calms",
        json_schema_extra={"source": source},
    )


def answers(source: str = "assumed, total from Lewis et al. 2012", /, **means: float) -> Any:
    """A field of answers: kind of event -> mean number by which one event of this kind is answered."""
    return Field(
        default_factory=lambda: dict(means),
        description="mean number of answers to one event, by kind of answer",
        json_schema_extra={"unit": "events", "source": source, "range": f"0 to {MOST_ANSWERS}"},
    )


class FeltByCity(EventKind):
    """A kind that strikes nobody's house: a whole camp, or all, feel it."""

    fear: CityShock = city_shock()
    anger: CityShock = city_shock()

    def land(self, world: World, incident: Incident, scale: float) -> None:
        super().land(world, incident, scale)
        shock_camps(world, self.fear, self.anger, incident.target_camp, scale)


class CalmsCity(FeltByCity):
    """A kind after which a whole camp, or all, are less afraid and less angry."""

    fear: CityCalm = city_calm()
    anger: CityCalm = city_calm()


class FeltByKin(EventKind):
    """A kind with victims: their houses, kin, quarter and camp feel it, and it may be answered.

    Angry kin answer more: the mean of a kind by which kin answer is multiplied by exp(kinship.revenge * mean
    anger of the kin of the house struck) (Moscona et al. 2020; the form is assumed).
    """

    fear: Shock = shock()
    anger: Shock = shock()
    answers: dict[str, float] = answers()

    @model_validator(mode="after")
    def _answers(self) -> Self:
        for kind, mean in self.answers.items():
            if not 0 <= mean <= MOST_ANSWERS:
                raise ValueError(
                    f"answers.{kind} = {mean:g}; a mean number of answers lies between 0 and {MOST_ANSWERS}"
                )
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
        if incident.quarter >= 0:
            residents.shock_quarter(incident.quarter, scale * fear.quarter, scale * anger.quarter)
        shock_camps(world, fear, anger, incident.target_camp, scale)
        if self.answers and incident.household >= 0:
            # only kin answer out of revenge; the army and rival factions have reasons of their own
            angry = find_kin_anger(residents, incident.household, scale * anger.household, scale * anger.ties)
            revenge = math.exp(world.scenario.kinship.revenge * angry)
            means = {
                kind: mean * (revenge if issubclass(KINDS[kind], Answering) else 1.0)
                for kind, mean in self.answers.items()
                if not self._strikes_the_grieved(kind, incident)
            }
            world.grievances.open(incident, means)

    def _strikes_the_grieved(self, answer: str, incident: Incident) -> bool:
        """Whether a kind of answer would strike those who grieve. A kind that answers itself may."""
        struck = KINDS[answer].strikes
        return struck is not None and struck == incident.target_camp and answer != self.name


class Settled(EventKind):
    """A kind of answer that the elders may settle before it is given: the more they are heeded, the fewer.

    It is given with probability exp(-answer_standing * standing in effect) (assumed).
    """

    answer_standing: float = number(
        1.5, "as an answer: how strongly the standing of the elders holds it back", unit="log", ge=0, le=20
    )

    def p_dared(self, world: World, incident: Incident) -> float:
        return super().p_dared(world, incident) * math.exp(-self.answer_standing * world.standing)


class Answering(Settled):
    """A kind by which kin answer: those related to the side to be struck may hold it back.

    It is given with the probability of `Settled`, times the share of that side that is still present, times
    exp(-kinship.restraint * answer_restraint * share of tie weight that reaches it) (assumed).
    """

    answer_restraint: float = number(
        1.5,
        "as an answer: how strongly kin on the side to be struck hold it back (times kinship.restraint)",
        unit="log",
        ge=0,
        le=20,
    )

    def p_dared(self, world: World, incident: Incident) -> float:
        if incident.target_camp < 0:
            return super().p_dared(world, incident)
        # those who have left are out of reach
        settled = super().p_dared(world, incident) * world.share_present(Camp(incident.target_camp))
        restraint = world.scenario.kinship.restraint * self.answer_restraint
        if restraint == 0:
            return settled
        house = np.array([incident.household], np.int32)
        return settled * math.exp(
            -restraint * float(world.residents.reach(house, Camp(incident.target_camp))[0])
        )


def shock_camps(world: World, fear: CityShock, anger: CityShock, struck: int, scale: float) -> None:
    """Add the camp shocks, each times `scale`; `struck` is the camp of those struck, -1 for none."""
    for camp in _find_reached(fear, struck):
        world.residents.shock_camp(camp, scale * fear.camp, 0.0)
    for camp in _find_reached(anger, struck):
        world.residents.shock_camp(camp, 0.0, scale * anger.camp)


def _find_reached(shock_: CityShock, struck: int) -> tuple[int, ...]:
    if shock_.camp == 0:
        return ()
    named = {"loyalist": (0,), "uncommitted": (1,), "opposition": (2,), "all": (0, 1, 2)}
    return named.get(shock_.camp_reach, (struck,) if struck >= 0 else ())
