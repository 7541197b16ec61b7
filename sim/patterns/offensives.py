"""What P12 to P15 count: offensives of the army on the town, storms, sieges, and what follows a collapse.

An offensive begins on the day on which the army goes over to bombarding or storming the town; a storm out of
a bombardment belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.actors.postures import BESIEGED, Posture
from sim.patterns.phases import Floats, stretches
from sim.patterns.targets import STANDING_DAYS
from sim.patterns.traces import Trace

ON_THE_OFFENSIVE = (Posture.BOMBARDING, Posture.STORMING)
SOCIAL_ENDINGS = ("feud", "passage", "exodus")
FOLLOWED_DAYS = 60  # an offensive within this many days counts as following a collapse


class Storm(NamedTuple):
    """One storm (assault) that is over."""

    dead: float  # residents and soldiers who died in the town while it lasted
    days: int  # from the order to its end
    is_fall: bool  # whether the town fell


def offensives(trace: Trace) -> list[int]:
    """The days on which an offensive begins."""
    return [first for first, _ in stretches(np.isin(trace.posture, ON_THE_OFFENSIVE))]


def gaps(traces: Sequence[Trace]) -> Floats:
    """Days from the beginning of each offensive to that of the next one of the same history."""
    return np.array([gap for each in traces for gap in np.diff(offensives(each)).tolist()], np.float64)


def storms(traces: Sequence[Trace]) -> list[Storm]:
    """All storms that are over, history by history."""
    return [
        Storm(
            float(each.deaths[first : last + 1].sum()),
            last + 1 - first,
            bool(each.posture[last + 1] == Posture.HOLDING),
        )
        for each in traces
        for first, last in stretches(each.posture == Posture.STORMING)
        if last + 1 < each.posture.size
    ]


def sieges(traces: Sequence[Trace]) -> NDArray[np.bool_]:
    """For each siege begun 180 days before the end of its history or earlier: whether it lasted that long.

    A siege that was stormed, lifted or ended by surrender earlier did not.
    """
    return np.array(
        [
            last - first >= STANDING_DAYS
            for each in traces
            for first, last in stretches(np.isin(each.posture, list(BESIEGED)))
            if first + STANDING_DAYS < each.posture.size
        ],
        bool,
    )


def answers_to_collapse(traces: Sequence[Trace]) -> Floats:
    """For each first break by the residents themselves: days to the next offensive; nan if none follows.

    Breaks during an offensive, and those less than FOLLOWED_DAYS before the end, are left out.
    """
    found = []
    for each in traces:
        day = each.n_unbroken + 1
        if (
            each.ending not in SOCIAL_ENDINGS
            or day + FOLLOWED_DAYS >= each.posture.size
            or each.posture[day] in ON_THE_OFFENSIVE
        ):
            continue
        after = [start - day for start in offensives(each) if day < start <= day + FOLLOWED_DAYS]
        found.append(float(after[0]) if after else np.nan)
    return np.array(found, np.float64)
