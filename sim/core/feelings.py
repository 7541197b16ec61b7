"""What residents feel, day by day.

Equations, assumed from a numerical sketch (fear of resident i in household h; K_h is a weighted mean over
present members of tied households and of the own one, all from yesterday):

    fear_i  += relax_fear  * (rest_i - fear_i)
             + contagion_fear * (K_h(fear) + amplify * max(0, K_h(fear) - fear_i) - fear_i)
             + susceptibility_i * shock_fear_i
    anger_i += relax_anger * (0 - anger_i) + contagion_anger * (K_h(anger) - anger_i)
             + susceptibility_i * shock_anger_i

clipped to [0, 1]. Those who are not present relax only.

The day is cut into passes, each a plain loop, because a plain loop is what the compiler turns into vector
instructions, and what a reader can follow (docs/speed.md says what each cut gave):

1. `pull_of_kin`, over ties: K_h of each household. Everything a household needs to know of another one is
   one 16-byte row of `sums`, and a tie is one number. Rows come sorted by their number of ties, so that the
   processor guesses right where each row ends: a wrong guess costs as much as four ties.
2. `spread`, over households: what is one number a household, laid out one number a resident.
3. `change`, over residents: the equations. No look-ups, so sixteen residents go at a time.
4. `sum_households`, over households: the rows of `sums` for tomorrow.
5. `tally`, over residents: sums by camp, as whole numbers of 2^-30, which add up to the same in any order.

`feel` takes passes 2 and 3 a block of households at a time, so that what one writes is still in the
processor's first cache when the next one reads it. Within a block households come sorted by size. Passes 4
and 5 are kernels of their own: inside the loop over blocks the compiler turned neither into vector
instructions, and they took three times as long.
Indices are unsigned throughout: numba then leaves out the test for negative ones.

Arrays. Residents [R]: status, camp uint8; fear, anger, susceptibility, rest_fear float32.
Room for what is laid out by resident, of one block: to_fear, to_anger, shock_fear, shock_anger float32.
Households [H]: first uint32[H + 1], quarter uint16, sums float32[H, 4], kin_fear and kin_anger (K_h) float32,
has_loyalist (one is present) bool, by_size uint32 (the rows of each block by size). Ties: `ties.PackedTies`.
Shocks (fear, anger), float32: household_shock [H, 2], quarter_shock [Q, 2], camp_shock [3, 2].
The parameters are float32. feeling_sum int64[3, 2].
"""

from __future__ import annotations

import numpy as np

from sim.core.compiler import kernel

FEAR, ANGER, N_PRESENT, LEFT = 0, 1, 2, 3  # columns of `sums`
PRESENT, DEAD = 0, 4  # the two states a feeling depends on; equal to city.columns.Status
LOYALIST = 0  # equal to city.columns.Camp
FINE = 1 << 30  # feelings are tallied in whole numbers of 1 / FINE
_FINE = np.float32(FINE)
_ONE = np.uint64(1)
_TWO = np.uint32(2)
_THREE = np.uint32(3)
BLOCK = 256  # households; their residents fit into the processor's first cache
_BLOCK = np.uint64(BLOCK)
_BITS = np.int32(15)
_LOWER = np.int32((1 << 15) - 1)
_CHUNK = np.uint64(1 << 15)  # residents whose upper 15 bits (2^15 at most) add up to at most 2^30


@kernel
def pull_of_kin(  # type: ignore[no-untyped-def]
    order, offsets, packed, weights, own_weight, sums, first, status, fear, anger, kin_fear, kin_anger
):
    """Write K_h of fear and anger from yesterday's sums; with nobody present, the mean of the own house."""
    for k in range(np.uint64(order.shape[0])):
        h = np.uint64(order[k])
        f = own_weight * sums[h, FEAR]
        a = own_weight * sums[h, ANGER]
        n = own_weight * sums[h, N_PRESENT]
        for e in range(offsets[k], offsets[k + _ONE]):
            tie = packed[e]
            j = np.uint64(tie >> _TWO)
            w = weights[np.uint64(tie & _THREE)]
            f += w * sums[j, FEAR]
            a += w * sums[j, ANGER]
            n += w * sums[j, N_PRESENT]
        if n > np.float32(0.0):
            kin_fear[h] = f / n
            kin_anger[h] = a / n
        else:
            kin_fear[h] = _own_mean(h, first, status, fear)
            kin_anger[h] = _own_mean(h, first, status, anger)


