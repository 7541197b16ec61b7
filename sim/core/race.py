"""A race of keyed clocks: who is struck. Each candidate's clock belongs to (seed, event, day, resident)."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.luck import Stream, exponential

_VICTIM = Stream.VICTIM


@njit(cache=True, nogil=True)
def clocks(seed, event_id, day, ids, pull, out):  # type: ignore[no-untyped-def]
    """Write the time at which each candidate's clock rings: exponential with rate `pull`.

    ids int64[n], pull float64[n] (0: never rings), out float64[n]. The event's id is folded into the
    key, so that two events on one day run two independent races.
    """
    key = np.uint64(seed) ^ np.uint64(event_id)
    for k in range(ids.shape[0]):
        if pull[k] > 0:
            out[k] = exponential(key, _VICTIM, day, ids[k], 0) / pull[k]
        else:
            out[k] = np.inf
