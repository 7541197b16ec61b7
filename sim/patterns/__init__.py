"""Patterns of the literature beside what the shipped defaults give (`hudna patterns`).

Nothing is fitted here, and values outside a target are printed as outside. Targets and their sources are in
docs/patterns.md. P1 and P2 are about a population of truces (population.py), the rest about one town: as it
is, besieged, and at war until a truce is agreed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.build import build_city
from sim.city.columns import Rank
from sim.city.statistics import city_statistics
from sim.patterns.figures import FAMILIES, RANGES, mean_of
from sim.patterns.pattern import Pattern, in_range, make_coverage, make_range
from sim.patterns.targets import (
    ANSWERED,
    BRANCHING,
    CAPTIVITY_DAYS,
    DEFECTIONS,
    MEMORY_DAYS,
)
from sim.patterns.traces import Trace, traces_of
from sim.scenario import Scenario
from sim.stats.hawkes import Fit, fit

__all__ = ["Histories", "Pattern", "Trace", "patterns", "traces_of"]

REFITS = 100
CITIES = 5
IN_CITY = (
    "consanguineous marriages",
    "mean household",
    "loyalists with close or affine kin across",
    "opposition with close or affine kin across",
)


class Histories(NamedTuple):
    """The histories of one town."""

    plain: Sequence[Trace]
    besieged: Sequence[Trace]  # the army squeezes from the start, lays siege on day 5, and much time follows
    at_war: Sequence[Trace]  # until a truce is agreed


def patterns(scenario: Scenario, histories: Histories) -> Iterator[Pattern]:
    """P3 to P16 of one scenario and its histories, in their order."""
    traces = histories.plain
    yield from excitation(traces, "violent events begun in the city", [each.begun for each in traces])
    yield from excitation(traces, "violent events, shelling among them", [each.violent for each in traces])
    yield from excitation(traces, "violent social events", [each.social for each in traces])
    yield from captivity(traces)
    yield from kin_graph(scenario)
    yield in_range(
        "P6", "days from an attack on a checkpoint to shelling, median", (0, 2), traces,
        lambda some: _median([lag for each in some for lag in each.shelling_lags]),
        f"{sum(len(each.shelling_lags) for each in traces)} answered attacks",
    )  # fmt: skip
    officer_days = sum(each.officer_days for each in traces)
    yield in_range(
        "P7", "defections an officer and day", DEFECTIONS, traces,
        lambda some: sum(each.n_defections for each in some) / max(1, sum(e.officer_days for e in some)),
        f"{officer_days:,} officer-days",
    )  # fmt: skip
    of_events = [
        *once(traces, ("P8", "P10")),
        *once(histories.besieged, ("P9", "P10", "P11", "P12", "P13")),
        *means(histories),
        *once(histories.at_war, ("P16",)),
    ]
    yield from sorted(of_events, key=lambda each: int(each.name[1:]))


def excitation(traces: Sequence[Trace], name: str, by_day: Sequence[NDArray[np.int64]]) -> Iterator[Pattern]:
    """P3: a Hawkes process refitted to the days of events before the first break of each history.

    `by_day`: int64[days + 1] of each trace, day 0 first; intervals are a bootstrap over histories.
    """
    counts = np.array(by_day)[:, 1:]
    days = np.arange(1, counts.shape[1] + 1)
    is_seen = days <= np.array([each.n_unbroken for each in traces])[:, None]
    found = fit(counts, is_seen)
    luck = np.random.default_rng(0)
    n = len(traces)
    again: list[Fit] = []
    for _ in range(REFITS):
        weight = np.bincount(luck.integers(n, size=n), minlength=n).astype(float)
        again.append(fit(counts, is_seen, weight, found))
    sample = f"{int(counts[is_seen].sum()):,} of them, before a break"
    yield make_range(
        "P3", f"branching ratio of {name}", BRANCHING,
        found.branching, [each.branching for each in again], sample,
    )  # fmt: skip
    yield make_range(
        "P3", f"memory of {name}, days", MEMORY_DAYS,
        found.memory_days, [each.memory_days for each in again], sample,
    )  # fmt: skip


def captivity(traces: Sequence[Trace]) -> Iterator[Pattern]:
    """P4: how long captives are held, by rank, and how abductions are answered."""
    n = sum(c.rank == Rank.NONE for each in traces for c in each.captivities)
    yield in_range(
        "P4", "days in captivity without rank, median", CAPTIVITY_DAYS, traces,
        lambda some: held_median(some, Rank.NONE), f"{n} captives",
    )  # fmt: skip
    n = sum(c.rank == Rank.SENIOR for each in traces for c in each.captivities)
    yield in_range(
        "P4", "days in captivity, colonels and above to those without rank", (1, inf), traces,
        lambda some: held_median(some, Rank.SENIOR) / held_median(some, Rank.NONE), f"{n} captives",
    )  # fmt: skip
    n = sum(len(each.n_answers) for each in traces)
    yield in_range(
        "P4", "share of abductions that are answered by abductions", ANSWERED, traces,
        lambda some: _mean([k > 0 for each in some for k in each.n_answers]), f"{n} abductions",
    )  # fmt: skip
    yield in_range(
        "P4", "counter-abductions where there are any", (1, 5), traces,
        lambda some: _mean([k for each in some for k in each.n_answers if k > 0]), f"{n} abductions",
    )  # fmt: skip


def held_median(traces: Iterable[Trace], rank: Rank) -> float:
    """Median days in captivity by the Kaplan-Meier estimator, of captives of this rank.

    inf if fewer than half were released, nan if nobody was taken.
    """
    held = sorted((c.days, not c.is_over) for each in traces for c in each.captivities if c.rank == rank)
    if not held:
        return float("nan")
    share = 1.0
    for k, (days, is_cut) in enumerate(held):
        if not is_cut:
            share *= 1 - 1 / (len(held) - k)
            if share <= 0.5 + 1e-12:
                return float(days)
    return inf


def kin_graph(scenario: Scenario) -> Iterator[Pattern]:
    """P5: marriages, households and kin across, in cities of several seeds; nothing for a user's own city."""
    if scenario.city.residents is not None:  # there is only one city
        return
    seeds = range(scenario.city.seed, scenario.city.seed + CITIES)
    tables = [
        city_statistics(build_city(scenario.city.model_copy(update={"seed": seed}))).set_index("statistic")
        for seed in seeds
    ]
    for what in IN_CITY:
        low, high = (float(part) for part in str(tables[0].target[what]).split("-"))
        values = [float(table.value[what]) for table in tables]
        found = make_range("P5", what, (low, high), float(np.mean(values)), values, f"{CITIES} cities")
        yield replace(found, low=min(values), high=max(values))


def once(traces: Sequence[Trace], names: Collection[str]) -> Iterator[Pattern]:
    """Figures that were observed once, from samples for these patterns ("P8", ...)."""
    for family in FAMILIES:
        if not {each.pattern for each in family.figures.values()} <= {*names}:
            continue
        sample, draws = family.draw(traces)
        for name, figure in family.figures.items():
            yield make_coverage(figure.pattern, figure.what, figure.seen, draws[name].tolist(), sample)


def means(histories: Histories) -> Iterator[Pattern]:
    """P13 to P15 where they are ranges, and T1 to T4."""
    for name, figure in RANGES.items():
        traces = histories.plain if figure.is_plain else histories.besieged
        sample, values = figure.values(traces)
        if figure.is_predictive:
            yield make_coverage(figure.pattern, figure.what, figure.target, values.tolist(), sample)
        else:
            yield in_range(figure.pattern, figure.what, figure.target, traces, partial(mean_of, name), sample)


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
