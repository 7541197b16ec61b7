"""From sweeps to points: grid, paired lists, samples, and the blocks of Morris' and Saltelli's designs.

A point is a row of codes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.config.sweeps import Sweep, canonical, check_distinct
from sim.errors import InputError
from sim.study.places import n_values, scale_unit
from sim.study.sensitivity.sample import block_size, unit_sample
from sim.study.settings import Study

MAX_POINTS = 10_000_000
ASK_ABOVE = 10_000  # more points than this need --yes

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Factor:
    """A key of the scenario, or a config group, that is varied, and every value that it takes."""

    key: str
    values: tuple[Any, ...]
    is_group: bool = False
    adds: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """The points of a study in their order. `codes` (int32[points, factors]) index the factors' values."""

    factors: tuple[Factor, ...]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

    def settings(self, point: int) -> dict[str, Any]:
        """Key -> value at a point, groups included."""
        row = self.codes[point]
        return {factor.key: factor.values[code] for factor, code in zip(self.factors, row, strict=True)}

    def label(self, point: int) -> str:
        """A point in words: "scenario=small_town, events.kidnapping.base=0.02"."""
        return ", ".join(f"{key}={_plain(value)}" for key, value in self.settings(point).items()) or "all"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)


def design(
    sweeps: Sequence[Sweep], study: Study, *, yes: bool = False, seeds: tuple[int, int] = (0, 0)
) -> Points:
    """The points that these sweeps and the study's design give.

    `seeds`: seed and city seed of the scenario, from which those of a sensitivity design count up.
    Raises InputError for lists of unequal length, a value given twice (except in zip, where a point may not
    be), an interval without a sampler, or too many points (over 10,000 unless `yes`).
    """
    if not sweeps:
        if study.design != "grid":
            raise InputError(f"design={study.design}: nothing is varied; give a sweep, e.g. key=0.1,0.2")
        return Points((), np.zeros((1, 0), np.int32))
    if study.design == "zip":
        return _zip(sweeps, yes)
    for sweep in sweeps:
        check_distinct(sweep)
    if study.is_sensitivity:
        return _in_blocks(sweeps, study, yes, seeds)
    if study.is_sampled:
        assert study.points is not None
        _check_number(study.points, yes)
        return _sample(sweeps, study)
    _refuse_intervals(sweeps)
    lengths = [len(sweep.values) for sweep in sweeps]
    _check_number(prod(lengths), yes)
    # the last factor moves fastest, as in Hydra
    codes = np.indices(lengths, dtype=np.int32).reshape(len(sweeps), -1).T
    return Points(tuple(_factor(sweep) for sweep in sweeps), np.ascontiguousarray(codes))


def _refuse_intervals(sweeps: Sequence[Sweep]) -> None:
    for sweep in sweeps:
        if sweep.interval is not None:
            raise InputError(
                f"{sweep.key}: an interval needs a sampler; add design=latin_hypercube points=N, or give a "
                "range"
            )


def _zip(sweeps: Sequence[Sweep], yes: bool) -> Points:
    """The first values together, then the second ones. A value may be repeated, a point may not."""
    _refuse_intervals(sweeps)
    lengths = [len(sweep.values) for sweep in sweeps]
    if len(set(lengths)) > 1:
        told = ", ".join(f"{sweep.key} {n}" for sweep, n in zip(sweeps, lengths, strict=True))
        raise InputError(f"design=zip takes lists of one length; here {told}")
    _check_number(lengths[0], yes)
    factors, columns = [], []
    for sweep in sweeps:
        spelled = [canonical(value) for value in sweep.values]
        values = dict(zip(spelled, sweep.values, strict=True))
        number = {text: code for code, text in enumerate(values)}
        columns.append([number[text] for text in spelled])
        factors.append(Factor(sweep.key, tuple(values.values()), sweep.is_group, sweep.adds))
    points = Points(tuple(factors), np.ascontiguousarray(np.array(columns, np.int32).T))
    first: dict[bytes, int] = {}
    for point, row in enumerate(points.codes):
        if (before := first.setdefault(row.tobytes(), point)) != point:
            raise InputError(f"design=zip: points {before} and {point} are the same; {points.label(point)}")
    return points


