"""What P8 to P11 count: weeks of one phase of a history, in windows as long as the observed ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.patterns.targets import WEEKS
from sim.patterns.traces import Trace

Floats = NDArray[np.float64]


class Windows(NamedTuple):
    """Arrays with an entry per window."""

    fatal_events: Floats
    deaths: Floats  # of residents and soldiers
    most: Floats  # deaths in the worst of its weeks
    empty_weeks: Floats  # weeks without a fatal event
    shelled: Floats  # share of deaths by shelling and bombardment; nan where nobody died


def first_weeks(traces: Sequence[Trace]) -> Windows:
    """The first 13 weeks of each history that is unbroken that long."""
    unbroken = [each for each in traces if each.n_unbroken >= 7 * WEEKS]
    return _windows([[(each, 1 + 7 * week) for week in range(WEEKS)] for each in unbroken], WEEKS)


def weeks_under(traces: Sequence[Trace], postures: Collection[int], weeks: int) -> Windows:
    """Windows of `weeks` whole weeks that the army spent in these postures.

    The weeks of one history are joined across its phases of this kind, like the months of a town that was
    taken twice; what is left over at the end is dropped.
    """
    cut = []
    for each in traces:
        starts = [
            (each, day)
            for first, last in stretches(np.isin(each.posture, list(postures)))
            for day in range(first, last - 5, 7)
        ]
        cut += [starts[k : k + weeks] for k in range(0, len(starts) - weeks + 1, weeks)]
    return _windows(cut, weeks)


def weeks_put_together(traces: Sequence[Trace], posture: int, weeks: int, draws: int) -> tuple[int, Windows]:
    """Number of phases of whole weeks under this posture, and samples of `weeks` weeks from them.

    A sample joins phases drawn at random, the last one cut; no samples if all phases together have fewer.
    """
    phases = [
        [(each, day) for day in range(first, last - 5, 7)]
        for each in traces
        for first, last in stretches(each.posture == posture)
        if last - first >= 6
    ]
    if sum(len(phase) for phase in phases) < weeks:
        return len(phases), _windows([], weeks)
    luck = np.random.default_rng(0)
    samples = []
    for _ in range(draws):
        sample: list[tuple[Trace, int]] = []
        while len(sample) < weeks:
            sample += phases[int(luck.integers(len(phases)))]
        samples.append(sample[:weeks])
    return len(phases), _windows(samples, weeks)


def stretches(is_so: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last day of each run of true days (bool[days + 1]), without day 0."""
    padded = np.concatenate([[False], is_so[1:], [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded)) + 1
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))


def _windows(cut: Sequence[Sequence[tuple[Trace, int]]], weeks: int) -> Windows:
    """Of each window the histories and first days of its weeks."""

    def by_week(name: str) -> Floats:
        parts = [getattr(trace, name)[day : day + 7].sum() for window in cut for trace, day in window]
        return np.array(parts, np.float64).reshape(-1, weeks)

    fatal, deaths = by_week("fatal"), by_week("deaths")
    dead = deaths.sum(axis=1)
    shelled = by_week("shelled").sum(axis=1)
    share = np.divide(shelled, dead, out=np.full(dead.shape, np.nan), where=dead > 0)
    empty = (fatal == 0).sum(axis=1).astype(np.float64)
    return Windows(fatal.sum(axis=1), dead, deaths.max(axis=1, initial=0.0), empty, share)
