"""Joining and deserting, by threshold: which residents take up arms today, and which put them down."""

from __future__ import annotations

import numpy as np

from sim.core.compiler import kernel
from sim.core.kin import reach
from sim.core.luck import Stream, chance

_JOINING = np.int64(Stream.JOINING)
_DESERTING = np.int64(Stream.DESERTING)
_ONE = np.uint64(1)


@kernel
def decide_joining(  # type: ignore[no-untyped-def]
    seed, day, rows, status, role, resident_id, household, fear, anger, threshold,
    offsets, neighbours, weights, own_weight, has_loyalist, call, fear_weight, restraint, p_join, out,
):  # fmt: skip
    """Write the rows of the civilians among `rows` (int64[n]) who join today into `out`; return their number.

    A civilian present joins with chance `p_join` if `call + anger - fear_weight * fear - restraint * reach`
    is over the threshold (assumed), where reach is the share of the household's tie weight that reaches
    loyalists present. fear, anger float32[R]; threshold float32[n]; has_loyalist bool[H]; out int64[n].
    """
    n = 0
    for k in range(rows.shape[0]):
        i = np.uint64(rows[k])
        drive = call + anger[i] - fear_weight * fear[i]
        if drive <= threshold[k] or status[i] != 0 or role[i] != 0:
            continue
        if restraint > 0:
            held = reach(household[i], offsets, neighbours, weights, own_weight, has_loyalist)
            if drive - restraint * held <= threshold[k]:
                continue
        if chance(seed, _JOINING, day, resident_id[i], 0, p_join):
            out[n] = i
            n += 1
    return n


@kernel
def decide_deserting(  # type: ignore[no-untyped-def]
    seed, day, rows, ends, status, resident_id, household, fear, threshold, offsets, morale, morale_weight,
    rooted, p_desert, out,
):  # fmt: skip
    """Write those of the fighters who desert today into `out` (int64[n]); return their number.

    rows int64[n]: the fighters faction by faction, ends int64[F] where each faction ends; morale float64[F].
    A fighter present deserts with chance `p_desert` if `fear - morale_weight * morale - rooted` is over the
    threshold (fear before grievance: Albrecht and Koehler; the numbers assumed); `rooted` counts for those
    whose household has ties. fear, threshold float32[R].
    """
    n = 0
    start = 0
    for g in range(ends.shape[0]):
        for k in range(start, ends[g]):
            i = np.uint64(rows[k])
            hold = morale_weight * morale[g]
            # most stay, with ties or without
            if fear[i] - (hold + min(rooted, 0.0)) <= threshold[i] or status[i] != 0:
                continue
            h = np.uint64(household[i])
            if offsets[h + _ONE] > offsets[h]:
                hold += rooted
            if fear[i] - hold > threshold[i] and chance(seed, _DESERTING, day, resident_id[i], 0, p_desert):
                out[n] = i
                n += 1
        start = ends[g]
    return n
