"""Protective measures: what may be done so that a truce holds. Each has a start, an end and a strength.

Only these may be optimised or ranked. Their harms are part of the model: escorted passage saves lives,
and it lets the loyalists leave whose presence holds the army back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

from pydantic import model_validator

from sim.schema import Section, number, section, share, switch


class Measure(Section):
    """One protective measure."""

    enabled: bool = switch(False, "whether it is taken at all")
    start_day: int = number(1, "first day", unit="day", ge=0, le=100_000)
    end_day: int | None = number(None, "last day; null: no end", unit="day", ge=0, le=100_000)
    strength: float = share(0.5, "how much of what it could do it does")

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.end_day is not None and self.end_day < self.start_day:
            raise ValueError(f"end_day {self.end_day} lies before start_day {self.start_day}")
        return self

    def on(self, day: int) -> float:
        """Strength on a day; 0 while it is not in force."""
        if not self.enabled or day < self.start_day:
            return 0.0
        return 0.0 if self.end_day is not None and day > self.end_day else self.strength


def _measure(says: str) -> Measure:
    return section(Measure, says)  # type: ignore[no-any-return]


class Measures(Section):
    """The eight protective measures."""

    mediation: Measure = _measure("mediation team: the elders' standing rises, and they settle more cases")
    exchange_channel: Measure = _measure("channel for prisoner exchange: releases come sooner")
    escorted_passage: Measure = _measure("escorts: passage stays open by this share, even under siege")
    hotline: Measure = _measure("hotline between checkpoints and army: attacks raise hostility by less")
    pact: Measure = _measure("pact among factions: their command grips harder")
    relief: Measure = _measure("relief under siege: this share of what is used is brought in")
    guarantees: Measure = _measure(
        "guarantees for returners: they come sooner, and while fear is still higher"
    )
    containment: Measure = _measure(
        "containment of newcomers: less inflow, and less room for outsiders' acts"
    )

    exchange_speedup: float = number(
        2.0, "added to the factor on release rates by a full exchange channel", unit="1", ge=0, le=100
    )
    guarantee_speedup: float = number(
        3.0, "added to the factor on the rate of return by full guarantees", unit="1", ge=0, le=100
    )

    def strengths(self, day: int) -> dict[str, float]:
        """Strength of each measure on a day, by name."""
        return {name: each.on(day) for name, each in self if isinstance(each, Measure)}


class Facts(NamedTuple):
    """What a reader has to know of a measure before it is ranked."""

    does: str
    on_whom: str
    harm: str
    known: str


_NOT_KNOWN = "not known from any study; vary the strength, never quote it"
_NO_HARM = "none in the model, which is not to say that there is none"
FACTS: Mapping[str, Facts] = {
    "mediation": Facts(
        "elders' standing rises by its share of what is missing; they settle more breaches and more cases",
        "elders, and through them fighters and kin", _NO_HARM, _NOT_KNOWN,
    ),
    "exchange_channel": Facts(
        "releases come sooner", "captives and their captors", _NO_HARM, _NOT_KNOWN,
    ),
    "escorted_passage": Facts(
        "passage to leave by stays open by its strength, also under siege; it brings no visitors",
        "residents who want to leave", "loyalists leave whose presence holds the army back", _NOT_KNOWN,
    ),
    "hotline": Facts(
        "attacks raise the army's hostility by less", "checkpoints and the army", _NO_HARM, _NOT_KNOWN,
    ),
    "pact": Facts(
        "command of the factions rises by its share of what is missing", "factions and their fighters",
        _NO_HARM, _NOT_KNOWN,
    ),
    "relief": Facts(
        "replaces its share of what a siege uses up", "residents under siege", _NO_HARM, _NOT_KNOWN,
    ),
    "guarantees": Facts(
        "those who left return sooner, while fear is still higher", "residents who have left",
        "they return into danger", _NOT_KNOWN,
    ),
    "containment": Facts(
        "smaller waves of newcomers; outsiders' social acts are rarer", "newcomers and outsiders",
        _NO_HARM, _NOT_KNOWN,
    ),
}  # fmt: skip
