"""The frozen, validated description of one run: everything that decides a history, apart from the code."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, create_model, model_validator

from sim.actors.config import ArmyConfig, EldersConfig, FactionConfig, al_rastan_factions
from sim.actors.hazard import REFERENCE_RESIDENTS
from sim.actors.postures import Posture
from sim.city.config import CityConfig
from sim.errors import closest
from sim.events import KINDS, EventKind
from sim.kinds.order import ArmyOrder
from sim.schema import Section, entries, number, section, text
from sim.truce import TruceConfig
from sim.world.config import (
    Feelings,
    Flight,
    KinshipWeights,
    MoraleConfig,
    PassageConfig,
    PressureConfig,
    RanksConfig,
    SuppliesConfig,
    WorksConfig,
)
from sim.world.measures import Measures

_Kinds = create_model(
    "_Kinds",
    __base__=Section,
    **{
        name: (kind, section(kind, (kind.__doc__ or "").partition("\n")[0]))
        for name, kind in sorted(KINDS.items())
    },  # type: ignore[call-overload]
)


class Events(_Kinds):
    """Every kind of event that the folder `sim/events` holds, one field a kind."""

    def kinds(self) -> dict[str, EventKind]:
        """Kinds by name."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class PaceConfig(Section):
    """How violent the times are as a whole: one number for the factions, one for the army."""

    factions: float = number(
        1.0, "multiplies the rate of every kind of event that a faction begins", unit="1", ge=0, le=1000
    )
    army: float = number(
        0.67,
        "multiplies the rates of the orders that escalate (squeeze, siege, bombardment, assault) and of the "
        "army's own fire and raids",
        unit="1",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )


class VisitConfig(Section):
    """Serving officers from the city, who come to visit [14, 20]."""

    p_visit: float = number(
        0.15,
        "probability that an officer is in the city on a day, at free passage",
        unit="probability",
        ge=0,
        le=1,
    )


class GrievanceConfig(Section):
    """Memory of blows: how long answers take."""

    memory_days: float = number(
        22.0,
        "mean delay of an answer (1 / omega)",
        unit="days",
        source="assumed, within P3: Lewis et al. 2012, 14-42",
        gt=0,
        le=3650,
    )
    most_per_day: int = number(
        10,
        "answers of one kind that are given on a day at most; the others lapse",
        unit="events/day",
        ge=1,
        le=10**6,
    )


class LimitsConfig(Section):
    """When a run is given up, so that extreme settings cost a run and not the machine. 0: never."""

    events_per_day: int = number(
        200,
        "events of one day above which a run is given up, in proportion more in a city above 65,000; "
        "0: never",
        unit="events/day",
        ge=0,
        le=10**9,
    )
    seconds: float = number(
        900.0, "time after which a run is given up; 0: never", unit="seconds", ge=0, le=1e7
    )
    memory_gb: float = number(
        4.0, "memory that a run may take beyond what it began with; 0: no limit", unit="GB", ge=0, le=4096
    )


class RecordsConfig(Section):
    """What a run keeps besides its tables."""

    snapshots: tuple[int, ...] = Field(
        default=(),
        strict=False,
        description="days on which every resident's state is kept",
        json_schema_extra={"unit": "days", "source": ""},
    )
    quarter_days: int = number(
        7, "feelings by quarter are kept every so many days; 0: never", unit="days", ge=0, le=3650
    )


def _plain_name(name: str) -> str:
    if not name.replace("_", "").isalnum() or len(name) > 60:
        raise ValueError(f"{name[:60]!r} is not a plain name of letters, digits and underscores")
    return name


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"{value[:60]!r} is not a date; write it as 2004-05-01") from None


