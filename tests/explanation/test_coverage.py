"""Intervals over later luck cover what much more of that luck says, at about their rate."""

from __future__ import annotations

import numpy as np
import pytest

from sim.explanation.changes import Change
from sim.explanation.rerun import Job
from sim.stats.intervals import paired_share, wilson
from tests.conftest import tiny

DAY = 10
HISTORY = {  # kidnappings decide whether the truce of this town breaks
    "days": 40,
    "army": {"troops": 7},
    "events": {"kidnapping": {"base": 0.05}, "harassment": {"enabled": False}},
    "truce": {"feud": {"bar": 9.0}},
}
NO_KIDNAPPING = Change("kind", "kidnapping", "", DAY, DAY, values={"events.kidnapping.enabled": False})


def coverage(n_blocks: int, k: int) -> tuple[float, float]:
    """How often intervals from blocks of K replicates cover what all together say: shares, differences."""
    text, n = tiny(HISTORY).model_dump_json(), n_blocks * k
    base, ours = (
        np.array([row["broke"] for row in Job(0, text, DAY, n, change, is_fresh=True).do()[1]], int)
        for change in (None, NO_KIDNAPPING)
    )
    assert 0.1 < base.mean() < 0.95
    assert ours.mean() < base.mean()
    shares, differences = [], []
    for b in range(n_blocks):
        block = slice(b * k, (b + 1) * k)
        low, high = wilson(int(base[block].sum()), k)
        shares.append(low <= base.mean() <= high)
        low, high, _ = paired_share(ours[block], base[block])
        differences.append(low <= (ours - base).mean() <= high)
    return float(np.mean(shares)), float(np.mean(differences))


def test_intervals_cover_the_truth_at_about_their_rate():
    shares, differences = coverage(20, 8)
    assert shares >= 0.75  # 0.95 less four standard errors
    assert differences >= 0.75


@pytest.mark.slow
def test_intervals_cover_the_truth_at_their_rate():
    shares, differences = coverage(100, 20)
    assert shares >= 0.87
    assert differences >= 0.87
