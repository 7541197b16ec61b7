"""A pattern: a target from outside the model, what the model gives, and whether that lies inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.patterns.traces import Trace

RESAMPLES = 400
BAND = (2.5, 97.5)  # percentiles of every interval
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of the table. `inside` is None where nothing could be simulated."""

    name: str
    what: str
    target: str
    simulated: float
    low: float  # of the 95 % interval
    high: float
    sample: str
    inside: bool | None


def in_range(
    name: str,
    what: str,
    target: tuple[float, float],
    traces: Sequence[Trace],
    figure: Callable[[Sequence[Trace]], float],
    sample: str,
) -> Pattern:
    """A figure of all histories that should lie in a range; the interval is a bootstrap over histories.

    `name`: the pattern ("P4"); `what` and `sample`: words for the table; `figure`: its value for any
    histories, nan where they cannot say.
    """
    value = figure(traces)
    luck = np.random.default_rng(0)
    n = len(traces)
    again = [figure([traces[k] for k in luck.integers(n, size=n)]) for _ in range(RESAMPLES)]
    return make_range(name, what, target, value, again, sample)


def make_range(
    name: str, what: str, target: tuple[float, float], value: float, again: Sequence[float], sample: str
) -> Pattern:
    """A figure that should lie in a range, where its value and resampled values (`again`) are known.

    Resampled values that are nan or infinite are left out of the interval.
    """
    known = [each for each in again if np.isfinite(each)]
    low, high = np.percentile(known, BAND) if known else (NAN, NAN)
    inside = None if np.isnan(value) else bool(target[0] <= value <= target[1])
    return Pattern(name, what, range_text(*target), value, float(low), float(high), sample, inside)


def make_coverage(
    name: str, what: str, target: float | tuple[float, float], values: Sequence[float], sample: str
) -> Pattern:
    """An observed number, or range, which the predictive distribution should cover (the range in part).

    The value shown is the median; nan values are ignored.
    """
    first, last = target if isinstance(target, tuple) else (target, target)
    text = range_text(first, last) if isinstance(target, tuple) else f"{target:g}"
    known = [each for each in values if not np.isnan(each)]
    if not known:
        return Pattern(name, what, text, NAN, NAN, NAN, sample, None)
    low, high = np.percentile(known, BAND)
    inside = bool(low <= last and first <= high)
    return Pattern(name, what, text, float(np.median(known)), float(low), float(high), sample, inside)


def range_text(low: float, high: float) -> str:
    """A range in words: "0.37 to 0.5", "at most 2", "at least 1"."""
    if np.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if low == 0 else f"{low:g} to {high:g}"
