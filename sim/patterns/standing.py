"""What a self-sustaining truce shows: strain as an exception, open roads, feuds of blow and answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from sim.patterns.phases import Floats
from sim.patterns.traces import Trace


def strained_shares(traces: Sequence[Trace]) -> Floats:
    """Share of strained days of each history that held."""
    return np.array([each.strained for each in traces if not each.ending], np.float64)


def lowest_passages(traces: Sequence[Trace]) -> Floats:
    """Lowest free passage (a share) of each history that held."""
    return np.array([each.lowest_passage for each in traces if not each.ending], np.float64)


def answers_in_feuds(traces: Sequence[Trace]) -> Floats:
    """Share of answers among the breaches in the window of each first break by feud."""
    return np.array([each.feud_answers for each in traces if each.ending == "feud"], np.float64)


def ended_by_the_third(traces: Sequence[Trace]) -> Floats:
    """For each history, whether (0 or 1) its first ending is the third most frequent one of all."""
    often = Counter(each.ending for each in traces if each.ending).most_common(3)
    third = often[2][0] if len(often) > 2 else None
    return np.array([each.ending == third for each in traces], np.float64)
