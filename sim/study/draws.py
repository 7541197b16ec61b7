"""Parameters that differ from run to run: drawn from priors, or a row of a sample, the same at every point.

A study with `uncertainty: posterior` so carries what is not known of the parameters beside luck, and one
with `uncertainty: local_truce` asks a population of truces. What is drawn depends on the seed of the design
and the number of the run alone. A file of configs/uncertainty/ holds priors, or a sample, or both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import exp, log
from pathlib import Path
from statistics import NormalDist
from typing import Any, Literal, Self

import numpy as np
import yaml
from pydantic import Field, model_validator

from sim.config.complaints import section_from
from sim.config.files import check_file
from sim.core.luck import name_key
from sim.errors import InputError, closest
from sim.schema import Section, number, text
from sim.schema_tree import bare, find, nearest

GROUP = "uncertainty"
TELLS: dict[str, Any] = {"unit": "", "source": ""}


class Prior(Section):
    """What is thought of a number before anything is fitted: a distribution between two bounds."""

    distribution: Literal["uniform", "log_uniform", "normal", "log_normal"] = Field(
        "uniform", description="normal and log_normal are cut at low and high", json_schema_extra=TELLS
    )
    low: float = number(0.0, "the least value", unit="of the key")
    high: float = number(1.0, "the greatest value", unit="of the key")
    centre: float | None = number(None, "median of a normal or log_normal one", unit="of the key")
    spread: float | None = number(
        None, "standard deviation (of the logarithm, if log_normal)", unit="of the key, or log", gt=0
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low = {self.low:g} is not below high = {self.high:g}: no width")
        if self.is_log and self.low <= 0:
            raise ValueError(f"low = {self.low:g}; {self.distribution} needs numbers above 0")
        if self.is_normal != (self.centre is not None and self.spread is not None):
            raise ValueError(f"{self.distribution}: centre and spread belong to normal and log_normal, both")
        return self

    @property
    def is_log(self) -> bool:
        """Whether it is stated for the logarithm."""
        return self.distribution.startswith("log")

    @property
    def is_normal(self) -> bool:
        """Whether it has centre and spread."""
        return self.distribution.endswith("normal")

    def at(self, u: float) -> float:
        """The value below which a share u of it lies, 0 <= u < 1."""
        low, high = (log(self.low), log(self.high)) if self.is_log else (self.low, self.high)
        if self.is_normal:
            assert self.centre is not None
            assert self.spread is not None
            normal = NormalDist(log(self.centre) if self.is_log else self.centre, self.spread)
            first, last = normal.cdf(low), normal.cdf(high)
            p = min(max(first + u * (last - first), 1e-12), 1 - 1e-12)
            value = normal.inv_cdf(p)
        else:
            value = low + u * (high - low)
        value = exp(value) if self.is_log else value
        return min(max(value, self.low), self.high)

    def place(self, value: float) -> float:
        """Where between the bounds a value lies, 0 to 1, in the logarithm if it is stated for that."""
        low, high = (log(self.low), log(self.high)) if self.is_log else (self.low, self.high)
        return ((log(value) if self.is_log else value) - low) / (high - low)


class Uncertainty(Section):
    """What a file of configs/uncertainty/ holds."""

    says: str = text("", "what it stands for, in a line")
    priors: dict[str, Prior] = Field(
        default_factory=dict, description="key -> prior, drawn independently", json_schema_extra=TELLS
    )
    keys: tuple[str, ...] = Field(
        default=(), strict=False, description="keys of the sample's columns", json_schema_extra=TELLS
    )
    sample: tuple[tuple[float, ...], ...] = Field(
        default=(), strict=False, description="rows of values", json_schema_extra=TELLS
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.keys) != bool(self.sample) or any(len(row) != len(self.keys) for row in self.sample):
            raise ValueError("keys and sample: each row of the sample takes a value for each of the keys")
        twice = set(self.keys) & set(self.priors)
        if twice:
            raise ValueError(f"{min(twice)} stands among priors and keys; it can be drawn in one way")
        return self

    def without(self, given: Collection[str]) -> Uncertainty | None:
        """The same without some keys; None if nothing is left."""
        columns = [k for k, key in enumerate(self.keys) if key not in given]
        left = Uncertainty(
            says=self.says,
            priors={key: prior for key, prior in self.priors.items() if key not in given},
            keys=tuple(self.keys[k] for k in columns),
            sample=tuple(tuple(row[k] for k in columns) for row in self.sample) if columns else (),
        )
        return left if left.keys or left.priors else None


class Draws:
    """The settings of each run that come from uncertainty: (seed, run) -> key -> value."""

    def __init__(self, parts: Mapping[str, Uncertainty], seed: int, whole: frozenset[str]) -> None:
        self.parts, self.seed, self._whole = dict(parts), seed, whole

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that are drawn."""
        return tuple(key for part in self.parts.values() for key in (*part.priors, *part.keys))

    def settings(self, run: int) -> dict[str, Any]:
        """Key -> value for a run: a row of each sample in turn, and a draw from each prior."""
        drawn: dict[str, Any] = {}
        for part in self.parts.values():
            if part.sample:
                row = part.sample[run % len(part.sample)]
                drawn |= zip(part.keys, row, strict=True)
            for key, prior in part.priors.items():  # each key has luck of its own
                drawn[key] = prior.at(np.random.default_rng([self.seed, name_key(key), run]).random())
        return {key: round(value) if key in self._whole else value for key, value in drawn.items()}

    def edges(self) -> list[dict[str, Any]]:
        """Settings that show whether every draw is a scenario: each key at its least and its greatest."""
        ends = []
        for side in (0.0, 1.0):
            row = {key: prior.at(side) for part in self.parts.values() for key, prior in part.priors.items()}
            for part in self.parts.values():
                pick = min if side == 0 else max
                row |= {key: pick(line[k] for line in part.sample) for k, key in enumerate(part.keys)}
            ends.append({key: round(value) if key in self._whole else value for key, value in row.items()})
        return ends

    @property
    def content(self) -> dict[str, Any]:
        """As plain values, for the plan."""
        return {name: part.model_dump(mode="json") for name, part in self.parts.items()}


