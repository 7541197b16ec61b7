"""The samples of the two designs, by SALib: where each point lies in the unit cube, and which seeds it has.

Points come in blocks: a trajectory of Morris (1991) has D + 1 of them, each a step of one factor from the one
before; a base sample of Saltelli et al. (2010) has D + 2, the rows A, AB_1 ... AB_D and B. D counts the seed,
which is the last factor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = 4  # of Morris' grid; a step is LEVELS / (2 (LEVELS - 1)) = 2/3 of the range


def block_size(design: str, n_factors: int) -> int:
    """Points of a block, for a number of factors without the seed."""
    return n_factors + 1 + {"morris": 1, "saltelli": 2}[design]


def unit_sample(
    design: str, n_factors: int, samples: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Places of the points in the unit cube (float64[points, factors]), and their luck (int64[points]).

    Luck is a number from 0: points of one number share their seeds, points of different numbers share none.
    In every block one step changes it; no two blocks have one in common.
    """
    problem = problem_of(n_factors + 1)
    rng = np.random.default_rng(seed)
    if design == "morris":
        from SALib.sample.morris import sample

        unit = np.round(sample(problem, samples, num_levels=LEVELS, seed=rng) * (LEVELS - 1)) / (LEVELS - 1)
    else:
        from SALib.sample.sobol import sample

        unit = sample(problem, samples, calc_second_order=False, seed=rng)
    size = block_size(design, n_factors)
    luck = np.empty((samples, size), np.int64)
    for block, places in enumerate(unit[:, -1].reshape(samples, size)):
        luck[block] = 2 * block + (places != places[0])
    return unit[:, :-1], luck.reshape(-1)


def luck_pairs(design: str, luck: NDArray[np.int64]) -> NDArray[np.int64]:
    """The two points of each block that differ in luck alone (int64[blocks, 2]); luck is [blocks, points]."""
    changed = np.argmax(luck != luck[:, :1], axis=1)  # in a base sample that is the row AB of the seed
    before = changed - 1 if design == "morris" else np.zeros_like(changed)
    return np.stack([before, changed], axis=1)


def problem_of(n: int) -> dict[str, Any]:
    """SALib's description of n factors over the unit cube."""
    return {"num_vars": n, "names": [str(k) for k in range(n)], "bounds": [[0.0, 1.0]] * n}
