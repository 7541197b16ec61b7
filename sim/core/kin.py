"""Kinship as seen from a household: how much of its tie weight reaches whom."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def reach(h, offsets, neighbours, weights, own_weight, is_reached):  # type: ignore[no-untyped-def]
    """Share of the tie weight of household row `h` (its own house included) that reaches marked houses.

    is_reached bool[H]; weights float32[E]. Returns a float in [0, 1]; 0 for a house without weight.
    """
    total = own_weight
    hit = own_weight if is_reached[h] else 0.0
    for e in range(offsets[h], offsets[h + 1]):
        total += weights[e]
        if is_reached[neighbours[e]]:
            hit += weights[e]
    return hit / total if total > 0 else 0.0


@njit(cache=True, nogil=True)
def fill_reach(houses, offsets, neighbours, weights, own_weight, is_reached, out):  # type: ignore[no-untyped-def]
    """Write `reach` of each household row (integers [n]) into `out` (float64[n])."""
    for k in range(houses.shape[0]):
        out[k] = reach(houses[k], offsets, neighbours, weights, own_weight, is_reached)


@njit(cache=True, nogil=True)
def mean_reach(rows, household, offsets, neighbours, weights, own_weight, is_reached):  # type: ignore[no-untyped-def]
    """Mean of `reach` over residents (rows int64[n]); 0 for nobody."""
    if rows.shape[0] == 0:
        return 0.0
    total = 0.0
    for k in range(rows.shape[0]):
        total += reach(household[rows[k]], offsets, neighbours, weights, own_weight, is_reached)
    return total / rows.shape[0]


@njit(cache=True, nogil=True)
def mark_houses(first, status, camp, wanted_camp, out):  # type: ignore[no-untyped-def]
    """Mark (bool[H]) the households with a present member (status 0) of the wanted camp."""
    for h in range(first.shape[0] - 1):
        found = False
        for i in range(first[h], first[h + 1]):
            if status[i] == 0 and camp[i] == wanted_camp:
                found = True
                break
        out[h] = found


@njit(cache=True, nogil=True)
def add_shock(h, offsets, neighbours, weights, house_fear, house_anger, tie_fear, tie_anger, shock):  # type: ignore[no-untyped-def]
    """Add a shock to household row `h` and, by tie weight, to its kin. shock float32[H, 2], in place."""
    shock[h, 0] += np.float32(house_fear)
    shock[h, 1] += np.float32(house_anger)
    for e in range(offsets[h], offsets[h + 1]):
        j = neighbours[e]
        shock[j, 0] += np.float32(tie_fear * weights[e])
        shock[j, 1] += np.float32(tie_anger * weights[e])
