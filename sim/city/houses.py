"""Who lives with whom: couples with their children, the old with a son or on their own, orphans together.

A married couple forms a household under the husband's line. Old parents live in a household of their own,
with their unmarried children, or share the house of a married son. Households are numbered provisionally:
first the young couples, then the natal houses of the old couples, then houses of the unmarried old.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.lineage import Generation

# Shares of the old who live in a married son's house; assumed, they set the mean household (P5).
COUPLE_WITH_SON_SHARE = 0.5
WIDOWED_WITH_SON_SHARE = 0.9
ADULT_AGE = 18.0  # years; younger orphans keep their mother


@dataclass
class Houses:
    """Provisional household of every living person, and the seat of every family; -1 for none."""

    n: int  # provisional households, many of them empty
    old: NDArray[np.int32]  # [second generation]
    adult: NDArray[np.int32]  # [third generation]
    young: NDArray[np.int32]  # [fourth generation]
    natal: NDArray[np.int32]  # [old couples + 1] where parents, else unmarried children live; the last is -1
    clan: NDArray[np.int16]  # [n]
    line: NDArray[np.int32]  # [n] old couple from which the household comes: close kin share it


def _keep_mothers(g: Generation, needs: NDArray[np.bool_]) -> None:
    """Let the mother live where both parents of a couple that is needed would be dead; in place."""
    both_dead = ~(g.is_alive[g.husband] | g.is_alive[g.wife])
    g.is_alive[g.wife[needs & both_dead]] = True


def _first(of: NDArray[np.int32], value: NDArray[np.int32], n: int) -> NDArray[np.int32]:
    """For each of n families the value of its first row (rows in family order), -1 for none."""
    out = np.full(n, -1, np.int32)
    out[of[::-1]] = value[::-1]
    return out


def settle(
    rng: np.random.Generator, first: Generation, old: Generation, adult: Generation, young: Generation
) -> Houses:
    """Give every living person of the last three generations a provisional household.

    Changes `is_alive` where minors would be left without a parent. Luck comes from `rng` only.
    """
    n_first, n_old, n_adult = first.husband.size, old.husband.size, adult.husband.size
    unmarried = adult.couple < 0
    minors = np.bincount(adult.family[unmarried & (adult.age < ADULT_AGE)], minlength=n_old) > 0
    _keep_mothers(old, minors)
    _keep_mothers(adult, np.diff(young.first_child) > 0)

    his, hers = old.is_alive[old.husband], old.is_alive[old.wife]
    sons = np.flatnonzero((adult.sex == 1) & (adult.couple >= 0) & adult.is_alive)
    son_house = _first(adult.family[sons], adult.couple[sons], n_old)
    share = np.where(his & hers, COUPLE_WITH_SON_SHARE, WIDOWED_WITH_SON_SHARE)
    with_son = (rng.random(n_old) < share) | ~(his | hers)  # orphans live with a married brother
    left_at_home = np.bincount(adult.family[unmarried & adult.is_alive], minlength=n_old) > 0
    own_house = np.where(his | hers | left_at_home, n_adult + np.arange(n_old), -1)
    inhabited = own_house >= 0
    natal = np.where(inhabited & with_son & (son_house >= 0), son_house, own_house)
    natal = np.append(natal, -1).astype(np.int32)  # so that the unmarried, couple -1, have none

    adult_house = np.where(unmarried, natal[adult.family], adult.couple)
    brothers = np.flatnonzero((old.sex == 1) & (old.couple >= 0) & old.is_alive)
    brother_house = _first(old.family[brothers], natal[old.couple[brothers]], n_first)
    alone = np.where(brother_house >= 0, brother_house, n_adult + n_old + np.arange(n_first))
    old_house = np.where(old.couple < 0, alone[old.family], natal[old.couple])

    first_line = np.searchsorted(old.family[old.husband], np.arange(n_first))
    return Houses(
        n=n_adult + n_old + n_first,
        old=np.where(old.is_alive, old_house, -1).astype(np.int32),
        adult=np.where(adult.is_alive, adult_house, -1).astype(np.int32),
        young=young.family,
        natal=natal,
        clan=np.concatenate((adult.clan[adult.husband], old.clan[old.husband], first.clan[first.husband])),
        line=np.concatenate((adult.family[adult.husband], np.arange(n_old), first_line), dtype=np.int32),
    )
