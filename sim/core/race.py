"""Who is struck: candidates, and a race of keyed clocks. A clock belongs to (seed, event, day, resident)."""

from __future__ import annotations

import math

import numpy as np

from sim.core.compiler import kernel
from sim.core.luck import Stream, fill_uniform

_VICTIM = Stream.VICTIM


@kernel
def clocks(seed, event_id, day, ids, pull, out):  # type: ignore[no-untyped-def]
    """Write the time at which each candidate's clock rings: exponential with rate `pull`.

    ids int64[n], pull float64[n] (0: never rings), out float64[n]. The event's id is folded into the
    key, so that two events on one day run two independent races.
    """
    key = np.uint64(seed) ^ np.uint64(event_id)
    fill_uniform(key, _VICTIM, day, ids, out)  # apart from the logarithm: so it goes eight at a time
    for k in range(ids.shape[0]):
        out[k] = -math.log(out[k]) / pull[k] if pull[k] > 0 else np.inf


@kernel
def earliest(clock, n):  # type: ignore[no-untyped-def]
    """Places of the `n` earliest clocks (float64[m]) in their order, without those that never ring: int64."""
    n = max(0, min(n, clock.shape[0]))
    place = np.empty(n, np.int64)
    found = 0
    if n == 0:
        return place
    for k in range(clock.shape[0]):
        if clock[k] == np.inf or (found == n and clock[k] >= clock[place[n - 1]]):
            continue
        if found < n:
            found += 1
        at = found - 1
        while at > 0 and clock[place[at - 1]] > clock[k]:
            place[at] = place[at - 1]
            at -= 1
        place[at] = k
    return place[:found]


@kernel
def find_rows(status, camp, role, camps, roles, out):  # type: ignore[no-untyped-def]
    """Write the rows of the residents present whose camp and role are wanted into `out` (int64[R]).

    status, camp, role uint8[R]; camps bool[3] and roles bool[4] say which are wanted. Returns their number.
    """
    n = np.uint64(0)
    for i in range(np.uint64(status.shape[0])):
        out[n] = i
        n += np.uint64((status[i] == 0) & camps[camp[i]] & roles[role[i]])
    return n


@kernel
def find_rows_of_quarter(wanted, quarter, first, status, camp, role, camps, roles, out):  # type: ignore[no-untyped-def]
    """The same for those who live in the quarter `wanted`. quarter [H] and first [H + 1]: integers."""
    n = 0
    for h in range(np.uint64(quarter.shape[0])):
        if quarter[h] == wanted:
            for i in range(np.uint64(first[h]), np.uint64(first[h + np.uint64(1)])):
                if status[i] == 0 and camps[camp[i]] and roles[role[i]]:
                    out[n] = i
                    n += 1
    return n
