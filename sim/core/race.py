"""Who is struck: candidates, and a race of keyed clocks. A clock belongs to (seed, event, day, resident)."""

from __future__ import annotations

import math

import numpy as np

from sim.core.compiler import kernel
from sim.core.luck import Stream, exponential, fill_uniform

_VICTIM = np.int64(Stream.VICTIM)
_ABOVE_ROUNDING = 1.0 + 1e-9


@kernel
def find_first(seed, event_id, day, ids, pull, n):  # type: ignore[no-untyped-def]
    """Places (int64) of the `n` candidates whose clocks ring first, in their order, and the times (float64).

    A clock is exponential with rate `pull` (float64[m]; 0: it never rings); ids int64[m]. The event's id is
    folded into the key, so that two events on one day run two independent races.
    """
    n = max(0, min(n, ids.shape[0]))
    place = np.empty(n, np.int64)
    time = np.empty(n)
    drawn = np.empty(ids.shape[0])
    key = np.int64(np.uint64(seed) ^ np.uint64(event_id))
    fill_uniform(key, _VICTIM, day, ids, drawn)  # apart from the logarithm: so it goes eight at a time
    found = 0
    for k in range(ids.shape[0]):
        if n == 0 or not pull[k] > 0:
            continue
        # -log(u) is at least 1 - u: most clocks are seen to ring too late without a logarithm
        if found == n and (1.0 - drawn[k]) > time[n - 1] * pull[k] * _ABOVE_ROUNDING:
            continue
        clock = -math.log(drawn[k]) / pull[k]
        if clock == np.inf or (found == n and clock >= time[n - 1]):
            continue
        if found < n:
            found += 1
        at = found - 1
        while at > 0 and time[at - 1] > clock:
            place[at] = place[at - 1]
            time[at] = time[at - 1]
            at -= 1
        place[at] = k
        time[at] = clock
    return place[:found], time[:found]


@kernel
def find_first_of_few(seed, stream, day, ident, pull):  # type: ignore[no-untyped-def]
    """Place of the first of some clocks of rates `pull` (float64[n]), told apart by the draw's ordinal."""
    best = 0
    first = np.inf
    for k in range(pull.shape[0]):
        clock = exponential(seed, stream, day, ident, k) / pull[k]
        if clock < first:
            first = clock
            best = k
    return best


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
def find_rows_of_quarter(wanted, quarter, first, status, camp, role, camps, roles, out):  # type: ignore[no-untyped-def]
    """Write the rows of those present in a quarter, of a wanted camp and role, into `out` (int64[R]).

    wanted: the quarter; quarter [H] and first [H + 1]: integers. status, camp, role uint8[R]; camps bool[3]
    and roles bool[4] say which are wanted. Returns their number.
    """
    n = 0
    for h in range(np.uint64(quarter.shape[0])):
        if quarter[h] == wanted:
            for i in range(np.uint64(first[h]), np.uint64(first[h + np.uint64(1)])):
                if status[i] == 0 and camps[camp[i]] and roles[role[i]]:
                    out[n] = i
                    n += 1
    return n


@kernel
def find_rows_among(rows, status, camp, role, wanted_camp, roles, out):  # type: ignore[no-untyped-def]
    """Write those of `rows` who are present, of the wanted camp and of a wanted role into `out`.

    rows int64[n], out with at least as many places; status, camp, role uint8[R]; roles bool[4] says which are
    wanted. Returns their number.
    """
    n = 0
    for row in rows:
        i = np.uint64(row)
        out[n] = row  # overwritten unless it counts: a branch would be guessed wrong too often
        n += (status[i] == 0) & (camp[i] == wanted_camp) & roles[role[i]]
    return n