@kernel
def _own_mean(h, first, status, feeling):  # type: ignore[no-untyped-def]
    """Mean feeling of the living members of a household, wherever they are; 0 for nobody."""
    total = np.float32(0.0)
    n = np.float32(0.0)
    for i in range(first[h], first[h + _ONE]):
        if status[i] != DEAD:
            total += feeling[i]
            n += np.float32(1.0)
    return total / n if n > 0 else np.float32(0.0)


@kernel
def feel(  # type: ignore[no-untyped-def]
    first, quarter, status, camp, fear, anger, susceptibility, rest_fear, kin_fear, kin_anger,
    is_shocked, household_shock, quarter_shock, camp_shock,
    relax_fear, contagion_fear, amplify, relax_anger, contagion_anger, by_size, room,
):  # fmt: skip
    """Passes 2 and 3, a block of households at a time: `fear` and `anger` are changed in place.

    room float32[4, residents of the largest block]. `is_shocked` says whether there are shocks of houses or
    quarters to lay out; those of camps always count.
    """
    room[:] = 0.0
    n_households = np.uint64(first.shape[0] - 1)
    for h in range(np.uint64(0), n_households, _BLOCK):
        end = min(h + _BLOCK, n_households)
        low = np.uint64(first[h])
        high = np.uint64(first[end])
        spread(by_size[h:end], low, first, kin_fear, kin_anger, room[0], room[1])
        if is_shocked:
            spread_shocks(
                by_size[h:end], low, first, quarter, household_shock, quarter_shock, room[2], room[3]
            )
        change(
            low, high, status, camp, fear, anger, susceptibility, rest_fear,
            room[0], room[1], room[2], room[3], camp_shock,
            relax_fear, contagion_fear, amplify, relax_anger, contagion_anger,
        )  # fmt: skip


@kernel
def spread(houses, low, first, kin_fear, kin_anger, to_fear, to_anger):  # type: ignore[no-untyped-def]
    """Give each member of these household rows (uint32[n]) what it is drawn to, from resident `low` on."""
    for each in houses:
        k = np.uint64(each)
        f = kin_fear[k]
        a = kin_anger[k]
        for i in range(np.uint64(first[k]) - low, np.uint64(first[k + _ONE]) - low):
            to_fear[i] = f
            to_anger[i] = a


@kernel
def spread_shocks(  # type: ignore[no-untyped-def]
    houses, low, first, quarter, household_shock, quarter_shock, shock_fear, shock_anger
):
    """Give each member of these household rows (uint32[n]) the shocks of the house and of its quarter."""
    for each in houses:
        k = np.uint64(each)
        q = np.uint64(quarter[k])
        f = household_shock[k, 0] + quarter_shock[q, 0]
        a = household_shock[k, 1] + quarter_shock[q, 1]
        for i in range(np.uint64(first[k]) - low, np.uint64(first[k + _ONE]) - low):
            shock_fear[i] = f
            shock_anger[i] = a


@kernel
def change(  # type: ignore[no-untyped-def]
    low, high, status, camp, fear, anger, susceptibility, rest_fear,
    to_fear, to_anger, shock_fear, shock_anger, camp_shock,
    relax_fear, contagion_fear, amplify, relax_anger, contagion_anger,
):  # fmt: skip
    """The equations, for residents `low` to `high` - 1: `fear` and `anger` are changed in place.

    `here` (1 or 0) takes kin and shocks from the absent.
    """
    zero = np.float32(0.0)
    one = np.float32(1.0)
    loyalist_fear, loyalist_anger = camp_shock[0, 0], camp_shock[0, 1]
    uncommitted_fear, uncommitted_anger = camp_shock[1, 0], camp_shock[1, 1]
    opposition_fear, opposition_anger = camp_shock[2, 0], camp_shock[2, 1]
    for i in range(low, high):
        k = i - low
        here = one if status[i] == PRESENT else zero
        c = camp[i]
        camp_fear = loyalist_fear if c == 0 else (uncommitted_fear if c == 1 else opposition_fear)
        camp_anger = loyalist_anger if c == 0 else (uncommitted_anger if c == 1 else opposition_anger)
        f = fear[i]
        a = anger[i]
        x = here * susceptibility[i]
        gap = to_fear[k] - f
        more = gap if gap > zero else zero
        f = (
            f + relax_fear * (rest_fear[i] - f) + here * contagion_fear * (gap + amplify * more)
            + x * (shock_fear[k] + camp_fear)
        )  # fmt: skip
        a = (
            a - relax_anger * a + here * contagion_anger * (to_anger[k] - a)
            + x * (shock_anger[k] + camp_anger)
        )  # fmt: skip
        f = f if f > zero else zero
        a = a if a > zero else zero
        fear[i] = f if f < one else one
        anger[i] = a if a < one else one


