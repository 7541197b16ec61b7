"""The city section of a scenario: size, kinship, how camps cluster, or the tables of the user's own city."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from pydantic import model_validator

from sim.errors import InputError
from sim.schema import Section, number, section, share, text

OF_THE_GENERATOR = (
    "n_residents",
    "camps",
    "clan_share",
    "household_share",
    "kinship",
)  # idle beside own tables


class CampShares(Section):
    """Share of residents in each camp; the rest is opposition."""

    loyalist: float = share(0.15, "share of residents who are regime loyalists")
    uncommitted: float = share(0.35, "share of residents who side with neither")

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.loyalist + self.uncommitted > 1 + 1e-12:
            raise ValueError(
                f"loyalist + uncommitted = {self.loyalist + self.uncommitted:g}; together at most 1"
            )
        return self


class Kinship(Section):
    """How marriages make clans, households and ties."""

    n_clans: int = number(85, "number of clans", unit="clans", source="assumed", ge=1, le=5000)
    clan_size_sigma: float = number(
        1.0, "log-standard deviation of clan sizes", unit="log", source="assumed", ge=0, le=3
    )
    cousin_marriage_share: float = share(
        0.20, "share of marriages between first cousins", source="Othman & Saadat 2009"
    )
    clan_marriage_share: float = share(
        0.15,
        "share of marriages within the clan but not between first cousins",
        source="Othman & Saadat 2009",
    )
    children_mean: float = number(4.7, "surviving children of a couple, mean", unit="children", ge=1, le=12)
    cousin_contact_share: float = share(
        0.095, "share of pairs of first cousins whose households keep a tie; sets about 16 ties a household"
    )

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        total = self.cousin_marriage_share + self.clan_marriage_share
        if total > 1:
            raise ValueError(f"cousin_marriage_share + clan_marriage_share = {total:g}; together at most 1")
        return self


class CityConfig(Section):
    """A generated city, or `residents` and `ties` tables of the user's own."""

    seed: int = number(0, "seed of the city, apart from the seed of the run", unit="seed", ge=0, le=2**62)
    n_residents: int = number(
        65_000,
        "residents, one to one, before any newcomer",
        unit="residents",
        source="[15]",
        ge=1,
        le=20_000_000,
    )
    n_quarters: int = number(12, "quarters of the city", unit="quarters", ge=1, le=1000)
    camps: CampShares = section(CampShares, "camp shares")
    clan_share: float = share(0.15, "share of the variance of political lean that lies between clans")
    household_share: float = share(
        0.45, "share of the variance of political lean that lies between households of a clan"
    )
    kinship: Kinship = section(Kinship, "marriages and ties")
    n_officers: int = number(
        1560, "serving army officers from the city", unit="residents", source="[16]", ge=0, le=10_000_000
    )
    n_defectors: int = number(
        90,
        "officers who defected before the start, now in the local factions; without one there are none",
        unit="residents",
        source="[17]",
        ge=0,
        le=10_000_000,
    )
    clan_recruiting: float = number(
        1.0,
        "log-standard deviation, over clans, of how readily a faction's fighters come from a clan",
        unit="log",
        ge=0,
        le=5,
    )
    senior_share: float = share(0.1, "share of officers and defectors who are colonel or above [18, 21]")
    residents: str | None = text(None, "CSV or Parquet file of residents, instead of the generator")
    ties: str | None = text(
        None, "CSV or Parquet file of kinship ties between households; goes with residents"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.clan_share + self.household_share > 1:
            raise ValueError(
                f"clan_share + household_share = {self.clan_share + self.household_share:g}; "
                "together at most 1"
            )
        if self.ties is not None and self.residents is None:
            raise ValueError("ties is given without residents; give both tables, or neither")
        return self


def idle_key(keys: Iterable[str]) -> str | None:
    """The first of these keys of a scenario, such as city.n_residents, that is idle beside own tables."""
    idle = tuple(f"city.{name}" for name in OF_THE_GENERATOR)
    return next(
        (key for key in keys if key in idle or key.startswith(tuple(f"{each}." for each in idle))), None
    )


def refuse_idle(config: CityConfig, keys: Iterable[str]) -> None:
    """Raise InputError if one of these keys was set and the city's people come from a table."""
    key = idle_key(keys) if config.residents is not None else None
    if key is not None:
        raise InputError(
            f"{key}: does nothing, the people are those of the table city.residents={config.residents}; "
            "leave one of the two out"
        )
