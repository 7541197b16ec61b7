"""What simple processes give for the targets, and which of them they were fitted to.

The survival curves use the midpoints of P1's ranges, the event processes the rate and deaths of P8, and the
Hawkes process also the midpoints of P3's ranges (docs/patterns.md has the sources).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.patterns.baselines.events import weeks_of
from sim.patterns.pattern import BAND, range_text
from sim.patterns.targets import BRANCHING, BROKEN_BY, DEATHS, EMPTY, EVENTS, MEMORY_DAYS, SHAPE, WEEKS
from sim.stats.hawkes import Fit
from sim.stats.survival import Weibull, nearest
from sim.text_table import Table

DRAWS = 10_000

HEADS = ("pattern", "what", "target", "process", "gives", "95 % of draws", "fitted to it", "inside")


@dataclass(frozen=True, slots=True)
class Given:
    """What one process gives for one target; `low` and `high` are nan where it gives a single number."""

    pattern: str
    what: str
    target: str
    process: str
    value: float
    is_fitted: bool
    inside: bool
    low: float = float("nan")
    high: float = float("nan")


def list_processes() -> Iterator[Given]:
    """What each process gives for the targets that it covers, in the order of the patterns."""
    middles = [(day, (low + high) / 2) for day, (low, high) in BROKEN_BY.items()]
    constant, weibull = nearest(middles, is_constant=True), nearest(middles, is_constant=False)
    for process, name in ((constant, "constant hazard"), (weibull, "Weibull")):
        yield from _survival(process, name)
    rate = EVENTS / (7 * WEEKS)
    branching, memory = _middle(BRANCHING), _middle(MEMORY_DAYS)
    poisson, hawkes = Fit(rate, 0.0, 1.0), Fit(rate * (1 - branching), branching, memory)
    yield _make_range("P3", "branching ratio", BRANCHING, "Poisson", 0.0, False)
    yield _make_range("P3", "branching ratio", BRANCHING, "Hawkes", branching, True)
    yield _make_range("P3", "memory, days", MEMORY_DAYS, "Hawkes", memory, True)
    for event_process, name in ((poisson, "Poisson"), (hawkes, "Hawkes")):
        yield from _weeks(event_process, name)


def _survival(process: Weibull, name: str) -> Iterator[Given]:
    for day, target in BROKEN_BY.items():
        share = float(process.broken_by(day))
        yield _make_range("P1", f"truces broken by day {day}", target, name, share, True)
    yield _make_range("P2", "Weibull shape", SHAPE, name, process.shape, False)


def _weeks(process: Fit, name: str) -> Iterator[Given]:
    drawn = weeks_of(process, DEATHS / EVENTS, WEEKS, DRAWS)
    for what, target, values, is_fitted in (
        ("fatal events in 13 weeks", EVENTS, drawn.events, True),
        ("deaths in 13 weeks", DEATHS, drawn.deaths, True),
        ("weeks without a fatal event, of 13", EMPTY, drawn.empty, False),
    ):
        low, high = (float(each) for each in np.percentile(values, BAND))
        inside, mean = low <= target <= high, float(values.mean())
        yield Given("P8", what, f"{target}", name, mean, is_fitted, inside, low, high)


def _make_range(
    pattern: str, what: str, target: tuple[float, float], process: str, value: float, is_fitted: bool
) -> Given:
    inside = target[0] <= value <= target[1]
    return Given(pattern, what, range_text(*target), process, value, is_fitted, inside)


def _middle(target: tuple[float, float]) -> float:
    return (target[0] + target[1]) / 2


def targets_table(found: Sequence[Given]) -> Table:
    """One row per target and process, as text."""
    rows = [
        (
            each.pattern,
            each.what,
            each.target,
            each.process,
            f"{each.value:.3g}",
            "" if np.isnan(each.low) else f"{each.low:g} to {each.high:g}",
            "yes" if each.is_fitted else "no",
            "yes" if each.inside else "NO",
        )
        for each in found
    ]
    return Table("Simple processes beside the targets", HEADS, rows)