def draws_of(content: Mapping[str, Any], seed: int, given: Collection[str] = ()) -> Draws | None:
    """The draws of name -> plain values; None if there are none. Keys that are `given` are not drawn.

    Raises InputError.
    """
    from sim.scenario import Scenario

    if not content:
        return None
    parts: dict[str, Uncertainty] = {}
    whole = set()
    for name, values in content.items():
        try:
            part = section_from(values, Uncertainty, name)
        except InputError as error:
            raise InputError(
                "\n".join(f"{GROUP} {name}: {line}" for line in str(error).splitlines())
            ) from None
        if not part.keys and not part.priors:
            raise InputError(f"{GROUP} {name}: says nothing; give priors, or keys with a sample")
        for key in (*part.priors, *part.keys):
            place = find(Scenario, key)
            if place is None:
                raise InputError(f"{GROUP} {name}: {key}: no such key; {nearest(Scenario, key, Scenario())}")
            kind = bare(place.annotation)
            if kind not in (int, float):
                raise InputError(f"{GROUP} {name}: {key}: takes no number, so it cannot be drawn")
            if any(key in (*other.priors, *other.keys) for other in parts.values()):
                raise InputError(f"{GROUP}: {key} is drawn by {name} and by another; leave one of them out")
            if kind is int:
                whole.add(key)
        if left := part.without(given):
            parts[name] = left
    if not parts:
        return None
    return Draws(parts, seed, frozenset(whole))


def read_uncertainty(names: Sequence[str], folders: Sequence[Path]) -> dict[str, Any]:
    """Name -> plain values of the files configs/uncertainty/NAME.yaml. Raises InputError."""
    found = {}
    for name in names:
        files = [folder / GROUP / f"{name}.yaml" for folder in folders]
        there = [file for file in files if file.is_file()]
        if not there:
            known = sorted({file.stem for folder in folders for file in (folder / GROUP).glob("*.yaml")})
            raise InputError(f"{GROUP}={name[:60]}: there is no such file; {closest(name, known)}")
        check_file(there[-1])
        values = yaml.safe_load(there[-1].read_text(encoding="utf-8"))
        found[name] = values if isinstance(values, dict) else {}
    return found
