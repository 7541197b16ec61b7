"""Measures of sensitivity from an outcome by point, by SALib; 95 % intervals by bootstrap over blocks."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.study.sensitivity.sample import LEVELS, problem_of

RESAMPLES = 200
SEED = 1  # of the bootstrap; SALib takes 0 for none

Values = NDArray[np.float64]


def morris(x: Values, y: Values) -> dict[str, Values]:
    """Morris' measures of each factor (float64[factors]), in the unit of the outcome.

    `x` (float64[points, factors]) need only be in the order of the factors' values; `y` is float64[points].
    An elementary effect is the change that a step makes, divided by the step, 2/3 of the range: that of the
    whole range, if it were a line. mu: their mean; mu_star: the mean of their absolute values; sigma: their
    standard deviation (Morris 1991; Campolongo et al. 2007).
    """
    from SALib.analyze.morris import analyze

    found = analyze(problem_of(x.shape[1]), x, y, num_resamples=RESAMPLES, num_levels=LEVELS, seed=SEED)
    star, half = _values(found["mu_star"]), _values(found["mu_star_conf"])
    return {
        "mu": _values(found["mu"]),
        "mu_star": star,
        "mu_star_low": np.maximum(0.0, star - half),
        "mu_star_high": star + half,
        "sigma": _values(found["sigma"]),
    }


def sobol(y: Values, n_factors: int) -> dict[str, Values]:
    """Sobol' indices of each factor (float64[factors]): nan where the outcome (float64[points]) is constant.

    s1: the share of the variance that the factor makes alone; st: with all its interactions (Saltelli et al.
    2010). They are estimates, and may come out a little below 0 or above 1.
    """
    from SALib.analyze.sobol import analyze

    if np.ptp(y) == 0:
        nothing = np.full(n_factors, np.nan)
        return {f"{name}{end}": nothing for name in ("s1", "st") for end in ("", "_low", "_high")}
    with warnings.catch_warnings():  # a resample that is constant has an index of 0
        warnings.simplefilter("ignore")
        found = analyze(problem_of(n_factors), y, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED)
    told: dict[str, Values] = {}
    for name in ("S1", "ST"):
        middle, half = _values(found[name]), _values(found[f"{name}_conf"])
        low = middle - half if name == "S1" else np.maximum(0.0, middle - half)
        told |= {name.lower(): middle, f"{name.lower()}_low": low, f"{name.lower()}_high": middle + half}
    return told


def _values(found: Any) -> Values:
    return np.asarray(found, np.float64)
