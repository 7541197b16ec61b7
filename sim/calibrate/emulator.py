"""Emulators: Gaussian processes that predict, at any point of the unit cube, what histories would show.

They are scikit-learn's, one for each summary, with a length scale for each parameter and their own noise.
Their hyperparameters are found once for the pooled points of all waves.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibrate.summaries import TOGETHER
from sim.errors import InputError

MOST_AT_ONCE = 20_000
FEWEST = 12  # minimum number of points for an emulator
LEAST_EIGENVALUE = 0.02  # smallest eigenvalue of a correlation matrix to be inverted

Floats = NDArray[np.float64]


class Emulator:
    """Mean and error of one summary over the unit cube.

    `unit`: float64[points, dimensions]; `values`: float64[points], nan where there is none; `hyper`: a kernel
    that was fitted already, which is kept. Raises ValueError for fewer than FEWEST values.
    """

    def __init__(self, unit: Floats, values: Floats, hyper: Any = None) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

        known = np.isfinite(values)
        if known.sum() < FEWEST:
            raise ValueError(f"only {int(known.sum())} points have a value; at least {FEWEST} are needed")
        self.centre, self.scale = float(np.mean(values[known])), float(np.std(values[known])) or 1.0
        dimensions = unit.shape[1]
        shortest = least_length(dimensions)
        kernel = hyper or (
            ConstantKernel(1.0, (0.05, 50.0)) * RBF(np.full(dimensions, 2.0 * shortest), (shortest, 100.0))
            + WhiteKernel(0.5, (1e-3, 2.0))
        )
        optimizer = None if hyper is not None else "fmin_l_bfgs_b"
        process = GaussianProcessRegressor(kernel, optimizer=optimizer, alpha=1e-8)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            process.fit(unit[known], (values[known] - self.centre) / self.scale)
        self.hyper = process.kernel_
        self._process = process
        self._noise = float(self.hyper.k2.noise_level)

    @property
    def noise(self) -> float:
        """Standard deviation of a simulated summary about its mean."""
        return self.scale * float(self._noise**0.5)

    def at(self, unit: Floats) -> tuple[Floats, Floats]:
        """Mean of the summary at points (float64[points, dimensions]) and the standard error of it.

        float64[points] each; the error excludes the noise of single points.
        """
        means, errors = [], []
        for first in range(0, len(unit), MOST_AT_ONCE):
            mean, sd = self._process.predict(unit[first : first + MOST_AT_ONCE], return_std=True)
            means.append(mean)
            errors.append(np.sqrt(np.maximum(sd**2 - self._noise, 1e-8)))
        return self.centre + self.scale * np.concatenate(means), self.scale * np.concatenate(errors)


def least_length(dimensions: int) -> float:
    """Shortest length scale in widths of the prior: as far as two typical points of the unit cube lie apart.

    Shorter ones follow the noise of the points that were run (docs/calibration.md).
    """
    return float((2 * dimensions) ** 0.5 / 3)


class Emulators:
    """The emulators of several summaries, by name, and how summaries of one history correlate."""

    def __init__(self, made: dict[str, Emulator], correlation: Mapping[str, float]) -> None:
        self.made, self._correlation = made, correlation

    def __getitem__(self, name: str) -> Emulator:
        return self.made[name]

    def correlation(self, names: Sequence[str]) -> Floats:
        """Correlation of patterns over histories of one point, pooled over points; float64[names, names].

        0 for patterns that are not seen in one sample. The matrix is invertible.
        """
        found = np.eye(len(names))
        for pair, (one, other) in TOGETHER.items():
            if one in names and other in names:
                i, j = names.index(one), names.index(other)
                found[i, j] = found[j, i] = self._correlation.get(pair, 0.0)
        return _definite(found)


def _definite(matrix: Floats) -> Floats:
    """The matrix if it is invertible, otherwise one near it (its entries are means over different points)."""
    values, vectors = np.linalg.eigh(matrix)
    if values.size == 0 or values[0] >= LEAST_EIGENVALUE:
        return matrix
    near = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    sd = np.sqrt(np.diag(near))
    return np.asarray(near / np.outer(sd, sd), np.float64)


def emulators(
    unit: Floats, table: pd.DataFrame, names: list[str], hyper: dict[str, Any] | None = None
) -> Emulators:
    """An emulator for each named column of the table of summaries, whose rows are the points `unit`.

    `unit`: float64[points, dimensions]; `hyper`: kernels by name that were fitted already. Raises InputError
    for a column with too few values.
    """
    made = {}
    for name in names:
        try:
            made[name] = Emulator(unit, table[name].to_numpy(float), (hyper or {}).get(name))
        except ValueError as error:
            raise InputError(f"{name}: {error}; take other priors, or more points") from None
    together = table[[pair for pair in TOGETHER if pair in table]].mean().dropna()
    return Emulators(made, {str(pair): float(value) for pair, value in together.items()})
