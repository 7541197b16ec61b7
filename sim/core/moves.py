"""Who is where: moves between states, and the tallies that move along.

`count` (int64[3, 5], residents by camp and status) and `feeling_sum` (int64[3, 2], fear and anger of those
present by camp, see `feelings.tally`) are whole numbers: what a move takes from one state it adds to another,
and no tally is ever recounted. Household sums (`feelings.sum_households`) of the houses concerned are
recomputed at the end of the day.

Arrays as in `feelings`; role uint8[R], role 0 is a civilian.
"""

from __future__ import annotations

import numpy as np

from sim.core.compiler import kernel
from sim.core.feelings import FEAR, LEFT, N_PRESENT, PRESENT, fine
from sim.core.luck import Stream, chance, lucky

_ONE = np.uint64(1)
_LEAVE = np.int64(Stream.LEAVE)  # as arrays hold them: then `chance` is compiled for one type
_RETURN = np.int64(Stream.RETURN)
_VISIT = np.int64(Stream.VISIT)


@kernel
def move(i, to, status, camp, fear, anger, count, feeling_sum):  # type: ignore[no-untyped-def]
    """Move resident row `i` to the state `to` (a Status), in place.

    status, camp uint8[R]; fear, anger float32[R]. The tallies go along: count int64[3, 5] by camp and status,
    feeling_sum int64[3, 2], the sums of fear and anger of those present by camp, in units of `fine`.
    """
    s = status[i]
    c = camp[i]
    status[i] = to
    count[c, s] -= 1
    count[c, to] += 1
    if (s == PRESENT) != (to == PRESENT):
        sign = 1 if to == PRESENT else -1
        feeling_sum[c, 0] += sign * fine(fear[i])
        feeling_sum[c, 1] += sign * fine(anger[i])


@kernel
def count_present(rows, ends, status, out):  # type: ignore[no-untyped-def]
    """Write how many of each group of residents are in the city into `out` (int64[G]).

    rows int64[n]: the residents group by group, ends int64[G] where each group ends; status uint8[R].
    """
    start = 0
    for g in range(ends.shape[0]):
        n = 0
        for k in range(start, ends[g]):
            n += status[rows[k]] == PRESENT
        out[g] = n
        start = ends[g]


@kernel
def count_by_quarter(rows, status, household, quarter, n_quarters):  # type: ignore[no-untyped-def]
    """How many of these residents (rows int64[n]) who are in the city live in each quarter: int64[Q].

    status uint8[R]; household [R] and quarter [H]: integers.
    """
    counts = np.zeros(n_quarters, np.int64)
    for i in rows:
        if status[i] == PRESENT:
            counts[quarter[household[i]]] += 1
    return counts


@kernel
def change_camp(i, to, status, camp, fear, anger, count, feeling_sum):  # type: ignore[no-untyped-def]
    """Resident row `i` goes over to the camp `to`, in place. Arrays and tallies as in `move`."""
    s = status[i]
    c = camp[i]
    camp[i] = to
    count[c, s] -= 1
    count[to, s] += 1
    if s == PRESENT:
        f = fine(fear[i])
        a = fine(anger[i])
        feeling_sum[c, 0] -= f
        feeling_sum[c, 1] -= a
        feeling_sum[to, 0] += f
        feeling_sum[to, 1] += a


