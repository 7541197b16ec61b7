"""The residents' day: what they feel, and which households pass their threshold.

Equations (fear of resident i in household h; K_h is a weighted mean over present members of tied
households and of the own one, all from yesterday):

    fear_i  += relax_fear  * (rest_i - fear_i)
             + contagion_fear * (K_h(fear) + amplify * max(0, K_h(fear) - fear_i) - fear_i)
             + susceptibility_i * shock_fear_i
    anger_i += relax_anger * (0 - anger_i) + contagion_anger * (K_h(anger) - anger_i)
             + susceptibility_i * shock_anger_i

clipped to [0, 1]. Those who are not present relax only. Everything a household needs to know of
another one is four numbers (fear sum, anger sum, members present, left or not) in one row of `sums`,
so that a tie costs one 16-byte read. Reading `before` and writing `after` keeps the day simultaneous.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.luck import Stream, chance

FEAR, ANGER, N_PRESENT, LEFT = 0, 1, 2, 3  # columns of `sums`
PRESENT, DEAD = 0, 4  # the two states a feeling depends on; equal to city.columns.Status
LOYALIST = 0  # equal to city.columns.Camp
_ONE = np.uint64(1)
_LEAVE = Stream.LEAVE
_RETURN = Stream.RETURN
_VISIT = Stream.VISIT


@njit(cache=True, nogil=True)
def sum_household(h, first, status, fear, anger, sums):  # type: ignore[no-untyped-def]
    """Write fear sum, anger sum and number of present members of household row `h` into `sums[h]`."""
    f = np.float32(0.0)
    a = np.float32(0.0)
    n = np.float32(0.0)
    for i in range(first[h], first[h + 1]):
        if status[i] == PRESENT:
            f += fear[i]
            a += anger[i]
            n += np.float32(1.0)
    sums[h, FEAR] = f
    sums[h, ANGER] = a
    sums[h, N_PRESENT] = n


@njit(cache=True, nogil=True)
def sum_households(first, status, fear, anger, sums):  # type: ignore[no-untyped-def]
    """Write the sums of all households (see `sum_household`)."""
    for h in range(first.shape[0] - 1):
        sum_household(h, first, status, fear, anger, sums)


@njit(cache=True, nogil=True)
def _own_mean(h, first, status, feeling):  # type: ignore[no-untyped-def]
    """Mean feeling of the living members of a household, wherever they are; 0 for nobody."""
    total = np.float32(0.0)
    n = np.float32(0.0)
    for i in range(first[h], first[h + 1]):
        if status[i] != DEAD:
            total += feeling[i]
            n += np.float32(1.0)
    return total / n if n > 0 else np.float32(0.0)


@njit(cache=True, nogil=True)
def _clip(x):  # type: ignore[no-untyped-def]
    return min(max(x, np.float32(0.0)), np.float32(1.0))


@njit(cache=True, nogil=True)
def feel(  # type: ignore[no-untyped-def]
    first, quarter, status, camp, fear, anger, susceptibility, rest_fear,
    offsets, neighbours, weights, before, after, kin_fear, share_left, has_loyalist,
    household_shock, quarter_shock, camp_shock,
    relax_fear, contagion_fear, amplify, relax_anger, contagion_anger, own_weight,
    count, camp_sum, quarter_sum,
):  # fmt: skip
    """One day of feeling for every resident.

    Residents [R]: status, camp uint8; fear, anger (updated in place), susceptibility, rest_fear float32.
    Households [H]: first uint32[H + 1], quarter uint16; before, after float32[H, 4] (see `sums`; `after`
    is written); kin_fear (K_h of fear), share_left (of tied households, by weight of tie) float32 and
    has_loyalist (whether a loyalist is present) bool, all written.
    Ties: offsets uint64[H + 1], neighbours uint32[E], weights float32[E].
    Shocks (fear, anger), float32: household_shock [H, 2], quarter_shock [Q, 2], camp_shock [3, 2].
    Six float32 parameters as in the module's equations.
    Tallies, written: count int64[3, 5] residents by camp and status; camp_sum float64[3, 2] fear and
    anger of those present; quarter_sum float64[Q, 3] fear, anger and number of those present.

    All indices are unsigned: numba then leaves out the test for negative ones, which halves the time of
    the gather over ties.
    """
    zero = np.float32(0.0)
    one = np.float32(1.0)
    count[:] = 0
    camp_sum[:] = 0.0
    quarter_sum[:] = 0.0
    for h in range(np.uint64(first.shape[0] - 1)):
        # yesterday's weighted sums: the own household, then the tied ones
        f = own_weight * before[h, FEAR]
        a = own_weight * before[h, ANGER]
        n = own_weight * before[h, N_PRESENT]
        gone = zero
        total = zero
        for e in range(offsets[h], offsets[h + _ONE]):
            j = np.uint64(neighbours[e])
            w = weights[e]
            f += w * before[j, FEAR]
            a += w * before[j, ANGER]
            n += w * before[j, N_PRESENT]
            gone += w * before[j, LEFT]
            total += w
        if n > zero:
            kf = f / n
            ka = a / n
        else:
            kf = _own_mean(h, first, status, fear)
            ka = _own_mean(h, first, status, anger)
        kin_fear[h] = kf
        share_left[h] = gone / total if total > zero else zero

        q = np.uint64(quarter[h])
        shock_f = household_shock[h, 0] + quarter_shock[q, 0]
        shock_a = household_shock[h, 1] + quarter_shock[q, 1]
        sum_f = zero
        sum_a = zero
        sum_n = zero
        loyal = False
        for i in range(np.uint64(first[h]), np.uint64(first[h + _ONE])):
            s = np.uint64(status[i])
            c = np.uint64(camp[i])
            count[c, s] += 1
            fi = fear[i]
            ai = anger[i]
            if s == PRESENT:
                x = susceptibility[i]
                gap = kf - fi
                fi = _clip(
                    fi + relax_fear * (rest_fear[i] - fi) + contagion_fear * (gap + amplify * max(gap, zero))
                    + x * (shock_f + camp_shock[c, 0])
                )  # fmt: skip
                ai = _clip(
                    ai - relax_anger * ai + contagion_anger * (ka - ai) + x * (shock_a + camp_shock[c, 1])
                )
                sum_f += fi
                sum_a += ai
                sum_n += one
                camp_sum[c, 0] += fi
                camp_sum[c, 1] += ai
                loyal = loyal or c == LOYALIST
            elif s != DEAD:
                fi += relax_fear * (rest_fear[i] - fi)
                ai -= relax_anger * ai
            fear[i] = fi
            anger[i] = ai
        has_loyalist[h] = loyal
        after[h, FEAR] = sum_f
        after[h, ANGER] = sum_a
        after[h, N_PRESENT] = sum_n
        after[h, LEFT] = before[h, LEFT]
        quarter_sum[q, 0] += sum_f
        quarter_sum[q, 1] += sum_a
        quarter_sum[q, 2] += sum_n


@njit(cache=True, nogil=True)
def tally(status, camp, fear, anger, household, quarter, count, camp_sum, quarter_sum):  # type: ignore[no-untyped-def]
    """Write the tallies of `feel` (count, camp_sum, quarter_sum) from the columns as they are."""
    count[:] = 0
    camp_sum[:] = 0.0
    quarter_sum[:] = 0.0
    for i in range(status.shape[0]):
        c = camp[i]
        count[c, status[i]] += 1
        if status[i] == PRESENT:
            q = quarter[household[i]]
            camp_sum[c, 0] += fear[i]
            camp_sum[c, 1] += anger[i]
            quarter_sum[q, 0] += fear[i]
            quarter_sum[q, 1] += anger[i]
            quarter_sum[q, 2] += 1.0


@njit(cache=True, nogil=True)
def decide_flight(  # type: ignore[no-untyped-def]
    seed, day, household_id, household_camp, sums, kin_fear, share_left, threshold,
    follow, camp_shift, p_leave, return_margin, p_return, leaving, returning,
):  # fmt: skip
    """Which households leave today, and which return.

    A household at home leaves with chance `p_leave` while `mean fear + follow * share_left + camp_shift`
    passes its threshold; one that left returns with chance `p_return` while the same sum, with the fear
    of its kin in the city for its own, is more than `return_margin` under the threshold.

    Rows of households are written into `leaving` and `returning` (int32[H]); the two counts are returned.
    threshold float32[H], camp_shift float32[3], household_camp int8[H], household_id int64[H].
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


@njit(cache=True, nogil=True)
def draw_visits(seed, day, rows, resident_id, household, sums, status, p_visit, away):  # type: ignore[no-untyped-def]
    """Serving officers (rows int64[n]) are in the city today with chance `p_visit`, else `away`.

    An officer whose household has left does not visit. Only officers who are present or away are
    touched (`status` int8[R], in place). Returns the number who are in the city.
    """
    n = 0
    for k in range(rows.shape[0]):
        i = rows[k]
        if status[i] != PRESENT and status[i] != away:
            continue
        visits = sums[household[i], LEFT] == 0 and chance(seed, _VISIT, day, resident_id[i], 0, p_visit)
        status[i] = PRESENT if visits else away
        n += 1 if visits else 0
    return n
