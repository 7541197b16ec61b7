"""How a number enters the house: every configurable value has a default, a range, a unit and a source.

The sections of a scenario are pydantic models built from these fields. The YAML files under
`configs/` are written from them, `show parameters` prints them, and the documentation tables
are made from them, so that a value and its provenance stand in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A frozen part of a scenario: unknown keys, NaN, infinity and values of a wrong type are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True
    )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A changed copy; what was derived from the old values is derived again."""
        twin = super().model_copy(update=update, deep=deep)
        for name in [name for name in vars(twin) if name not in type(self).model_fields]:
            del vars(twin)[name]
        return twin

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """A section never changes, so copies of a run share it."""
        return self


def number(
    default: float | int | None,
    says: str,
    *,
    unit: str,
    source: str = "assumed",
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
) -> Any:
    """A number with range, unit and source (a claim number such as "[15]", a paper, or "assumed").

    `says`: what it means, for readers. A default of None is null, which the type of the field has to allow.
    """
    return Field(
        default,
        description=says,
        ge=ge,
        gt=gt,
        le=le,
        lt=lt,
        json_schema_extra={"unit": unit, "source": source},
    )


def share(default: float, says: str, *, source: str = "assumed") -> Any:
    """A share between 0 and 1."""
    return number(default, says, unit="share", source=source, ge=0, le=1)


def daily(default: float, says: str, *, source: str = "assumed", unit: str = "1/day") -> Any:
    """A rate a day, from 0 to 100."""
    return number(default, says, unit=unit, source=source, ge=0, le=100)


def text(default: str | None, says: str) -> Any:
    """A word or a line of text; it carries no unit."""
    return Field(default, description=says, json_schema_extra={"unit": "", "source": ""})


def choice(default: str, says: str) -> Any:
    """One word of a few, which the type of the field lists."""
    return Field(default, description=says, json_schema_extra={"unit": "", "source": ""})


def switch(default: bool, says: str, *, source: str = "assumed") -> Any:
    """On or off."""
    return Field(default, description=says, json_schema_extra={"unit": "on/off", "source": source})


def section(model: type[Section], says: str = "") -> Any:
    """A nested section with the defaults of its model."""
    return Field(default_factory=model, description=says)


def entries(default_factory: Any, says: str) -> Any:
    """A named mapping of sections (factions, say), or a tuple of numbers; defaults from a function."""
    return Field(
        default_factory=default_factory,
        description=says,
        json_schema_extra={"unit": "", "source": ""},
    )
