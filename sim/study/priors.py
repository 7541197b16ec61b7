"""Prior distributions of parameters, between two bounds, and the keys that may have one."""

from __future__ import annotations

from math import exp, log
from statistics import NormalDist
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.errors import InputError
from sim.schema import Section, number
from sim.schema_tree import bare, find, nearest

OF_THE_RUN = ("seed", "days", "city.seed")  # which the study sets for each run, in the same way at all points
LEAST_MASS = 1e-6  # of a normal one between its bounds


class Prior(Section):
    """The prior distribution of one parameter, between two bounds."""

    distribution: Literal["uniform", "log_uniform", "normal", "log_normal"] = Field(
        "uniform",
        description="normal and log_normal are truncated at low and high",
        json_schema_extra={"unit": "", "source": ""},
    )
    low: float = number(0.0, "the least value", unit="of the key")
    high: float = number(1.0, "the greatest value", unit="of the key")
    centre: float | None = number(None, "median of a normal or log_normal distribution", unit="of the key")
    spread: float | None = number(
        None, "standard deviation (of the logarithm, if log_normal)", unit="of the key, or log", gt=0
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low = {self.low:g} is not below high = {self.high:g}: no width")
        if self.is_log and self.low <= 0:
            raise ValueError(f"low = {self.low:g}; {self.distribution} needs numbers above 0")
        has = (self.centre is not None, self.spread is not None)
        if has != (self.is_normal, self.is_normal):
            raise ValueError(f"{self.distribution}: centre and spread belong to normal and log_normal, both")
        if self.is_log and self.centre is not None and self.centre <= 0:
            raise ValueError(f"centre = {self.centre:g}; {self.distribution} needs numbers above 0")
        if self.is_normal and self._cut()[2] < LEAST_MASS:
            raise ValueError(
                f"almost none of the distribution lies between low = {self.low:g} and high = {self.high:g}"
            )
        return self

    @property
    def is_log(self) -> bool:
        """Whether it is a distribution of the logarithm."""
        return self.distribution.startswith("log")

    @property
    def is_normal(self) -> bool:
        """Whether it has centre and spread."""
        return self.distribution.endswith("normal")

    def at(self, u: float) -> float:
        """The quantile: the value below which the share u of it lies, 0 <= u <= 1."""
        if self.is_normal:
            normal, below, mass = self._cut()
            value = normal.inv_cdf(min(max(below + u * mass, 1e-12), 1 - 1e-12))
        else:
            low, high = self._scale(self.low), self._scale(self.high)
            value = low + u * (high - low)
        value = exp(value) if self.is_log else value
        return min(max(value, self.low), self.high)

    def whole_at(self, u: float) -> int:
        """`at` for a key that takes whole numbers: each of them, the ends too, has its full weight."""
        return round(min(max(self.widened.at(u), self.low), self.high))

    @property
    def widened(self) -> Self:
        """The prior widened by a half on either side: `whole_at` rounds its quantiles."""
        return self.model_copy(update={"low": self.low - 0.5, "high": self.high + 0.5})

    def share(self, value: float) -> float:
        """The share of it that lies below a value: the inverse of `at`; 0 or 1 outside the bounds."""
        value = self._scale(min(max(value, self.low), self.high))
        if self.is_normal:
            normal, below, mass = self._cut()
            return min(max((normal.cdf(value) - below) / mass, 0.0), 1.0)
        low, high = self._scale(self.low), self._scale(self.high)
        return (value - low) / (high - low)

    def _scale(self, value: float) -> float:
        return log(value) if self.is_log else value

    def _cut(self) -> tuple[NormalDist, float, float]:
        """The normal distribution on its scale, its mass below the bounds, and its mass between them."""
        assert self.centre is not None
        assert self.spread is not None
        normal = NormalDist(self._scale(self.centre), self.spread)
        below = normal.cdf(self._scale(self.low))
        return normal, below, normal.cdf(self._scale(self.high)) - below


def takes_whole_numbers(key: str, where: str) -> bool:
    """Whether a key takes whole numbers only. Raises InputError if nothing can be drawn for it."""
    from sim.scenario import Scenario

    place = find(Scenario, key)
    if place is None:
        raise InputError(f"{where}: {key}: no such key; {nearest(Scenario, key, Scenario())}")
    kind = bare(place.annotation)
    if kind not in (int, float):
        raise InputError(f"{where}: {key}: is not a number, so it cannot be drawn")
    if key in OF_THE_RUN:
        raise InputError(f"{where}: {key}: cannot be drawn; write {key}=... for all runs alike")
    return kind is int


def check_whole(key: str, prior: Prior, where: str) -> None:
    """Raise InputError for a prior of whole numbers whose bounds are not whole."""
    if prior.low != round(prior.low) or prior.high != round(prior.high):
        raise InputError(f"{where}: {key}: takes whole numbers; make low and high whole")
