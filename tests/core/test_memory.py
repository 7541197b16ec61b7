"""Arrays side by side: what they hold, where they begin, and that they are copies."""

import numpy as np
import pytest

from sim.core.memory import side_by_side
from sim.model import TruceModel
from sim.world.residents import SHARED
from tests.conftest import tiny


@pytest.mark.parametrize("n", [0, 3, 70_000, 700_000])
def test_arrays_side_by_side_hold_what_they_held(n):
    arrays = [
        np.arange(n, dtype=np.float32),
        np.arange(n, dtype=np.uint8),
        np.arange(4 * n, dtype=np.float32).reshape(n, 4),
        np.arange(n, dtype=np.uint64),
    ]
    copies = side_by_side(arrays)
    for old, new in zip(arrays, copies, strict=True):
        assert new.dtype == old.dtype
        assert new.shape == old.shape
        assert new.flags.c_contiguous
        assert new.flags.aligned
        assert np.array_equal(new, old)
        assert not np.shares_memory(new, old)
    starts = [copy.ctypes.data for copy in copies]
    assert starts == sorted(starts)
    assert all((start - starts[0]) % 64 == 0 for start in starts)
    for k, copy in enumerate(copies):
        copy[:] = k
    assert all((copy == k).all() for k, copy in enumerate(copies))


def test_what_fills_half_a_large_page_begins_on_one():
    (large,) = side_by_side([np.zeros(1 << 20, np.uint8)])
    assert large.ctypes.data % (1 << 21) == 0
    (small,) = side_by_side([np.zeros(1 << 19, np.uint8)])
    assert small.base.size == 1 << 19


def test_a_history_writes_nothing_of_what_runs_share():
    model = TruceModel(tiny())
    residents = model.world.residents
    before = {name: getattr(residents, name).copy() for name in SHARED}
    twin = residents.make_copy()
    model.run_model()
    assert model.world.city is residents.city
    for name in SHARED:
        assert getattr(twin, name) is getattr(residents, name), name
        assert np.array_equal(getattr(residents, name), before[name]), name