@kernel
def move_houses(  # type: ignore[no-untyped-def]
    houses, source, to, civilians_only, left, first, status, role, camp, fear, anger, count, feeling_sum,
    offsets, neighbours, weights, sums, share_left, moved,
):  # fmt: skip
    """Move the members of households (rows, integers [n]) who are in the state `source` to the state `to`.

    All of them, or civilians alone. Members of house h are the rows first[h] to first[h + 1]; its ties are
    offsets[h] to offsets[h + 1] of neighbours and weights (CSR). The other arrays are those of `move`.

    Writes the number of residents moved into `moved` (int64[n]); where that is not 0, the LEFT of `sums`
    becomes `left`, and the shares of departed kin (share_left float32[H]) of all houses tied to it follow.
    """
    for k in range(houses.shape[0]):
        h = np.uint64(houses[k])
        n = 0
        for i in range(np.uint64(first[h]), np.uint64(first[h + _ONE])):
            if status[i] == source and (role[i] == 0 or not civilians_only):
                move(i, to, status, camp, fear, anger, count, feeling_sum)
                n += 1
        moved[k] = n
        if n > 0:
            sums[h, LEFT] = left
            for e in range(np.uint64(offsets[h]), np.uint64(offsets[h + _ONE])):
                j = np.uint64(neighbours[e])
                share_left[j] = _share_left(j, offsets, neighbours, weights, sums)


@kernel
def _share_left(h, offsets, neighbours, weights, sums):  # type: ignore[no-untyped-def]
    """Share of the tie weight of household row `h` (uint64) that reaches houses which have left; float32."""
    gone = np.float32(0.0)
    total = np.float32(0.0)
    for e in range(np.uint64(offsets[h]), np.uint64(offsets[h + _ONE])):
        gone += weights[e] * sums[np.uint64(neighbours[e]), LEFT]
        total += weights[e]
    return gone / total if total > 0 else np.float32(0.0)


@kernel
def decide_flight(  # type: ignore[no-untyped-def]
    seed, day, household_id, household_camp, sums, kin_fear, share_left, threshold,
    follow, camp_shift, p_leave, return_margin, p_return, leaving, returning,
):  # fmt: skip
    """Which households leave today, and which return: a threshold each, after Granovetter (1978).

    A household at home leaves with chance `p_leave` while `mean fear + follow * share_left + camp_shift`
    passes its threshold; one that left returns with chance `p_return` while the same sum, with the fear
    of its kin in the city for its own, is more than `return_margin` under the threshold.

    Rows of households are written into `leaving` and `returning` (int64[H]); the two counts are returned.
    threshold float32[H], camp_shift float32[3], household_camp uint8[H], household_id int64[H].
    """
    n_leaving = 0
    n_returning = 0
    for h in range(threshold.shape[0]):
        push = follow * share_left[h] + camp_shift[household_camp[h]]
        if sums[h, LEFT] > 0:
            calm = kin_fear[h] + push < threshold[h] - return_margin
            if calm and chance(seed, _RETURN, day, household_id[h], 0, p_return):
                returning[n_returning] = h
                n_returning += 1
        elif sums[h, N_PRESENT] > 0:
            afraid = sums[h, FEAR] / sums[h, N_PRESENT] + push > threshold[h]
            if afraid and chance(seed, _LEAVE, day, household_id[h], 0, p_leave):
                leaving[n_leaving] = h
                n_leaving += 1
    return n_leaving, n_returning


@kernel
def draw_visits(  # type: ignore[no-untyped-def]
    seed, day, rows, ids, household, sums, status, camp, fear, anger, p_visit, away, count, feeling_sum, moved
):
    """Serving officers (rows, ids int64[n]) are in the city today with chance `p_visit`, else `away`.

    An officer whose household has left does not visit. Only officers who are present or away are
    touched. Writes the household rows of those who came or went into `moved` (uint32[n]). Returns the number
    who are in the city, and the number of rows written.
    """
    n = 0
    n_moved = 0
    wants_to = lucky(seed, _VISIT, day, ids, 0, p_visit)
    for k in range(rows.shape[0]):
        i = np.uint64(rows[k])
        if status[i] != PRESENT and status[i] != away:
            continue
        visits = wants_to[k] and sums[household[i], LEFT] == 0
        to = PRESENT if visits else away
        if to != status[i]:
            move(i, to, status, camp, fear, anger, count, feeling_sum)
            moved[n_moved] = household[i]
            n_moved += 1
        n += 1 if visits else 0
    return n, n_moved
