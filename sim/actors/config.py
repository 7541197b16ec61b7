"""Scenario sections about the actors: the army, the factions, the elders. Plain data: no Mesa in it."""

from __future__ import annotations

from pydantic import Field

from sim.actors.postures import PostureName
from sim.schema import Section, daily, number, share, switch


class ArmyConfig(Section):
    """The army near the city, and how the loyalists inside work on it: three switches."""

    start: PostureName = Field(
        default="observing",
        description="posture on day 0",
        json_schema_extra={"unit": "posture", "source": "[4-7], assumed"},
    )
    troops: int = number(
        900,
        "soldiers near the city",
        unit="soldiers",
        source="seen, press and UN reports 2011",
        ge=0,
        le=10_000_000,
    )
    armour: int = number(
        250,
        "armoured vehicles near the city",
        unit="vehicles",
        source="seen, press and UN reports 2011",
        ge=0,
        le=1_000_000,
    )
    reinforcement: float = daily(0.05, "share of lost troops made good in a day, out of battle")
    hostility: float = share(0.2, "hostility on day 0")
    hostility_fade: float = daily(0.05, "fading of hostility in a day")
    shield: bool = switch(True, "loyalists still present hold the army back from siege, shelling and assault")
    information: bool = switch(True, "loyalists still present warn the army of attacks")
    signal: bool = switch(True, "loyalists seen leaving raise the pressure on those who stay [25, 26]")


class Band(Section):
    """What any armed group has."""

    arms: float = share(0.5, "how well armed it is")
    command: float = share(0.3, "how firmly its command holds its men")
    morale: float = share(0.3, "morale", source="assumed, from [36]")


class FactionConfig(Band):
    """One armed faction at the start."""

    members: int = number(100, "fighters at the start", unit="residents", ge=0, le=1_000_000)
    outsiders: bool = switch(
        False, "its fighters entered from outside and are not among the city's residents [10]"
    )
    kin_share: float = share(0.1, "share of the outsiders' lodgings that have kin in the city")
    rival: bool = switch(False, "counts as newcomer or independent in the rivalry covariate [11, 31]")


def al_rastan_factions() -> dict[str, FactionConfig]:
    """The four groups of the source [8-11]; numbers of the two named brigades and independents assumed."""
    return {
        "men_of_god": FactionConfig(members=400),
        "ali_bin_abi_talib": FactionConfig(members=250),
        "newcomers": FactionConfig(members=100, arms=0.8, outsiders=True, rival=True),
        "independents": FactionConfig(members=150, arms=0.3, rival=True),
    }


class EldersConfig(Section):
    """The council of elders."""

    standing: float = share(
        0.72, "standing: how much both sides heed them", source="assumed, within the calibration (P3 to P16)"
    )
    cases_per_day: int = number(
        3, "captives whose release they can settle in a day", unit="cases/day", ge=0, le=10_000
    )
    settled_per_day: float = number(
        0.46,
        "social breaches that they can settle in a day; where more comes, a backlog grows",
        unit="breaches/day",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=1000,
    )
    forgotten_days: float = number(
        32.0, "mean days after which a breach that nobody settled is forgotten", unit="days", gt=0, le=3650
    )
    patience: float = number(
        4.0,
        "backlog of unsettled breaches at which only half of their standing is left",
        unit="breaches",
        gt=0,
        le=1e6,
    )
