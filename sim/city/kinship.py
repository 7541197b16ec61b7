"""Ties between households, read off the genealogy.

CLOSE: joined through men (a father's house and his sons', brothers' houses). AFFINE: joined through a
woman's marriage (her parents' house, her brothers' and sisters'). COUSIN: houses of first cousins, of which
only a share keeps contact. The dead still tie: a widow's house keeps her husband's brothers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Tie
from sim.city.houses import ADULT_AGE
from sim.city.lineage import Generation
from sim.core.compiler import kernel

Edges = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]
_CLOSE, _AFFINE = int(Tie.CLOSE), int(Tie.AFFINE)


@kernel
def _sibling_edges(first_child, sex, seat, natal, a, b, kind):  # type: ignore[no-untyped-def]
    """Ties among the houses of siblings, and of each with the natal house; returns how many were written."""
    n = 0
    for f in range(first_child.shape[0] - 1):
        for i in range(first_child[f], first_child[f + 1]):
            if seat[i] < 0:
                continue
            if natal[f] >= 0 and natal[f] != seat[i]:
                a[n], b[n] = natal[f], seat[i]
                kind[n] = _CLOSE if sex[i] == 1 else _AFFINE
                n += 1
            for j in range(i + 1, first_child[f + 1]):
                if seat[j] >= 0 and seat[j] != seat[i]:
                    a[n], b[n] = seat[i], seat[j]
                    kind[n] = _CLOSE if sex[i] == 1 and sex[j] == 1 else _AFFINE
                    n += 1
    return n


def sibling_edges(g: Generation, seat: NDArray[np.int32], natal: NDArray[np.int32]) -> Edges:
    """Close and affine edges of one generation, with repetitions: household, household, kind.

    seat: int32[n] household of each person's couple (or the person's own), -1 none; natal: int32[families]
    household of the parents, -1 none.
    """
    sizes = np.diff(g.first_child).astype(np.int64)
    most = int((sizes * (sizes + 1) // 2).sum())
    a, b, kind = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int8)
    n = _sibling_edges(g.first_child, g.sex, seat, natal, a, b, kind)
    return a[:n].copy(), b[:n].copy(), kind[:n].copy()


@kernel
def _cousin_pairs(p_first_child, p_couple, first_child, seat, luck, share, a, b):  # type: ignore[no-untyped-def]
    """Count pairs of first cousins with different seats; where `luck` has one number a pair, keep a share.

    Returns the number of pairs (luck empty) or of pairs kept and written to a and b.
    """
    seen = kept = 0
    counting = luck.shape[0] == 0
    for f in range(p_first_child.shape[0] - 1):
        for p in range(p_first_child[f], p_first_child[f + 1]):
            for q in range(p + 1, p_first_child[f + 1]):
                if p_couple[p] < 0 or p_couple[q] < 0:
                    continue
                for i in range(first_child[p_couple[p]], first_child[p_couple[p] + 1]):
                    for j in range(first_child[p_couple[q]], first_child[p_couple[q] + 1]):
                        if seat[i] < 0 or seat[j] < 0 or seat[i] == seat[j]:
                            continue
                        if not counting and luck[seen] < share:
                            a[kept], b[kept] = seat[i], seat[j]
                            kept += 1
                        seen += 1
    return seen if counting else kept


def cousin_edges(
    rng: np.random.Generator,
    g: Generation,
    parents: Generation,
    seat: NDArray[np.int32],
    contact_share: float,
) -> Edges:
    """Edges between the houses of living adult first cousins of generation `g` that keep contact.

    parents: the generation before; seat as in `sibling_edges`; contact_share: chance of each pair of cousins.
    Luck comes from `rng` only.
    """
    seat = np.where(g.is_alive & (g.age >= ADULT_AGE), seat, -1).astype(np.int32)
    none, no_luck = np.zeros(0, np.int32), np.zeros(0, np.float32)
    where = (parents.first_child, parents.couple, g.first_child, seat)
    share = np.float32(contact_share)  # compared in one precision everywhere, compiled or not
    n = _cousin_pairs(*where, no_luck, share, none, none)
    luck = rng.random(n, dtype=np.float32)
    most = int(np.count_nonzero(luck < share))
    a, b = np.empty(most, np.int32), np.empty(most, np.int32)
    if most:
        _cousin_pairs(*where, luck, share, a, b)
    return a, b, np.full(most, Tie.COUSIN, np.int8)
