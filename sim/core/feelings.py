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
3. `change`, over residents: the equations. No look-ups, so eight residents go at a time.
4. `sum_feelings`, over households: fear and anger in the rows of `sums` for tomorrow. How many are present
   in a household changes only with those who move, whose houses `sum_households` takes up.
5. `tally`, over residents: sums by camp, as whole numbers of 2^-30, which add up to the same in any order.

`feel` takes passes 2 to 5 a block of households at a time, so that what one writes is still in the
processor's first cache when the next one reads it. Within a block pass 4 takes the households by size.
Indices are unsigned throughout: numba then leaves out the test for negative ones.

Arrays. Residents [R]: status, camp uint8; fear, anger, susceptibility, rest_fear float32.
Room for what is laid out by resident, of one block: to_fear, to_anger, shock_fear, shock_anger float32.
`change` leaves in the first two the fear and anger of those present, and 0 for the others.
Households [H]: first uint32[H + 1], quarter uint16, sums float32[H, 4], kin_fear and kin_anger (K_h) float32,
has_loyalist (one is present) bool, by_size uint32 (the rows of each block by size). Ties: `ties.PackedTies`.
Shocks (fear, anger), float32: household_shock [H, 2], quarter_shock [Q, 2], camp_shock [3, 2].
The parameters are float32. feeling_sum int64[3, 2].
"""

from __future__ import annotations

import numpy as np

from sim.core.compiler import kernel
from sim.core.vectors import WIDTH, fill_from, sum_of_kin

FEAR, ANGER, N_PRESENT, LEFT = 0, 1, 2, 3  # columns of `sums`
PRESENT, DEAD = 0, 4  # the two states a feeling depends on; equal to city.columns.Status
LOYALIST = 0  # equal to city.columns.Camp
FINE = 1 << 30  # feelings are tallied in whole numbers of 1 / FINE
_FINE = np.float32(FINE)
_ONE = np.uint64(1)
_WIDTH = np.uint64(WIDTH)
BLOCK = 256  # households; their residents fit into the processor's first cache
_BLOCK = np.uint64(BLOCK)


@kernel
def pull_of_kin(  # type: ignore[no-untyped-def]
    order, offsets, packed, weights, own_weight, sums, first, status, fear, anger, kin_fear, kin_anger
):
    """Write K_h of fear and anger from yesterday's sums; with nobody present, the mean of the own house."""
    for k in range(np.uint64(order.shape[0])):
        h = np.uint64(order[k])
        f, a, n = sum_of_kin(packed, offsets[k], offsets[k + _ONE], weights, sums, h, own_weight)
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
    relax_fear, contagion_fear, amplify, relax_anger, contagion_anger, by_size, sums, feeling_sum, room,
):  # fmt: skip
    """Passes 2 to 5, a block of households at a time: `fear`, `anger` and `sums` are changed in place.

    What all feel is added to `feeling_sum`, which the caller sets to 0. The shocks of houses are spent.

    room float32[4, n], n at least WIDTH more than the residents of the largest block. `is_shocked` says
    whether there are shocks of houses or quarters to lay out; those of camps always count.
    """
    room[:] = 0.0
    n_households = np.uint64(first.shape[0] - 1)
    for h in range(np.uint64(0), n_households, _BLOCK):
        end = min(h + _BLOCK, n_households)
        low = np.uint64(first[h])
        high = np.uint64(first[end])
        spread(h, end, first, kin_fear, kin_anger, room[0], room[1])
        n_shocked = np.uint64(0)
        if is_shocked:
            n_shocked = spread_shocks(
                h, end, first, quarter, household_shock, quarter_shock, room[2], room[3]
            )
        change(
            low, high, status, camp, fear, anger, susceptibility, rest_fear,
            room[0], room[1], room[2], room[3], camp_shock,
            relax_fear, contagion_fear, amplify, relax_anger, contagion_anger,
        )  # fmt: skip
        sum_feelings(by_size[h:end], low, first, room[0], room[1], sums)
        tally(low, high, camp, room[0], room[1], feeling_sum)
        if n_shocked > 0:
            room[2:, : high - low] = 0.0


@kernel
def spread(h, end, first, kin_fear, kin_anger, to_fear, to_anger):  # type: ignore[no-untyped-def]
    """Give each member of the household rows `h` to `end` - 1 (uint64) what it is drawn to.

    Written eight at a time: what goes too far is overwritten by the next household, or belongs to nobody.
    """
    low = np.uint64(first[h])
    for k in range(h, end):
        f = kin_fear[k]
        a = kin_anger[k]
        for i in range(np.uint64(first[k]) - low, np.uint64(first[k + _ONE]) - low, _WIDTH):
            fill_from(to_fear, i, f)
            fill_from(to_anger, i, a)


