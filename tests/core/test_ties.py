"""Ties as sparse rows: whatever edges come in, the structure is symmetric, sorted and free of repetition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.ties import Ties, build_ties, check_ties, pack_ties, sort_blocks

N_ROWS = 12
edge_lists = st.lists(
    st.tuples(st.integers(0, N_ROWS - 1), st.integers(0, N_ROWS - 1), st.integers(0, 2)), max_size=80
)


def built(edges: list[tuple[int, int, int]], n: int = N_ROWS) -> Ties:
    table = np.array(edges, np.int32).reshape(-1, 3)
    return build_ties(n, table[:, 0], table[:, 1], table[:, 2].astype(np.int8))


def as_dict(ties: Ties) -> dict[tuple[int, int], int]:
    rows = np.repeat(np.arange(ties.offsets.size - 1), np.diff(ties.offsets))
    keys = zip(rows.tolist(), ties.neighbours.tolist(), strict=True)
    return dict(zip(keys, ties.kind.tolist(), strict=True))


@settings(deadline=None)  # the first example compiles
@given(edge_lists)
def test_ties_hold_exactly_the_closest_kind_of_each_pair_in_both_directions(edges):
    expected: dict[tuple[int, int], int] = {}
    for a, b, kind in edges:
        for pair in ((a, b), (b, a)):
            if a != b:
                expected[pair] = min(kind, expected.get(pair, 9))
    ties = built(edges)
    assert as_dict(ties) == expected
    assert ties.neighbours.size == len(expected)  # as_dict would hide a pair that stands twice


@settings(deadline=None)  # the first example compiles
@given(edge_lists)
def test_rows_are_sorted_and_pass_the_check(edges):
    ties = built(edges)
    check_ties(ties)
    for h in range(N_ROWS):
        row = ties.neighbours[ties.offsets[h] : ties.offsets[h + 1]]
        assert np.all(np.diff(row) > 0)
        assert h not in row


@settings(deadline=None)  # the first example compiles
@given(edge_lists, st.randoms(use_true_random=False))
def test_order_and_direction_of_the_edges_do_not_matter(edges, random):
    shuffled = [(b, a, kind) if random.random() < 0.5 else (a, b, kind) for a, b, kind in edges]
    random.shuffle(shuffled)
    for one, other in zip(built(edges), built(shuffled), strict=True):
        np.testing.assert_array_equal(one, other)


def test_types_are_those_of_a_city():
    ties = built([(0, 1, 2)])
    assert (ties.offsets.dtype, ties.neighbours.dtype, ties.kind.dtype) == (np.int64, np.int32, np.int8)


def test_a_town_without_edges_has_empty_rows():
    ties = built([], n=3)
    assert ties.offsets.tolist() == [0, 0, 0, 0]
    assert ties.neighbours.size == 0


@pytest.mark.parametrize("edge", [(0, 12, 0), (-1, 3, 0)])
def test_a_row_outside_the_town_is_refused(edge):
    with pytest.raises(ValueError, match="outside 0"):
        built([edge])


def test_edges_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="unequal length"):
        build_ties(3, np.zeros(2, np.int32), np.zeros(1, np.int32), np.zeros(2, np.int8))


@pytest.mark.parametrize(
    ("offsets", "neighbours", "kind", "says"),
    [
        ([0, 1, 1], [1], [0], "one direction"),
        ([0, 1, 2], [0, 0], [0, 0], "tied to itself"),
        ([0, 1, 2], [1, 0], [0, 1], "differ in kind"),
        ([0, 2, 4], [1, 1, 0, 0], [0, 0, 0, 0], "twice"),
        ([0, 1, 2], [5, 0], [0, 0], "outside"),
        ([0, 1, 3], [1, 0], [0, 0], "do not fit"),
    ],
)
def test_the_check_names_what_is_wrong(offsets, neighbours, kind, says):
    ties = Ties(np.array(offsets), np.array(neighbours, np.int32), np.array(kind, np.int8))
    with pytest.raises(ValueError, match=says):
        check_ties(ties)


@settings(deadline=None)  # the first example compiles
@given(edge_lists)
def test_packed_ties_are_the_same_ties_with_rows_in_the_order_of_their_lengths(edges):
    ties = built(edges)
    weights = np.array([1.0, 0.4, 0.6], np.float32)
    packed = pack_ties(*ties, weights)
    lengths = np.diff(packed.offsets.astype(int))
    assert np.all(np.diff(lengths) >= 0)  # one block
    rows = np.repeat(packed.order.astype(int), lengths)
    unpacked = zip(rows.tolist(), (packed.ties >> 2).tolist(), strict=True)
    assert dict(zip(unpacked, (packed.ties & 3).tolist(), strict=True)) == as_dict(ties)
    assert packed.ties.size == ties.neighbours.size


def test_rows_of_a_large_city_are_packed_block_by_block(monkeypatch):
    monkeypatch.setattr("sim.core.ties.BLOCK", 100)
    rng = np.random.default_rng(3)
    ties = build_ties(450, rng.integers(0, 450, 4000), rng.integers(0, 450, 4000), np.zeros(4000, np.int8))
    packed = pack_ties(*ties, np.ones(3, np.float32))
    lengths = np.diff(packed.offsets.astype(int))
    for start in range(0, 450, 100):
        block = packed.order[start : start + 100]
        assert (block // 100 == start // 100).all()
        assert np.all(np.diff(lengths[start : start + 100]) >= 0)
    for k, row in enumerate(packed.order):
        mine = packed.ties[int(packed.offsets[k]) : int(packed.offsets[k + 1])] >> 2
        assert mine.tolist() == ties.neighbours[ties.offsets[row] : ties.offsets[row + 1]].tolist()
    assert packed.ties.dtype == np.uint32


def test_blocks_hold_every_row_once_and_each_block_is_sorted_by_size():
    sizes = np.random.default_rng(1).integers(1, 9, 1000)
    order = sort_blocks(sizes, 256)
    assert sorted(order.tolist()) == list(range(1000))
    for start in range(0, 1000, 256):
        block = order[start : start + 256]
        assert (block // 256 == start // 256).all()
        assert np.all(np.diff(sizes[block]) >= 0)
