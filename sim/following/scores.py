"""Proper scores of forecasts of counts and of yes or no, and skill.

A forecast of a count is its distribution (law), float64[places], place k for a count of k. Scores: CRPS and
log score (ignorance, in bits), whose properties Gneiting and Raftery (2007) give; Brier (1950); coverage of
central intervals; the non-randomised PIT of Czado, Gneiting and Held (2009). `scoringrules` scores equally
weighted ensembles; these functions score laws too, and are tested against its formulas and against closed
forms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Law = NDArray[np.float64]

VAGUE_WEIGHT = 1.0  # weight, in histories, of the vague law that is mixed into every law for log scores
BOOTSTRAPS = 2000


def law_of(counts: ArrayLike, places: int, weights: Sequence[float] | None = None) -> Law:
    """The law of an ensemble of counts, float64[places]; larger counts go to the last place."""
    cut = np.minimum(np.asarray(counts, np.int64), places - 1)
    law = np.bincount(cut, weights=weights, minlength=places)
    return np.asarray(law / law.sum(), np.float64)


def crps(law: Law, seen: int, members: int | None = None) -> float:
    """Continuous ranked probability score of a count: sum over k of (F(k) - 1{k >= seen})^2.

    With `members` the law is that of an ensemble of that size, and the score is the fair one (Ferro 2014),
    whose mean does not depend on the size: half the mean distance of two members weighs n / (n - 1).
    """
    below = np.cumsum(law)
    score = float(np.sum((below - (np.arange(law.size) >= seen)) ** 2))
    if members is not None and members > 1:
        spread = float(np.sum(below * (1.0 - below)))  # half the mean distance of two draws
        score -= spread / (members - 1)
    return score


def log_score(law: Law, seen: int, members: int) -> float:
    """Ignorance in bits: -log2 of the probability given to what was seen.

    An ensemble of `members` gives no probability to what none of them shows, so every law is mixed with a
    vague one (geometric, of mean 1 more than its own) that counts for VAGUE_WEIGHT members.
    """
    mean = float(law @ np.arange(law.size))
    p = 1.0 / (2.0 + mean)
    vague = p * (1.0 - p) ** seen
    share = VAGUE_WEIGHT / (members + VAGUE_WEIGHT)
    here = law[seen] if seen < law.size else 0.0
    return float(-np.log2((1.0 - share) * here + share * vague))


def central_interval(law: Law, share: float) -> tuple[int, int]:
    """The smallest central interval of counts with at least this share, both ends included.

    `law`: float64, the probability of each count from 0 on.
    """
    below = np.cumsum(law)
    low = int(np.searchsorted(below, (1.0 - share) / 2 + 1e-12))
    high = int(np.searchsorted(below, (1.0 + share) / 2 - 1e-12))
    return min(low, law.size - 1), min(high, law.size - 1)


def pit_histogram(laws: Sequence[Law], seen: Sequence[int], bins: int = 10) -> NDArray[np.float64]:
    """Heights of the PIT histogram float64[bins], all 1 where forecasts are calibrated.

    The PIT of a count is spread evenly between F(seen - 1) and F(seen).
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    total = np.zeros(bins + 1)
    for law, y in zip(laws, seen, strict=True):
        high = float(law[: y + 1].sum())
        low = float(law[:y].sum())
        if high > low:
            total += np.clip((edges - low) / (high - low), 0.0, 1.0)
        else:  # a count to which the law gives no probability
            total += edges >= max(high, 1e-12)
    return np.asarray(np.diff(total) / len(laws) * bins, np.float64)


def brier(p: float, happened: bool, members: float | None = None) -> float:
    """Brier score of a forecast of yes or no; `p`: probability given to yes.

    With `members` it is the share among so many, effectively, and the score is the fair one (Ferro 2014).
    """
    score = (p - happened) ** 2
    return score - p * (1.0 - p) / (members - 1.0) if members is not None and members > 1 else score


def skill(score: float, reference: float) -> float:
    """1 - score / reference: 1 is perfect, 0 no better than the reference; nan if that is perfect."""
    return 1.0 - score / reference if reference > 0 else float("nan")


def block_bootstrap(
    blocks: Sequence[NDArray[np.float64]],
    statistic: Callable[[NDArray[np.float64]], float],
    seed: int = 0,
    n: int = BOOTSTRAPS,
    level: float = 0.95,
) -> tuple[float, float]:
    """Interval of a statistic of rows, by resampling whole blocks (Künsch 1989), one per truce.

    `blocks`: float64[rows, columns] each. Rows of one truce are dependent; truces are independent.
    (nan, nan) for fewer than two blocks.
    """
    if len(blocks) < 2:
        return float("nan"), float("nan")
    rng = np.random.default_rng([seed, 4])
    values = []
    for _ in range(n):
        chosen = rng.integers(len(blocks), size=len(blocks))
        values.append(statistic(np.concatenate([blocks[k] for k in chosen])))
    low, high = (
        np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
        if np.isfinite(values).any()
        else (
            float("nan"),
            float("nan"),
        )
    )
    return float(low), float(high)