@kernel
def sum_household(h, first, status, camp, fear, anger, sums, has_loyalist):  # type: ignore[no-untyped-def]
    """Write fear sum, anger sum and number of present members of household row `h` (uint64) into `sums[h]`.

    Also whether a loyalist is among them. The column LEFT is left alone.
    """
    zero = np.float32(0.0)
    one = np.float32(1.0)
    f = zero
    a = zero
    n = zero
    loyal = False
    for i in range(np.uint64(first[h]), np.uint64(first[h + _ONE])):
        here = one if status[i] == PRESENT else zero
        f += here * fear[i]
        a += here * anger[i]
        n += here
        loyal |= (status[i] == PRESENT) & (camp[i] == LOYALIST)
    sums[h, FEAR] = f
    sums[h, ANGER] = a
    sums[h, N_PRESENT] = n
    has_loyalist[h] = loyal


@kernel
def sum_households(houses, first, status, camp, fear, anger, sums, has_loyalist):  # type: ignore[no-untyped-def]
    """Write the sums of these household rows (uint32[n]); see `sum_household`."""
    for each in houses:
        sum_household(np.uint64(each), first, status, camp, fear, anger, sums, has_loyalist)


@kernel
def fine(x):  # type: ignore[no-untyped-def]
    """A feeling (float32 in [0, 1]) as a whole number of 1 / FINE, int64."""
    return np.int64(np.int32(x * _FINE))


@kernel
def tally(status, camp, fear, anger, feeling_sum):  # type: ignore[no-untyped-def]
    """Add fear and anger of those present, by camp, in units of 1 / FINE, to `feeling_sum`.

    The upper and the lower 15 bits are added apart, a chunk of residents at a time: so the sums fit into 32
    bits, and eight residents go at a time (a fifth of the time that 64 bits took).
    """
    zero = np.int32(0)
    for low in range(np.uint64(0), np.uint64(fear.shape[0]), _CHUNK):
        high = min(low + _CHUNK, np.uint64(fear.shape[0]))
        f0 = f1 = f2 = a0 = a1 = a2 = zero
        upper_f0 = upper_f1 = upper_f2 = upper_a0 = upper_a1 = upper_a2 = zero
        for i in range(low, high):
            here = status[i] == PRESENT
            c = camp[i]
            is_0, is_1, is_2 = here & (c == 0), here & (c == 1), here & (c == 2)
            f = np.int32(fear[i] * _FINE)
            a = np.int32(anger[i] * _FINE)
            lower, upper = f & _LOWER, f >> _BITS
            f0 += lower if is_0 else zero
            f1 += lower if is_1 else zero
            f2 += lower if is_2 else zero
            upper_f0 += upper if is_0 else zero
            upper_f1 += upper if is_1 else zero
            upper_f2 += upper if is_2 else zero
            lower, upper = a & _LOWER, a >> _BITS
            a0 += lower if is_0 else zero
            a1 += lower if is_1 else zero
            a2 += lower if is_2 else zero
            upper_a0 += upper if is_0 else zero
            upper_a1 += upper if is_1 else zero
            upper_a2 += upper if is_2 else zero
        feeling_sum[0, 0] += np.int64(f0) + (np.int64(upper_f0) << _BITS)
        feeling_sum[1, 0] += np.int64(f1) + (np.int64(upper_f1) << _BITS)
        feeling_sum[2, 0] += np.int64(f2) + (np.int64(upper_f2) << _BITS)
        feeling_sum[0, 1] += np.int64(a0) + (np.int64(upper_a0) << _BITS)
        feeling_sum[1, 1] += np.int64(a1) + (np.int64(upper_a1) << _BITS)
        feeling_sum[2, 1] += np.int64(a2) + (np.int64(upper_a2) << _BITS)
