"""Kinship as seen from a household: how much of its tie weight reaches whom."""

from __future__ import annotations

import numpy as np

from sim.core.compiler import kernel

_NOTHING = np.float32(0.0)


@kernel
def reach(h, offsets, neighbours, weights, own_weight, is_reached):  # type: ignore[no-untyped-def]
    """Share of the tie weight of household row `h` (its own house included) that reaches marked houses.

    Its ties are offsets[h] to offsets[h + 1] of neighbours and weights (float32[E]); its own house weighs
    `own_weight`; is_reached bool[H]. Returns a float in [0, 1]; 0 for a house without weight.
    """
    total = own_weight
    hit = own_weight if is_reached[h] else _NOTHING
    for e in range(np.uint64(offsets[h]), np.uint64(offsets[h + 1])):
        w = weights[e]
        total += w
        hit += w if is_reached[np.uint64(neighbours[e])] else _NOTHING
    return hit / total if total > 0 else 0.0


@kernel
def fill_reach(  # type: ignore[no-untyped-def]
    houses, offsets, neighbours, weights, own_weight, is_reached, known, is_outdated, out
):
    """Write `reach` of each household row (integers [n]) into `out` (float64[n]).

    known float32[H]: the reach of each household; where is_outdated bool[H] says so it is recomputed first,
    and the mark taken away.
    """
    for k in range(houses.shape[0]):
        h = houses[k]
        if is_outdated[h]:
            known[h] = reach(h, offsets, neighbours, weights, own_weight, is_reached)
            is_outdated[h] = False
        out[k] = known[h]


@kernel
def fill_mean_reach(  # type: ignore[no-untyped-def]
    houses, ends, offsets, neighbours, weights, own_weight, is_reached, known, is_outdated, out
):
    """Write the mean of `reach` over each group of residents into `out` (float64[G]); 0 for nobody.

    houses [n]: household rows of the residents, group by group, ends int64[G] where each group ends. The
    others as in `fill_reach`.
    """
    start = 0
    for g in range(ends.shape[0]):
        total = 0.0
        for k in range(start, ends[g]):
            h = np.uint64(houses[k])
            if is_outdated[h]:
                known[h] = reach(h, offsets, neighbours, weights, own_weight, is_reached)
                is_outdated[h] = False
            total += known[h]
        out[g] = total / (ends[g] - start) if ends[g] > start else 0.0
        start = ends[g]


@kernel
def is_home_of(h, first, status, camp, wanted_camp):  # type: ignore[no-untyped-def]
    """Whether a member of household row `h` is present (status 0) and of the wanted camp."""
    for i in range(first[h], first[h + 1]):
        if status[i] == 0 and camp[i] == wanted_camp:
            return True
    return False


@kernel
def fill_camp_reach(  # type: ignore[no-untyped-def]
    houses, first, status, camp, wanted_camp, offsets, neighbours, weights, own_weight, out
):
    """Write how much tie weight of household rows (integers [n]) reaches a camp into `out` (float64[n]).

    A share like `reach`, but a house counts as reached if a member of `wanted_camp` is present in it now;
    only the houses that matter are looked up.
    """
    for k in range(houses.shape[0]):
        h = houses[k]
        total = own_weight
        hit = own_weight if is_home_of(h, first, status, camp, wanted_camp) else _NOTHING
        for e in range(offsets[h], offsets[h + 1]):
            total += weights[e]
            if is_home_of(neighbours[e], first, status, camp, wanted_camp):
                hit += weights[e]
        out[k] = hit / total if total > 0 else 0.0


@kernel
def add_shock(h, offsets, neighbours, weights, house_fear, house_anger, tie_fear, tie_anger, shock):  # type: ignore[no-untyped-def]
    """Add a shock to household row `h` and, by tie weight, to its kin. shock float32[H, 2], in place.

    Its own house gets `house_fear` and `house_anger`, each house tied to it `tie_fear` and `tie_anger` times
    the weight of the tie.
    """
    shock[h, 0] += np.float32(house_fear)
    shock[h, 1] += np.float32(house_anger)
    for e in range(offsets[h], offsets[h + 1]):
        j = neighbours[e]
        shock[j, 0] += np.float32(tie_fear * weights[e])
        shock[j, 1] += np.float32(tie_anger * weights[e])
