"""Patient rule induction: the box of inputs in which something happens most often (Friedman and Fisher 1999).

Peeling takes off, again and again, the thin slice of one input without which the mean of the rest is highest;
pasting gives back what raises it. Limits that chance gives as well are dropped (Bryant and Lempert 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PEEL = 0.05  # share of the box that a slice holds; Friedman and Fisher advise 0.05 to 0.1
LEAST_MASS = 0.05  # share of all points that a box keeps
CHANCE = 0.05  # a limit stays whose quasi-p-value is under this

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """A box: limits of each input (float64[inputs, 2], infinite where it has none), and what it holds.

    `density`: share of its points in which it happens; `coverage`: share of all that happen that lie in it;
    `mass`: share of all points that lie in it.
    """

    limits: Numbers
    density: float
    coverage: float
    mass: float

    @property
    def restricted(self) -> list[int]:
        """The inputs that have a limit."""
        return [int(k) for k in np.flatnonzero(np.isfinite(self.limits).any(axis=1))]


def find_box(
    inputs: Numbers, happens: Flags, peel: float = PEEL, least_mass: float = LEAST_MASS
) -> Box | None:
    """The box in which it happens most often, for the best balance of density and coverage.

    `inputs`: float64[points, inputs]; `happens`: bool[points]. Of the boxes on the way of peeling the one is
    taken with the greatest harmonic mean of density and coverage. None if it happens in no point or in all,
    or if no limit is left that is more than chance.
    """
    x, y = np.asarray(inputs, np.float64), np.asarray(happens, bool)
    if not len(y) or not y.any() or y.all():
        return None
    best, best_worth = _open(x.shape[1]), _worth(y, np.ones(len(y), bool))
    for limits in _peel(x, y, peel, least_mass):
        worth = _worth(y, inside(x, limits))
        if worth > best_worth:
            best, best_worth = limits, worth
    pasted = _paste(x, y, best, peel)
    kept = _without_chance(x, y, pasted)
    box = _box(x, y, kept)
    return box if box.restricted else None


def inside(x: Numbers, limits: Numbers) -> Flags:
    """Which points (float64[points, inputs]) lie in the box of these limits, its edges included."""
    return np.asarray(((x >= limits[:, 0]) & (x <= limits[:, 1])).all(axis=1))


def _open(n: int) -> Numbers:
    return np.column_stack([np.full(n, -np.inf), np.full(n, np.inf)])


def _worth(y: Flags, is_in: Flags) -> float:
    """The harmonic mean of density and coverage."""
    n = int(y[is_in].sum())
    return 2 * n / (int(is_in.sum()) + int(y.sum()))


def _box(x: Numbers, y: Flags, limits: Numbers) -> Box:
    is_in = inside(x, limits)
    n = int(is_in.sum())
    held = int(y[is_in].sum())
    return Box(limits, held / n if n else 0.0, held / int(y.sum()), n / len(y))


def _peel(x: Numbers, y: Flags, peel: float, least_mass: float) -> list[Numbers]:
    """The boxes on the way of peeling, the widest first."""
    limits = _open(x.shape[1])
    boxes: list[Numbers] = []
    while True:
        is_in = inside(x, limits)
        best: tuple[float, float, Numbers] | None = None
        for k in range(x.shape[1]):
            column = x[is_in, k]
            for side, edge in ((0, np.quantile(column, peel)), (1, np.quantile(column, 1 - peel))):
                stays = column > edge if side == 0 else column < edge
                n = int(stays.sum())
                if n == column.size or n < least_mass * len(y):
                    continue
                mean, kept = float(y[is_in][stays].mean()), column[stays]
                if best is None or (mean, n) > best[:2]:
                    smaller = limits.copy()
                    smaller[k, side] = kept.min() if side == 0 else kept.max()
                    best = (mean, n, smaller)
        if best is None:
            return boxes
        limits = best[2]
        boxes.append(limits)


def _paste(x: Numbers, y: Flags, limits: Numbers, paste: float) -> Numbers:
    """The box widened, slice by slice, as long as its mean rises."""
    while True:
        is_in = inside(x, limits)
        mean, best = float(y[is_in].mean()), None
        n_slice = max(1, round(paste * int(is_in.sum())))
        for k in range(x.shape[1]):
            for side in (0, 1):
                if not np.isfinite(limits[k, side]):
                    continue
                open_ended = limits.copy()
                open_ended[k, side] = -np.inf if side == 0 else np.inf
                beyond = np.sort(x[inside(x, open_ended) & ~is_in, k])
                if not len(beyond):
                    continue
                wider = limits.copy()
                wider[k, side] = (
                    beyond[-min(n_slice, len(beyond))] if side == 0 else beyond[min(n_slice, len(beyond)) - 1]
                )
                share = float(y[inside(x, wider)].mean())
                if share > mean:
                    mean, best = share, wider
        if best is None:
            return limits
        limits = best


def _without_chance(x: Numbers, y: Flags, limits: Numbers) -> Numbers:
    """The box without the limits that chance would give as well, dropped one by one, the weakest first.

    The quasi-p-value of a limit: how likely the points of the box would hold as many in which it happens, if
    these came at the share of the box without that limit.
    """
    from scipy.stats import binom

    while True:
        is_in = inside(x, limits)
        n, held = int(is_in.sum()), int(y[is_in].sum())
        worst, at = CHANCE, -1
        for k in np.flatnonzero(np.isfinite(limits).any(axis=1)):
            free = limits.copy()
            free[k] = (-np.inf, np.inf)
            share = float(y[inside(x, free)].mean())
            p = float(binom.sf(held - 1, n, share))
            if p > worst:
                worst, at = p, int(k)
        if at < 0:
            return limits
        limits = limits.copy()
        limits[at] = (-np.inf, np.inf)
