"""The one form in which factions, army and elders decide: a log-linear hazard.

    rate a day = base * (candidates / reference)^opportunity * exp(sum of weight * covariate)

The number on a day is Poisson. Weights are named after the covariates; the shipped defaults use at most
35 that are not zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydantic import Field, create_model

from sim.actors.covariates import CITY_COVARIATES, FACTION_COVARIATES, INDEX, Covariate
from sim.schema import Section, number

REFERENCE_RESIDENTS = 65_000  # the size that the shipped references are counts in: al-Rastan [15]


def _fields(covariates: Sequence[Covariate]) -> dict[str, Any]:
    return {
        name: (float, number(0.0, f"weight of {name}: {definition}", unit="log", ge=-50, le=50))
        for name, definition in covariates
    }


_CityFields = create_model("_CityFields", __base__=Section, **_fields(CITY_COVARIATES))


class Weights(_CityFields):
    """Weights of the city's covariates in a hazard's logarithm, one field a covariate."""

    @cached_property
    def terms(self) -> tuple[tuple[int, float], ...]:
        """Index and weight of the covariates whose weight is not zero."""
        named = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple((INDEX[name], weight) for name, weight in named if weight != 0)

    def exponent(self, covariates: Sequence[float]) -> float:
        """Sum of weight times covariate: the logarithm of the factor on a rate.

        `covariates`: all of them, in the order of `NAMES` (sim/actors/covariates.py), each in [0, 1] but for
        restraint.
        """
        total = 0.0
        for index, weight in self.terms:
            total += weight * covariates[index]
        return total


FactionWeights = create_model(
    "FactionWeights",
    __base__=Weights,
    __doc__="Weights of the city's covariates and of the faction's own.",
    **_fields(FACTION_COVARIATES),
)


def weights(**named: float) -> Any:
    """A field of weights of the city's covariates, zero unless named."""
    return _weights_field(Weights, named)


def faction_weights(**named: float) -> Any:
    """A field of weights of the city's covariates and the faction's own, zero unless named."""
    return _weights_field(FactionWeights, named)


def _weights_field(model: type[Weights], named: dict[str, float]) -> Any:
    return Field(
        default_factory=lambda: model(**named),
        description="weights of the covariates in the logarithm of the rate",
    )


class Hazard(Section):
    """A log-linear hazard without candidates: an order, a rumour.

    `rate` serves orders; what arises by itself is drawn together, by the same formula (core/hazards.py).
    """

    base: float = number(0.0, "rate where all covariates are 0", unit="1/day", ge=0, le=1000)
    weights: Weights = weights()

    def rate(self, covariates: Sequence[float]) -> float:
        """Rate a day: base * exp(`Weights.exponent`), the exponent cut at 50."""
        if self.base == 0:
            return 0.0
        exponent = self.weights.exponent(covariates)
        return self.base * math.exp(exponent if exponent < 50.0 else 50.0)


class OpportunityHazard(Hazard):
    """A log-linear hazard that also rises with the number of those who could be struck."""

    reference: float = number(
        1.0,
        "number of candidates that base is stated for, in a city of reference_residents",
        unit="candidates",
        gt=0,
        le=1e9,
    )
    opportunity: float = number(
        1.0, "exponent of candidates / reference: 1 proportional, 0 not at all", unit="1", ge=0, le=3
    )

    def chances(self, candidates: float, size: float) -> float:
        """Factor on the rate for this many candidates: (candidates / (reference * size)) ^ opportunity.

        `size` scales the reference to the city at hand: 1 for one like al-Rastan. 0 without candidates.
        """
        if candidates <= 0:
            return 0.0
        share = candidates / (self.reference * size)
        return share if self.opportunity == 1.0 else float(share**self.opportunity)