@kernel
def spread_shocks(  # type: ignore[no-untyped-def]
    h, end, first, quarter, household_shock, quarter_shock, shock_fear, shock_anger
):
    """Give each member of the household rows `h` to `end` - 1 (uint64) the shocks of house and quarter.

    Those of houses are then spent: set to 0. Most have none, and are left as they are. Returns how many have
    some.
    """
    zero = np.float32(0.0)
    n_shocked = np.uint64(0)
    low = np.uint64(first[h])
    for k in range(h, end):
        q = np.uint64(quarter[k])
        own_fear, own_anger = household_shock[k, 0], household_shock[k, 1]
        f = own_fear + quarter_shock[q, 0]
        a = own_anger + quarter_shock[q, 1]
        if own_fear != zero or own_anger != zero:
            household_shock[k, 0] = zero
            household_shock[k, 1] = zero
        if f != zero or a != zero:
            n_shocked += _ONE
            for i in range(np.uint64(first[k]) - low, np.uint64(first[k + _ONE]) - low):
                shock_fear[i] = f
                shock_anger[i] = a
    return n_shocked


@kernel
def change(  # type: ignore[no-untyped-def]
    low, high, status, camp, fear, anger, susceptibility, rest_fear,
    to_fear, to_anger, shock_fear, shock_anger, camp_shock,
    relax_fear, contagion_fear, amplify, relax_anger, contagion_anger,
):  # fmt: skip
    """The equations, for residents `low` to `high` - 1: `fear` and `anger` are changed in place.

    `here` (1 or 0) takes kin and shocks from the absent. What those present feel goes into to_fear and
    to_anger.
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
        f = f if f < one else one
        a = a if a < one else one
        fear[i] = f
        anger[i] = a
        to_fear[k] = here * f
        to_anger[k] = here * a


@kernel
def sum_feelings(houses, low, first, felt_fear, felt_anger, sums):  # type: ignore[no-untyped-def]
    """Write fear and anger of those present into the `sums` of these household rows (uint32[n]).

    felt_fear, felt_anger: of residents from row `low` on, 0 for those who are not present.
    """
    for each in houses:
        k = np.uint64(each)
        f = np.float32(0.0)
        a = np.float32(0.0)
        for i in range(np.uint64(first[k]) - low, np.uint64(first[k + _ONE]) - low):
            f += felt_fear[i]
            a += felt_anger[i]
        sums[k, FEAR] = f
        sums[k, ANGER] = a


@kernel
def sum_households(  # type: ignore[no-untyped-def]
    houses, are_felt, first, status, camp, fear, anger, sums, has_loyalist, offsets, neighbours, is_outdated
):
    """Write fear, anger and number of present members of household rows (uint32[n]) into their `sums`.

    The number alone if `are_felt`: if `feel` has just written the others, for the same members.

    Also whether a loyalist is among them. Where that has changed, the share of ties that reaches loyalists is
    outdated for the house and for those tied to it (CSR: offsets, neighbours): is_outdated bool[H]. The
    column LEFT is left alone.
    """
    zero = np.float32(0.0)
    one = np.float32(1.0)
    for each in houses:
        h = np.uint64(each)
        n = zero
        loyal = False
        for i in range(np.uint64(first[h]), np.uint64(first[h + _ONE])):
            n += one if status[i] == PRESENT else zero
            loyal |= (status[i] == PRESENT) & (camp[i] == LOYALIST)
        sums[h, N_PRESENT] = n
        if not are_felt:
            f = zero
            a = zero
            for i in range(np.uint64(first[h]), np.uint64(first[h + _ONE])):
                here = one if status[i] == PRESENT else zero
                f += here * fear[i]
                a += here * anger[i]
            sums[h, FEAR] = f
            sums[h, ANGER] = a
        if loyal != has_loyalist[h]:
            has_loyalist[h] = loyal
            is_outdated[h] = True
            for e in range(np.uint64(offsets[h]), np.uint64(offsets[h + _ONE])):
                is_outdated[np.uint64(neighbours[e])] = True


@kernel
def sum_quarters(quarter, sums, out):  # type: ignore[no-untyped-def]
    """Add fear, anger and number present of all households to the rows of their quarters, float64[Q, 3]."""
    for h in range(np.uint64(quarter.shape[0])):
        q = np.uint64(quarter[h])
        out[q, FEAR] += sums[h, FEAR]
        out[q, ANGER] += sums[h, ANGER]
        out[q, N_PRESENT] += sums[h, N_PRESENT]


@kernel
def fine(x):  # type: ignore[no-untyped-def]
    """A feeling (float32 in [0, 1]) as a whole number of 1 / FINE, int64."""
    return np.int64(np.int32(x * _FINE))


@kernel
def tally(low, high, camp, felt_fear, felt_anger, feeling_sum):  # type: ignore[no-untyped-def]
    """Add what residents `low` to `high` - 1 feel, by camp, in units of 1 / FINE, to `feeling_sum`.

    felt_fear, felt_anger: from row `low` on, 0 for those who are not present.
    """
    f = f1 = f2 = a = a1 = a2 = np.int64(0)  # of all, and of two camps; the third has the rest
    for i in range(low, high):
        c = camp[i]
        fear = fine(felt_fear[i - low])
        anger = fine(felt_anger[i - low])
        f += fear
        a += anger
        f1 += fear if c == 1 else 0
        a1 += anger if c == 1 else 0
        f2 += fear if c == 2 else 0
        a2 += anger if c == 2 else 0
    feeling_sum[0, 0] += f - f1 - f2
    feeling_sum[1, 0] += f1
    feeling_sum[2, 0] += f2
    feeling_sum[0, 1] += a - a1 - a2
    feeling_sum[1, 1] += a1
    feeling_sum[2, 1] += a2
