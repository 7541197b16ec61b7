"""One scheduled event: its day, and what is known of it."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Discriminator, Tag, model_validator

from sim.schema import Section, number, text


class Due(Section):
    """A scheduled event with what is known of it; what is left out is drawn as usual."""

    day: int = number(1, "day on which it happens", unit="day", ge=1, le=100_000)
    deaths: int | None = number(None, "deaths, of soldiers too; null: drawn", unit="deaths", ge=0, le=100_000)
    soldiers: int | None = number(
        None, "soldiers among the deaths; null: drawn", unit="deaths", ge=0, le=100_000
    )
    actor: str | None = text(None, "who does it: a faction; null: chosen by the kind")
    quarter: int | None = number(
        None, "quarter in which victims are sought; null: anywhere", unit="quarter", ge=0, le=999
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.soldiers is not None and (self.deaths is None or self.soldiers > self.deaths):
            raise ValueError(f"soldiers = {self.soldiers}: of {self.deaths or 0} deaths; at most all of them")
        return self


def _form(value: Any) -> str:
    return "an event" if isinstance(value, dict | Due) else "a day"


# tags hold a space, so that complaints (config/complaints.py) tell them from keys
Entry = Annotated[Annotated[int, Tag("a day")] | Annotated[Due, Tag("an event")], Discriminator(_form)]
