"""The plan of a study: everything that decides its tables, made first and never changed.

The engine, the number of workers and the shards are not part of it: they may change from one call to the
next, and the tables stay the same to the last bit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.config.complaints import scenario_from, section_from
from sim.config.sweeps import canonical
from sim.config.values import settle, with_settings
from sim.scenario import Scenario
from sim.study.design import Codes, Factor, Points
from sim.study.draws import Draws, draws_of
from sim.study.settings import Study
from sim.version import __version__

FORMAT = 1  # of the store; raise it when older stores can no longer be read
SECONDS_A_DAY = 3.3e-4  # a day of a run, whatever its city; measured, two shared cores of an AMD EPYC
SECONDS_A_RESIDENT_DAY = 1.0e-8  # likewise
SECONDS_A_CHUNK = 2.0  # roughly: long compared with the overhead of a chunk, short enough to lose
MOST_RUNS_A_CHUNK = 50


@dataclass(frozen=True)
class Combination:
    """One choice of configs: the options of swept groups, and the plain values that they compose to."""

    choices: dict[str, str]
    values: dict[str, Any]  # references still in place


@dataclass(frozen=True, eq=False)
class Plan:
    """A study as it will be done."""

    study: Study
    fixed: tuple[str, ...]
    points: Points
    combinations: tuple[Combination, ...]
    of_point: NDArray[np.int32]  # combination of each point
    chunk: int  # runs done together and committed together
    draws: Draws | None = None  # what differs from run to run, the same at every point
    version: str = __version__

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.points)

    @property
    def most_runs(self) -> int:
        """Maximum number of runs of all points together."""
        return self.n_points * self.study.most_runs

    def settings(self, point: int) -> dict[str, Any]:
        """What a point sets over its combination: key -> value, groups left out."""
        groups = {factor.key for factor in self.points.factors if factor.is_group}
        return {key: value for key, value in self.points.settings(point).items() if key not in groups}

    def run_settings(self, point: int, run: int) -> dict[str, Any]:
        """What a run sets over its combination: the settings of its point and those drawn for it."""
        drawn = self.draws.settings(run // self.study.runs_per_draw) if self.draws is not None else {}
        return {**drawn, **self.settings(point)}

    def scenario(self, point: int, drawn: Mapping[str, Any] | None = None) -> Scenario:
        """The validated scenario of a point, of the run that draws these settings. Raises InputError."""
        values = self.combinations[self.of_point[point]].values
        return scenario_from(
            settle(with_settings(values, {**(drawn or {}), **self.settings(point)}), Scenario)
        )

    def tables(self) -> list[str]:
        """Files of the user's own tables, of all points."""
        found: dict[str, None] = {}
        for key in ("residents", "ties"):
            cities = (each.values.get("city") for each in self.combinations)
            named = [city.get(key) for city in cities if isinstance(city, dict)]
            varied = [each.values for each in self.points.factors if each.key == f"city.{key}"]
            named += [value for values in varied for value in values]
            found |= dict.fromkeys(name for name in named if isinstance(name, str) and "${" not in name)
        return list(found)

    def with_tables(self, moved: Mapping[str, str]) -> Plan:
        """The same plan with the user's tables at other places (`moved`: file as it is named -> file)."""
        combinations = tuple(replace(each, values=_move(each.values, moved)) for each in self.combinations)
        factors = tuple(
            replace(each, values=tuple(moved.get(value, value) for value in each.values))
            if each.key in ("city.residents", "city.ties")
            else each
            for each in self.points.factors
        )
        return replace(self, combinations=combinations, points=Points(factors, self.points.codes))

    @cached_property
    def content(self) -> dict[str, Any]:
        """The plan as plain values, the codes of its points apart."""
        return {
            "hudna": self.version,
            "format": FORMAT,
            "study": _flatten(self.study),
            "fixed": list(self.fixed),
            "n_points": self.n_points,
            "chunk": self.chunk,
            "factors": [
                {"key": each.key, "group": each.is_group, "adds": each.adds, "values": list(each.values)}
                for each in self.points.factors
            ],
            "combinations": [{"choices": each.choices, "values": each.values} for each in self.combinations],
            **({} if self.draws is None else {"draws": self.draws.content}),
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole plan: two stores with one digest belong together."""
        sha = hashlib.sha256(canonical(self.content).encode())
        sha.update(self.points.codes.tobytes())
        return sha.hexdigest()

    @classmethod
    def of(cls, content: Mapping[str, Any], codes: Codes) -> Plan:
        """The plan that was written as `content` and `codes`. Raises InputError or KeyError for no plan."""
        factors = tuple(
            Factor(each["key"], tuple(each["values"]), each["group"], each["adds"])
            for each in content["factors"]
        )
        points = Points(factors, codes)
        combinations = tuple(Combination(each["choices"], each["values"]) for each in content["combinations"])
        study = section_from(content["study"], Study, "the plan")
        return cls(
            study,
            tuple(content["fixed"]),
            points,
            combinations,
            combination_of(points)[0],
            content["chunk"],
            draws_of(content.get("draws", {}), study.design_seed),
            content["hudna"],
        )


# added later: at their defaults they leave older plans as they were
_LATER = ("precision_of", "runs_per_draw")


def _flatten(study: Study) -> dict[str, Any]:
    """The settings of a study as plain values, for its plan."""
    usual = Study()
    left_out = {name for name in _LATER if getattr(study, name) == getattr(usual, name)}
    return study.model_dump(mode="json", exclude={"engine", *left_out})


def _move(values: dict[str, Any], moved: Mapping[str, str]) -> dict[str, Any]:
    for key in ("residents", "ties"):
        city = values.get("city")
        name = city.get(key) if isinstance(city, dict) else None
        if isinstance(name, str) and name in moved:
            values = with_settings(values, {f"city.{key}": moved[name]})
    return values


def run_seed(first: int, point: int, run: int, luck: str) -> int:
    """The seed of a run; `first` is that of the point's scenario, or of its city.

    Under common `luck` it counts up from there by runs, else it is mixed of all three (62 bits).
    """
    if luck == "common":
        return first + run
    mixed = np.random.SeedSequence([first, point, run]).generate_state(1, np.uint64)[0]
    return int(mixed) >> 2


@lru_cache(maxsize=64)
def combination_text(plan: Plan, number: int) -> str:
    """The values of a combination as JSON, made once."""
    return json.dumps(plan.combinations[number].values)


def combination_of(points: Points) -> tuple[NDArray[np.int32], list[dict[str, str]]]:
    """The combination of group options of each point (int32[points]), and the options of each combination.

    Combinations are sorted by the codes of their options.
    """
    groups = [k for k, factor in enumerate(points.factors) if factor.is_group]
    if not groups:
        return np.zeros(len(points), np.int32), [{}]
    rows, of_point = np.unique(points.codes[:, groups], axis=0, return_inverse=True)
    choices = [
        {points.factors[k].key: points.factors[k].values[code] for k, code in zip(groups, row, strict=True)}
        for row in rows
    ]
    return of_point.reshape(-1).astype(np.int32), choices


def estimated_seconds(scenario: Scenario) -> float:
    """Roughly how long one run takes on one core of the machine that was measured."""
    return scenario.days * (SECONDS_A_DAY + SECONDS_A_RESIDENT_DAY * scenario.city.n_residents)


def runs_a_chunk(scenario: Scenario, study: Study, n_points: int) -> int:
    """How many runs are done and committed together: about two seconds' worth, some for every worker."""
    about = round(SECONDS_A_CHUNK / max(1e-3, estimated_seconds(scenario)))
    share = n_points * study.runs // 8
    bounds = [MOST_RUNS_A_CHUNK, max(1, share), *([study.batch] if study.precision is not None else [])]
    return max(1, min(about, *bounds))


def to_check(points: Points, most: int) -> Iterator[int]:
    """Points to validate before the start: all, or if there are many, one for every value of every factor.

    Of values drawn from an interval, the least and the greatest are enough.
    """
    if len(points) <= most:
        yield from range(len(points))
        return
    found: set[int] = set()
    for k, factor in enumerate(points.factors):
        codes, first = np.unique(points.codes[:, k], return_index=True)
        if len(factor.values) > most:
            first = first[[0, -1]]
        found.update(int(point) for point in first)
        assert len(codes)
    yield from sorted(found)


def plan_text(plan: Plan) -> str:
    """The content of plan.json: the plan as plain values, and its digest."""
    return (
        json.dumps({**plan.content, "digest": plan.digest}, indent=1, ensure_ascii=False, allow_nan=False)
        + "\n"
    )
