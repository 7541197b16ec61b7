"""What `town.yaml` may say, with ranges: the people, the armed groups, the army, the elders, the truce."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from sim.actors.config import EldersConfig, FactionConfig
from sim.city.config import CampShares
from sim.schema import Section, number, section, share, text

TELLS: dict[str, Any] = {"unit": "", "source": ""}


def check_date(value: str) -> str:
    """The date in a text such as 2004-05-01. Raises ValueError if it is not one."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"{value!r} is not a date; write it as 2004-05-01") from None


Date = Annotated[str, AfterValidator(check_date)]


class TownFaction(FactionConfig):
    """One armed group of the list `factions`."""

    name: str = text("", "plain name of the group")


class TownArmy(Section):
    """The army near the town; what is left out is that of al-Rastan, numbers scaled to the town."""

    troops: int | None = number(None, "soldiers near the town", unit="soldiers", ge=0, le=10_000_000)
    armour: int | None = number(None, "armoured vehicles near the town", unit="vehicles", ge=0, le=1_000_000)
    hostility: float | None = number(None, "hostility on day 0", unit="share", ge=0, le=1)


class TownTables(Section):
    """Tables of the town's own people, paths from the town folder."""

    residents: str | None = text(None, "CSV or Parquet file of residents")
    ties: str | None = text(None, "CSV or Parquet file of ties between households")


class TownTruce(Section):
    """What is documented of the truce."""

    start: Date | None = text(None, "first day of the truce")
    end: Date | None = text(None, "last day of the truce; null: it stood when observation stopped")
    kind: str = text("", "sort of truce")
    how_ended: str = text("", "how it ended")
    grade: str = text("", "how well start and end are documented: A, A-, B, C")
    documents: str = text("", "where start and end are documented")


class TownRecord(Section):
    """What `events.csv` covers."""

    first: Date | None = text(None, "first date that the source covers; null: that of the first event")
    last: Date | None = text(None, "last date that the source covers; null: that of the last event")
    seen: float = share(1.0, "share of the events of the observed classes that are recorded")
    attribution: str = text("", "who is to be named where the events are used")


_OF_ITS_OWN = {  # a key of a scenario -> where `town.yaml` says it: two places could disagree
    "name": "name",
    "town": "title",
    "day_zero": "day_zero",
    "days": "days",
    "factions": "factions",
    "elders": "elders",
    "city.residents": "tables.residents",
    "city.ties": "tables.ties",
    "city.n_residents": "residents",
    "city.n_quarters": "quarters",
    "city.kinship.n_clans": "clans",
    "city.camps": "camps",
    "city.n_officers": "officers",
    "city.n_defectors": "defectors",
    "army.troops": "army.troops",
    "army.armour": "army.armour",
    "army.hostility": "army.hostility",
}


def _has(values: Any, key: str) -> bool:
    """Whether nested values have something at this dotted key."""
    for part in key.split("."):
        if not isinstance(values, dict) or part not in values:
            return False
        values = values[part]
    return True


class TownForm(Section):
    """The schema of `town.yaml`."""

    name: str = text("", "plain name of the town; that of the folder if left out")
    title: str = text("", "name for readers, such as Fallujah, Iraq")
    day_zero: Date | None = text(None, "date of day 0; day 1 is the day after")
    days: int | None = number(None, "days simulated after day 0", unit="days", ge=0, le=3650)
    residents: int | None = number(None, "residents", unit="residents", ge=1, le=20_000_000)
    quarters: int | None = number(None, "quarters", unit="quarters", ge=1, le=1000)
    clans: int | None = number(None, "clans", unit="clans", ge=1, le=5000)
    camps: CampShares | None = Field(None, description="camp shares", json_schema_extra=TELLS)
    officers: int | None = number(None, "army officers from the town", unit="residents", ge=0, le=10_000_000)
    defectors: int | None = number(None, "officers who defected", unit="residents", ge=0, le=10_000_000)
    factions: tuple[TownFaction, ...] | None = Field(
        None,
        strict=False,
        description="armed groups: a list that replaces those of al-Rastan",
        json_schema_extra=TELLS,
    )
    army: TownArmy = section(TownArmy, "the army near the town")
    elders: dict[str, Any] = Field(
        default_factory=dict,
        description="the council of elders, keys of the section",
        json_schema_extra=TELLS,
    )
    tables: TownTables = section(TownTables, "tables of the town's own people")
    truce: TownTruce = section(TownTruce, "what is documented of the truce")
    record: TownRecord = section(TownRecord, "what events.csv covers")
    settings: dict[str, Any] = Field(
        default_factory=dict, description="any other values of a scenario, nested", json_schema_extra=TELLS
    )
    sources: dict[str, str] = Field(
        default_factory=dict,
        description='key -> where its value comes from, or "assumed"',
        json_schema_extra=TELLS,
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for key, place in _OF_ITS_OWN.items():
            if _has(self.settings, key):
                raise ValueError(f"settings.{key}: write it as {place}, outside settings")
        names = [each.name for each in self.factions or ()]
        for name in names:
            if not name.replace("_", "").isalnum() or len(name) > 60:
                raise ValueError(f"factions: {name!r} is not a plain name of letters, digits and underscores")
            if names.count(name) > 1:
                raise ValueError(f"factions: {name!r} stands twice; give every group its own name")
        strange = [key for key in self.elders if key not in EldersConfig.model_fields]
        if strange:
            known = ", ".join(EldersConfig.model_fields)
            raise ValueError(f"elders: {strange[0]!r} is not a key of the elders; known: {known}")
        for one, other in (("start", "end"),):
            first, last = getattr(self.truce, one), getattr(self.truce, other)
            if first and last and last < first:
                raise ValueError(f"truce: end {last} lies before start {first}")
        if self.record.first and self.record.last and self.record.last < self.record.first:
            raise ValueError(f"record: last {self.record.last} lies before first {self.record.first}")
        return self