class Scenario(Section):
    """One run. Sections nest; every leaf has a default in `configs/`, a range, a unit and a source."""

    name: Annotated[str, AfterValidator(_plain_name)] = text("al_rastan", "short name of the scenario")
    town: str | None = text(None, "folder or name of the town that values come from; null: none")
    day_zero: Annotated[str, AfterValidator(_date)] | None = text(
        None, "date of day 0, such as 2004-05-01; null: days have no dates"
    )
    seed: int = number(0, "seed of the run", unit="seed", ge=0, le=2**62)
    days: int = number(180, "days simulated after day 0, the start", unit="days", ge=0, le=3650)
    burn_in_days: int = number(
        60,
        "days of social life without the standoff before day 0, in which the truce settles; 0: none",
        unit="days",
        ge=0,
        le=3650,
    )
    reference_residents: int = number(
        REFERENCE_RESIDENTS,
        "size of city that the references of the hazards are stated for",
        unit="residents",
        source="[15]",
        ge=1,
        le=10**9,
    )
    city: CityConfig = section(CityConfig, "the city")
    pace: PaceConfig = section(PaceConfig, "how violent the times are as a whole")
    feelings: Feelings = section(Feelings, "fear and anger")
    kinship: KinshipWeights = section(KinshipWeights, "weights of kin, restraint and revenge")
    flight: Flight = section(Flight, "leaving and returning")
    visits: VisitConfig = section(VisitConfig, "visiting officers")
    passage: PassageConfig = section(PassageConfig, "free passage")
    pressure: PressureConfig = section(PressureConfig, "belief in the coming annihilation")
    grievances: GrievanceConfig = section(GrievanceConfig, "memory of blows")
    factions: dict[str, FactionConfig] = entries(al_rastan_factions, "armed factions by name")
    ranks: RanksConfig = section(RanksConfig, "joining and deserting")
    morale: MoraleConfig = section(MoraleConfig, "morale of the factions")
    army: ArmyConfig = section(ArmyConfig, "the army")
    supplies: SuppliesConfig = section(SuppliesConfig, "supplies of the city")
    works: WorksConfig = section(WorksConfig, "works of the fighters")
    measures: Measures = section(Measures, "protective measures")
    elders: EldersConfig = section(EldersConfig, "the council of elders")
    truce: TruceConfig = section(TruceConfig, "when the truce is strained, broken, formed again")
    events: Events = section(Events, "kinds of events")
    records: RecordsConfig = section(RecordsConfig, "what a run keeps")
    limits: LimitsConfig = section(LimitsConfig, "when a run is given up")

    def _check_postures(self) -> None:
        """Every posture can be reached from the first one by some order, whether it is switched on or not."""
        orders = {name: kind for name, kind in self.events.kinds().items() if isinstance(kind, ArmyOrder)}
        reached: set[str] = {self.army.start, "observing"}
        while (
            more := {order.target.name.lower() for order in orders.values() if reached & set(order.sources)}
            - reached
        ):
            reached |= more
        lost = [posture.name.lower() for posture in Posture if posture.name.lower() not in reached]
        if lost:
            ways = [
                f"events.{name}.sources"
                for name, order in orders.items()
                if order.target.name.lower() in lost
            ]
            raise ValueError(
                f"no order leads to the army's posture {lost[0]!r} any more; look at {', '.join(ways)}"
            )

    @model_validator(mode="after")
    def _names_and_days(self) -> Self:
        for name, kind in self.events.kinds().items():
            late = [due.day for due in kind.dues if due.day > self.days]
            if late:
                raise ValueError(
                    f"events.{name}.at names day {late[0]}, past the last day {self.days}; raise days"
                )
            for due in kind.dues:
                if refused := kind.refuse_due(due, self.factions):
                    raise ValueError(f"events.{name}.at: day {due.day}: {refused}")
                if due.quarter is not None and due.quarter >= self.city.n_quarters:
                    raise ValueError(
                        f"events.{name}.at: day {due.day}: quarter = {due.quarter}; quarters run from 0 to "
                        f"{self.city.n_quarters - 1}"
                    )
            for answer in getattr(kind, "answers", {}):
                if answer not in KINDS:
                    raise ValueError(f"events.{name}.answers names {answer!r}: {closest(answer, KINDS)}")
            by: Any = getattr(kind, "by", None)
            if by is not None and by not in self.factions:
                raise ValueError(f"events.{name}.by names faction {by!r}: {closest(by, self.factions)}")
        for name in self.factions:
            _plain_name(name)
        self._check_postures()
        late = [day for day in self.records.snapshots if not 0 <= day <= self.days]
        if late:
            raise ValueError(f"records.snapshots names day {late[0]}; days run from 0 to {self.days}")
        return self
