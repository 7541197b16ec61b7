"""Protective measures: what may be done so that a truce holds. Each has a start, an end and a strength.

Only these may be optimised or ranked. Their harms are part of the model: escorted passage saves lives,
and it lets the loyalists leave whose presence holds the army back.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple, Self

from pydantic import Field, model_validator

from sim.schema import Section, number, share, switch


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


class Facts(NamedTuple):
    """What a reader has to know of a measure before it is ranked."""

    does: str
    on_whom: str
    harm: str
    known: str
    is_countable: bool  # whether there may be several of it: "a hotline", but "relief"


_NOT_KNOWN = "not known from any study; vary the strength, never quote it"
NO_HARM = "none in the model, which is not to say that there is none"


def _measure(
    words: str,
    does: str,
    on_whom: str,
    harm: str = NO_HARM,
    known: str = _NOT_KNOWN,
    *,
    is_countable: bool = False,
) -> Any:
    """A field holding a measure with all that is said of it. `words`: what it is called in a sentence."""
    facts = Facts(does, on_whom, harm, known, is_countable)
    return Field(
        default_factory=Measure, description=f"{words}: {does}", json_schema_extra={"facts": facts._asdict()}
    )


class Measures(Section):
    """The protective measures, one field each, and what some of them need."""

    mediation: Measure = _measure(
        "mediation team",
        "the elders' standing closes this share of its gap to 1; they settle more breaches and more cases",
        "elders, and through them fighters and kin",
        is_countable=True,
    )
    exchange_channel: Measure = _measure(
        "channel for prisoner exchange",
        "releases come sooner",
        "captives and their captors",
        is_countable=True,
    )
    escorted_passage: Measure = _measure(
        "escorts",
        "this share of the way out stays open, even under siege; it brings no visitors",
        "residents who want to leave",
        harm="loyalists leave whose presence holds the army back",
    )
    hotline: Measure = _measure(
        "hotline between checkpoints and army",
        "attacks raise the army's hostility by less",
        "checkpoints and the army",
        is_countable=True,
    )
    pact: Measure = _measure(
        "pact among factions",
        "the factions' command of their men closes this share of its gap to 1",
        "factions and their fighters",
        is_countable=True,
    )
    relief: Measure = _measure(
        "relief under siege",
        "this share of what a siege uses up is brought in",
        "residents under siege",
        harm="more people stay where they are shelled",
    )
    guarantees: Measure = _measure(
        "guarantees for returners",
        "those who left return sooner, and while fear is still higher",
        "residents who have left",
        harm="they return into danger",
    )
    containment: Measure = _measure(
        "containment of newcomers",
        "waves of newcomers are smaller, and outsiders' social acts rarer",
        "newcomers and outsiders",
    )

    exchange_speedup: float = number(
        2.0, "added to the factor on release rates by a full exchange channel", unit="1", ge=0, le=100
    )
    guarantee_speedup: float = number(
        3.0, "added to the factor on the rate of return by full guarantees", unit="1", ge=0, le=100
    )

    def strengths(self, day: int) -> dict[str, float]:
        """Strength of each measure on a day, by name."""
        strengths = dict.fromkeys(FACTS, 0.0)
        for name in self._taken:
            strengths[name] = getattr(self, name).on(day)
        return strengths

    @cached_property
    def _taken(self) -> tuple[str, ...]:
        """The measures that are in force on some day."""
        return tuple(name for name in FACTS if getattr(self, name).enabled)


FACTS: Mapping[str, Facts] = {
    name: Facts(**field.json_schema_extra["facts"])  # type: ignore[index,arg-type]
    for name, field in Measures.model_fields.items()
    if field.annotation is Measure
}
