"""From sweeps to points: grid, paired lists, Latin hypercube, Sobol' points. A point is a row of codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.config.sweeps import Sweep, canonical
from sim.errors import InputError
from sim.study.settings import Study

MAX_POINTS = 10_000_000
ASK_ABOVE = 10_000  # more points than this are taken with --yes alone

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Factor:
    """What is varied: a key of the scenario or a config group, and every value that it takes."""

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


def design(sweeps: Sequence[Sweep], study: Study, *, yes: bool = False) -> Points:
    """The points that these sweeps and the study's design make.

    Raises InputError for lists of unequal length, an interval without a sampler, or too many points
    (over 10,000 unless `yes`).
    """
    if not sweeps:
        if study.design != "grid":
            raise InputError(f"design={study.design}: nothing is varied; give a sweep, e.g. key=0.1,0.2")
        return Points((), np.zeros((1, 0), np.int32))
    is_sampled = study.design in ("latin_hypercube", "sobol")
    for sweep in sweeps:
        if sweep.interval is not None and not is_sampled:
            raise InputError(
                f"{sweep.key}: an interval is drawn from; add design=latin_hypercube points=N, or give a "
                "range"
            )
    if is_sampled:
        assert study.points is not None
        _check_number(study.points, yes)
        return _sampled(sweeps, study)
    lengths = [len(sweep.values) for sweep in sweeps]
    if study.design == "zip":
        if len(set(lengths)) > 1:
            told = ", ".join(f"{sweep.key} {n}" for sweep, n in zip(sweeps, lengths, strict=True))
            raise InputError(f"design=zip takes lists of one length; here {told}")
        _check_number(lengths[0], yes)
        codes = np.repeat(np.arange(lengths[0], dtype=np.int32)[:, None], len(sweeps), axis=1)
    else:
        _check_number(prod(lengths), yes)
        # the last factor moves fastest, as in Hydra
        codes = np.indices(lengths, dtype=np.int32).reshape(len(sweeps), -1).T
    return Points(tuple(_factor(sweep) for sweep in sweeps), np.ascontiguousarray(codes))


def _factor(sweep: Sweep) -> Factor:
    return Factor(sweep.key, sweep.values, sweep.is_group, sweep.adds)


def _check_number(n: int, yes: bool) -> None:
    if n > MAX_POINTS:
        raise InputError(f"{n:,} points are more than {MAX_POINTS:,}; take fewer values, or sample them")
    if n > ASK_ABOVE and not yes:
        raise InputError(f"{n:,} points are more than {ASK_ABOVE:,}; add --yes if that is meant")


def _sampled(sweeps: Sequence[Sweep], study: Study) -> Points:
    """Points drawn evenly over intervals; listed values are drawn evenly too, each as often as it may be."""
    from scipy.stats import qmc

    assert study.points is not None
    rng = np.random.default_rng(study.design_seed)
    if study.design == "sobol":
        unit = qmc.Sobol(len(sweeps), scramble=True, rng=rng).random(study.points)
    else:
        unit = qmc.LatinHypercube(len(sweeps), rng=rng).random(study.points)
    factors, columns = [], []
    for sweep, u in zip(sweeps, unit.T, strict=True):
        if sweep.interval is None:
            factors.append(_factor(sweep))
            columns.append(np.minimum((u * len(sweep.values)).astype(np.int32), len(sweep.values) - 1))
        else:
            values, codes = np.unique(_stretched(u, sweep), return_inverse=True)
            factors.append(Factor(sweep.key, tuple(values.tolist()), adds=sweep.adds))
            columns.append(codes.astype(np.int32))
    return Points(tuple(factors), np.ascontiguousarray(np.stack(columns, axis=1)))


def points_of(keys: Sequence[str], values: NDArray[np.float64]) -> Points:
    """Points given by their values, float64[points, keys]."""
    factors, columns = [], []
    for key, column in zip(keys, values.T, strict=True):
        found, codes = np.unique(column, return_inverse=True)
        factors.append(Factor(key, tuple(found.tolist())))
        columns.append(codes.astype(np.int32))
    return Points(tuple(factors), np.ascontiguousarray(np.stack(columns, axis=1)))


def _stretched(u: NDArray[np.float64], sweep: Sweep) -> NDArray[Any]:
    """Numbers of the unit interval, stretched over the sweep's interval."""
    assert sweep.interval is not None
    low, high = sweep.interval
    if sweep.is_whole:
        first, last = int(np.ceil(low)), int(np.floor(high))
        if last < first:
            raise InputError(f"{sweep.key}: no whole number lies in the interval {low:g} to {high:g}")
        if sweep.is_log:
            return np.clip(np.round(np.exp(_between(u, np.log(low), np.log(high)))), first, last).astype(
                np.int64
            )
        return first + np.minimum((u * (last - first + 1)).astype(np.int64), last - first)
    if sweep.is_log:
        return np.clip(np.exp(_between(u, np.log(low), np.log(high))), low, high)
    return _between(u, low, high)


def _between(u: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return low + u * (high - low)
