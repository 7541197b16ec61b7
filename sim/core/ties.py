"""Ties as compressed sparse rows: one symmetric structure from any list of undirected edges.

Sorted rows make everything that reads ties independent of the order in which the edges came. The sort is
two transpositions, each a counting pass, so that a row with a million ties costs no more than a million
rows with one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.compiler import kernel

Rows = NDArray[np.integer[Any]]
BLOCK = 1 << 14  # rows; with so few in all, neighbour and kind fit into 16 bits


class Ties(NamedTuple):
    """Ties of row h are `offsets[h]:offsets[h + 1]` in `neighbours` (sorted) and `kind`."""

    offsets: NDArray[np.int64]  # [H + 1]
    neighbours: NDArray[np.int32]  # [E], each undirected tie stands twice
    kind: NDArray[np.int8]  # [E]


class PackedTies(NamedTuple):
    """The same ties for the daily kernel: rows block by block, the shortest first, one number a tie.

    In a large city the blocks keep what is written, and many a neighbour, in the processor's second cache.
    Row k is that of household `order[k]`. A tie is neighbour << 2 | kind, and `weights[kind]` its weight.
    """

    order: NDArray[np.uint32]  # [H]
    offsets: NDArray[np.uint64]  # [H + 1]
    ties: NDArray[np.uint32]  # [E]
    weights: NDArray[np.float32]  # [3]


def pack_ties(
    offsets: NDArray[np.int64],
    neighbours: NDArray[np.int32],
    kind: NDArray[np.int8],
    weights: NDArray[np.float32],
) -> PackedTies:
    """Pack ties (CSR); rows of one block and length stay in their old order. weights float32[3] by kind.

    ValueError for more than 2^30 rows.
    """
    if offsets.size > 1 << 30:
        raise ValueError(f"{offsets.size - 1} rows; at most 2^30 can be packed")
    lengths = np.diff(offsets)
    order = sort_blocks(lengths, BLOCK)
    ends = np.cumsum(lengths[order])
    place = np.arange(neighbours.size) + np.repeat(offsets[order] - (ends - lengths[order]), lengths[order])
    ties = neighbours[place].astype(np.uint32) << np.uint32(2) | kind[place].astype(np.uint32)
    if lengths.size <= BLOCK:
        ties = ties.astype(np.uint16)
    return PackedTies(order, np.concatenate([[0], ends]).astype(np.uint64), ties, weights)


def sort_blocks(sizes: NDArray[np.integer[Any]], block: int) -> NDArray[np.uint32]:
    """Row numbers, block by block of `block` rows, within a block the smallest first: uint32[n]."""
    n = sizes.size
    return np.lexsort((np.arange(n), sizes, np.arange(n) // block)).astype(np.uint32)


@kernel
def _row_starts(n, a, b):  # type: ignore[no-untyped-def]
    """Where each row starts when every edge stands in both of its rows; self-ties are left out."""
    starts = np.zeros(n + 1, np.int64)
    for e in range(a.shape[0]):
        if a[e] != b[e]:
            starts[a[e] + 1] += 1
            starts[b[e] + 1] += 1
    for h in range(n):
        starts[h + 1] += starts[h]
    return starts


@kernel
def _scatter(starts, a, b, kind):  # type: ignore[no-untyped-def]
    """Both directions of every edge, grouped by row, in no order within a row."""
    place = starts[:-1].copy()
    other = np.empty(starts[-1], np.int32)
    other_kind = np.empty(starts[-1], np.int8)
    for e in range(a.shape[0]):
        i, j = a[e], b[e]
        if i != j:
            other[place[i]] = j
            other_kind[place[i]] = kind[e]
            place[i] += 1
            other[place[j]] = i
            other_kind[place[j]] = kind[e]
            place[j] += 1
    return other, other_kind


@kernel
def _transpose(starts, other, other_kind):  # type: ignore[no-untyped-def]
    """Transpose a symmetric pattern: it stays the same pattern, and its rows come out sorted."""
    place = starts[:-1].copy()
    out = np.empty_like(other)
    out_kind = np.empty_like(other_kind)
    for i in range(starts.shape[0] - 1):
        for e in range(starts[i], starts[i + 1]):
            j = other[e]
            out[place[j]] = i
            out_kind[place[j]] = other_kind[e]
            place[j] += 1
    return out, out_kind


@kernel
def _merge(starts, other, other_kind):  # type: ignore[no-untyped-def]
    """Merge equal neighbours of sorted rows, in place; the lowest kind wins. Returns the new offsets."""
    n = starts.shape[0] - 1
    offsets = np.zeros(n + 1, np.int64)
    out = 0
    for i in range(n):
        begin = out
        for e in range(starts[i], starts[i + 1]):
            if out > begin and other[out - 1] == other[e]:
                other_kind[out - 1] = min(other_kind[out - 1], other_kind[e])
            else:
                other[out] = other[e]
                other_kind[out] = other_kind[e]
                out += 1
        offsets[i + 1] = out
    return offsets


def build_ties(n: int, a: Rows, b: Rows, kind: NDArray[np.int8]) -> Ties:
    """Make the symmetric CSR of `n` rows from undirected edges (a[e], b[e]) of kind[e].

    a, b: integers[m], rows in 0 .. n - 1; kind: int8[m]. An edge may stand in either direction and several
    times: self-ties are dropped, of duplicates the lowest kind (the closest) wins. The result depends on
    the set of edges only, never on their order. ValueError for unequal lengths or rows out of range.
    """
    if not a.shape == b.shape == kind.shape:
        raise ValueError(f"edges of unequal length: {a.shape}, {b.shape}, {kind.shape}")
    if a.size and not (min(a.min(), b.min()) >= 0 and max(a.max(), b.max()) < n):
        raise ValueError(f"an edge names a row outside 0 .. {n - 1}")
    a, b = a.astype(np.int32, copy=False), b.astype(np.int32, copy=False)
    starts = _row_starts(n, a, b)
    other, other_kind = _scatter(starts, a, b, kind.astype(np.int8, copy=False))
    other, other_kind = _transpose(starts, other, other_kind)
    offsets = _merge(starts, other, other_kind)
    return Ties(offsets, other[: offsets[-1]].copy(), other_kind[: offsets[-1]].copy())


@kernel
def _first_fault(offsets, neighbours, kind):  # type: ignore[no-untyped-def]
    """Number of the first rule broken, 0 for none; see `check_ties`."""
    n = offsets.shape[0] - 1
    for i in range(n):
        for e in range(offsets[i], offsets[i + 1]):
            j = neighbours[e]
            if j < 0 or j >= n:
                return 1
            if j == i:
                return 2
            if e > offsets[i] and neighbours[e - 1] >= j:
                return 3
            back = offsets[j] + np.searchsorted(neighbours[offsets[j] : offsets[j + 1]], i)
            if back >= offsets[j + 1] or neighbours[back] != i:
                return 4
            if kind[back] != kind[e]:
                return 5
    return 0


_FAULTS = (
    "",
    "a neighbour is outside the rows",
    "a row is tied to itself",
    "a row is not sorted, or names a neighbour twice",
    "a tie stands in one direction only",
    "the two directions of a tie differ in kind",
)


def check_ties(ties: Ties) -> None:
    """Raise ValueError naming the first rule of `Ties` that does not hold."""
    offsets, neighbours, kind = ties
    if offsets[0] != 0 or (np.diff(offsets) < 0).any() or not offsets[-1] == neighbours.size == kind.size:
        raise ValueError("offsets do not fit the neighbours")
    fault = _first_fault(offsets, neighbours, kind)
    if fault:
        raise ValueError(_FAULTS[fault])
