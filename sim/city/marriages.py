"""Marriages of one generation: some between first cousins, some within the clan, the rest outside it.

The shares are quotas of all marriages, met as long as there is somebody to marry: cousins choose first,
then clansmen, then everybody else is matched by age. So the realised shares are the configured ones except
in a town too small or too closed for them, and there the realised ones are reported.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Sex
from sim.city.config import Kinship
from sim.city.lineage import Generation
from sim.core.compiler import kernel

NEVER_MARRIED_SHARE = 0.03  # assumed
HUSBAND_OLDER_YEARS = 5.0  # mean, as in MARRIAGE_AGE; assumed
AGE_MATCH_SD = 2.5  # years, noise of matching by age; assumed
AGE_GAP_RANGE = (-3.0, 15.0)  # husband's age minus wife's between relatives; assumed
_SCAN = 80  # women looked at on either side of the wanted age
_SWAPS = 150  # neighbours tried to undo a forbidden match
_FREE, _OUT = -1, -2  # values of `spouse` before marriage: may marry, will not


@kernel
def are_cousins(f, g, father, mother, parents_family):  # type: ignore[no-untyped-def]
    """True if families f and g are different and share a pair of grandparents.

    father, mother: int32[families] rows among the parents; parents_family int32[parents]. Without parents
    (the founders) nobody is known to be a cousin.
    """
    if f == g or parents_family.shape[0] == 0:
        return False
    a, b = parents_family[father[f]], parents_family[mother[f]]
    c, d = parents_family[father[g]], parents_family[mother[g]]
    return a in (c, d) or b in (c, d)


@kernel
def _gap_fits(gap):  # type: ignore[no-untyped-def]
    return AGE_GAP_RANGE[0] <= gap <= AGE_GAP_RANGE[1]


@kernel
def _cousin_bride(man, wanted, uncles_only, g, p):  # type: ignore[no-untyped-def]
    """The `wanted`-th free girl cousin of `man`, or -1 - (number of them) when there are not so many.

    g: (family, first_child, sex, age, spouse) of his generation; p: (family, first_child, sex, couple,
    husband, wife) of his parents'. `uncles_only` looks at the daughters of his father's brothers only.
    """
    family, first_child, sex, age, spouse = g
    p_family, p_first_child, p_sex, p_couple, p_husband, p_wife = p
    seen = 0
    for side in range(1 if uncles_only else 2):
        parent = p_husband[family[man]] if side == 0 else p_wife[family[man]]
        home = p_family[parent]
        for s in range(p_first_child[home], p_first_child[home + 1]):
            if s == parent or p_couple[s] < 0 or (uncles_only and p_sex[s] == 0):
                continue
            c = p_couple[s]
            for w in range(first_child[c], first_child[c + 1]):
                if sex[w] == 0 and spouse[w] == _FREE and _gap_fits(age[man] - age[w]):
                    if seen == wanted:
                        return w
                    seen += 1
    return -1 - seen


@kernel
def _marry_cousins(men, luck, quota, uncle_share, g, p):  # type: ignore[no-untyped-def]
    """Marry men, in the order given, to first cousins until `quota`; writes spouse (g[4])."""
    spouse = g[4]
    done = 0
    for k in range(men.shape[0]):
        if done == quota:
            break
        uncles_only = luck[k, 0] < uncle_share
        n = -1 - _cousin_bride(men[k], -1, uncles_only, g, p)
        if n == 0 and uncles_only:
            uncles_only = False
            n = -1 - _cousin_bride(men[k], -1, uncles_only, g, p)
        if n > 0:
            w = _cousin_bride(men[k], int(luck[k, 1] * n), uncles_only, g, p)
            spouse[men[k]] = w
            spouse[w] = men[k]
            done += 1
    return done


@kernel
def _marry_in_clan(men, luck, quota, women, start, clan, age, family, spouse, kin):  # type: ignore[no-untyped-def]
    """Marry men to women of their clan, near the wanted age, no cousins, until `quota`; writes spouse.

    women: int64[w] sorted by clan, then age; start: int64[clans + 1]; luck: float64[men] wanted age gap.
    """
    father, mother, p_family = kin
    done = 0
    for k in range(men.shape[0]):
        m = men[k]
        if done == quota:
            break
        if spouse[m] != _FREE:
            continue
        begin, end = start[clan[m]], start[clan[m] + 1]
        wanted = age[m] - luck[k]
        low, high = begin, end
        while low < high:  # first woman at least as old as wanted
            middle = (low + high) // 2
            if age[women[middle]] < wanted:
                low = middle + 1
            else:
                high = middle
        for step in range(2 * _SCAN):
            i = low + step // 2 if step % 2 == 0 else low - 1 - step // 2
            if i < begin or i >= end:
                continue
            w = women[i]
            if spouse[w] != _FREE or family[w] == family[m] or not _gap_fits(age[m] - age[w]):
                continue
            if are_cousins(family[m], family[w], father, mother, p_family):
                continue
            spouse[m] = w
            spouse[w] = m
            done += 1
            break
    return done


@kernel
def _is_outside(m, w, clan, family, kin):  # type: ignore[no-untyped-def]
    father, mother, p_family = kin
    return clan[m] != clan[w] and not are_cousins(family[m], family[w], father, mother, p_family)


@kernel
def _marry_outside(men, women, clan, family, spouse, kin):  # type: ignore[no-untyped-def]
    """Marry men[k] to women[k], swapping brides with neighbours where the pair is of one clan or cousins.

    Where no swap helps (a town of one clan), relatives do marry, brothers and sisters never. Writes spouse
    and, in place, `women`.
    """
    n = men.shape[0]
    for k in range(n):
        if _is_outside(men[k], women[k], clan, family, kin):
            continue
        for step in range(2 * _SWAPS):
            j = k + 1 + step // 2 if step % 2 == 0 else k - 1 - step // 2
            if (
                0 <= j < n
                and _is_outside(men[k], women[j], clan, family, kin)
                and _is_outside(men[j], women[k], clan, family, kin)
            ):
                women[k], women[j] = women[j], women[k]
                break
    for k in range(n):
        if family[men[k]] != family[women[k]]:
            spouse[men[k]] = women[k]
            spouse[women[k]] = men[k]


def _longest_ready(
    rng: np.random.Generator, people: NDArray[np.int64], ready: NDArray[np.float32], n: int
) -> NDArray[np.int64]:
    """The `n` of `people` who could have married for longest, with some noise: the rest still wait."""
    waited = ready[people] + AGE_MATCH_SD * rng.standard_normal(people.size)
    return people[np.argsort(-waited, kind="stable")[:n]]


FATHERS_BROTHERS_DAUGHTER_SHARE = 0.4  # of cousin marriages, where there is one; assumed


def marry(rng: np.random.Generator, g: Generation, parents: Generation | None, kinship: Kinship) -> None:
    """Make the couples of generation `g`; sets couple, husband and wife in place.

    Without `parents` (the founders) the cousins' quota goes to the clan. Luck comes from `rng` only.
    """
    spouse = np.where(g.ready >= 0, _FREE, _OUT).astype(np.int32)
    spouse[rng.random(spouse.size) < NEVER_MARRIED_SHARE] = _OUT
    men = rng.permutation(np.flatnonzero((spouse == _FREE) & (g.sex == Sex.MALE)))
    women = np.flatnonzero((spouse == _FREE) & (g.sex == Sex.FEMALE))
    n = min(men.size, women.size)
    n_cousins = round(kinship.cousin_marriage_share * n)
    n_clan = round(kinship.clan_marriage_share * n)
    luck = rng.random((men.size, 2))
    gaps = HUSBAND_OLDER_YEARS + AGE_MATCH_SD * rng.standard_normal(men.size)

    none = np.zeros(0, np.int32)
    kin = (none, none, none)
    if parents is None:
        n_clan += n_cousins
    else:
        kin = (parents.husband, parents.wife, parents.family)
        family_of_parents = (
            parents.family, parents.first_child, parents.sex, parents.couple, parents.husband, parents.wife,
        )  # fmt: skip
        _marry_cousins(
            men, luck, n_cousins, FATHERS_BROTHERS_DAUGHTER_SHARE,
            (g.family, g.first_child, g.sex, g.age, spouse), family_of_parents,
        )  # fmt: skip

    by_clan = women[np.lexsort((g.age[women], g.clan[women]))]
    start = np.searchsorted(g.clan[by_clan], np.arange(int(g.clan.max(initial=0)) + 2))
    _marry_in_clan(men, gaps, n_clan, by_clan, start, g.clan, g.age, g.family, spouse, kin)

    men, women = men[spouse[men] == _FREE], women[spouse[women] == _FREE]
    n = min(men.size, women.size)
    men, women = _longest_ready(rng, men, g.ready, n), _longest_ready(rng, women, g.ready, n)
    men = men[np.argsort(g.age[men] + AGE_MATCH_SD * rng.standard_normal(n), kind="stable")]
    women = women[np.argsort(g.age[women], kind="stable")]
    _marry_outside(men, women, g.clan, g.family, spouse, kin)

    g.husband = np.flatnonzero((spouse >= 0) & (g.sex == Sex.MALE)).astype(np.int32)
    g.wife = spouse[g.husband]
    g.couple[g.husband] = g.couple[g.wife] = np.arange(g.husband.size, dtype=np.int32)


def marriage_facts(generations: list[tuple[Generation, Generation]]) -> dict[str, float]:
    """Shares realised among all marriages of the (generation, its parents) given, read off the genealogy.

    Keys: marriages (their number), cousin_marriage_share, clan_marriage_share (within the clan, not between
    first cousins) and consanguineous_share, the sum of the two.
    """
    cousins = clan = total = 0
    for g, parents in generations:
        p_family = parents.family
        h, w = g.family[g.husband], g.family[g.wife]
        his = p_family[parents.husband[h]], p_family[parents.wife[h]]
        hers = p_family[parents.husband[w]], p_family[parents.wife[w]]
        are = (his[0] == hers[0]) | (his[0] == hers[1]) | (his[1] == hers[0]) | (his[1] == hers[1])
        cousins += int(are.sum())
        clan += int((~are & (g.clan[g.husband] == g.clan[g.wife])).sum())
        total += h.size
    some = max(total, 1)
    return {
        "marriages": float(total),
        "cousin_marriage_share": cousins / some,
        "clan_marriage_share": clan / some,
        "consanguineous_share": (cousins + clan) / some,
    }