def _factor(sweep: Sweep) -> Factor:
    return Factor(sweep.key, sweep.values, sweep.is_group, sweep.adds)


def _check_number(n: int, yes: bool) -> None:
    if n > MAX_POINTS:
        raise InputError(f"{n:,} points are more than {MAX_POINTS:,}; take fewer values, or sample them")
    if n > ASK_ABOVE and not yes:
        raise InputError(f"{n:,} points are more than {ASK_ABOVE:,}; add --yes if that is meant")


def _sample(sweeps: Sequence[Sweep], study: Study) -> Points:
    """Points drawn evenly over intervals; listed values are drawn evenly too, each about equally often."""
    from scipy.stats import qmc

    assert study.points is not None
    rng = np.random.default_rng(study.design_seed)
    if study.design == "sobol":
        unit = qmc.Sobol(len(sweeps), scramble=True, rng=rng).random(study.points)
    else:
        unit = qmc.LatinHypercube(len(sweeps), rng=rng).random(study.points)
    factors, columns = _place(sweeps, unit)
    return Points(tuple(factors), np.ascontiguousarray(np.stack(columns, axis=1)))


def _in_blocks(sweeps: Sequence[Sweep], study: Study, yes: bool, seeds: tuple[int, int]) -> Points:
    """The blocks of a sensitivity design; the last factors are the seeds, which change as one."""
    assert study.samples is not None
    keys = ("seed", "city.seed") if study.cities == "redrawn" else ("seed",)
    for sweep in sweeps:
        if sweep.key in keys:
            raise InputError(f"{sweep.key}: design={study.design} varies it by itself; leave it out")
        if n_values(sweep) < 2:
            raise InputError(f"{sweep.key}: takes one value only; give interval(low,high), or two values")
    if len(sweeps) < 2:
        raise InputError(
            f"design={study.design}: compares factors; vary two or more, e.g. with interval(low,high)"
        )
    _check_number(study.samples * block_size(study.design, len(sweeps)), yes)
    unit, luck = unit_sample(study.design, len(sweeps), study.samples, study.design_seed)
    factors, columns = _place(sweeps, unit)
    for key, start in zip(keys, seeds, strict=False):
        values = tuple(start + study.runs * k for k in range(int(luck.max()) + 1))
        factors.append(Factor(key, values))
        columns.append(luck.astype(np.int32))
    return Points(tuple(factors), np.ascontiguousarray(np.stack(columns, axis=1)))


def _place(sweeps: Sequence[Sweep], unit: NDArray[np.float64]) -> tuple[list[Factor], list[Codes]]:
    """Factors and codes of points in the unit cube: intervals are stretched, lists divide it evenly."""
    factors, columns = [], []
    for sweep, u in zip(sweeps, unit.T, strict=True):
        if sweep.interval is None:
            factors.append(_factor(sweep))
            columns.append(np.minimum((u * len(sweep.values)).astype(np.int32), len(sweep.values) - 1))
        else:
            values, codes = np.unique(scale_unit(u, sweep), return_inverse=True)
            factors.append(Factor(sweep.key, tuple(values.tolist()), adds=sweep.adds))
            columns.append(codes.astype(np.int32))
    return factors, columns


def points_of(keys: Sequence[str], values: NDArray[np.float64], whole: Collection[str] = ()) -> Points:
    """Points given by their values, float64[points, keys]; those of keys in `whole` become whole numbers."""
    factors, columns = [], []
    for key, column in zip(keys, values.T, strict=True):
        found, codes = np.unique(column, return_inverse=True)
        factors.append(Factor(key, tuple(map(int, found) if key in whole else found.tolist())))
        columns.append(codes.astype(np.int32))
    return Points(tuple(factors), np.ascontiguousarray(np.stack(columns, axis=1)))
