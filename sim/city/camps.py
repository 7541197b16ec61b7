"""Camps: a latent lean that clusters by clan and household, cut so that the camp shares come out exact."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Camp
from sim.city.config import CampShares, CityConfig


def camp_counts(n: int, shares: CampShares) -> tuple[int, int, int]:
    """Residents of each camp (loyalist, uncommitted, opposition) out of n; sums to n, each within 1."""
    loyalist = min(round(shares.loyalist * n), n)
    not_opposition = min(max(round((shares.loyalist + shares.uncommitted) * n), loyalist), n)
    return loyalist, not_opposition - loyalist, n - not_opposition


def draw_lean(
    rng: np.random.Generator,
    config: CityConfig,
    clan: NDArray[np.int16],
    household: NDArray[np.int32],
) -> NDArray[np.float64]:
    """Latent lean float64[R] of each resident, mean 0 and variance 1 over towns; low is loyalist.

    clan: int16[H] of each household; household: int32[R]. Sum of a clan's, a household's and a person's
    own effect, with variances clan_share, household_share and the rest.
    """
    n_clans = int(clan.max(initial=0)) + 1
    of_clan, of_house = rng.standard_normal(n_clans), rng.standard_normal(clan.size)
    own = rng.standard_normal(household.size)
    rest = max(1.0 - config.clan_share - config.household_share, 0.0)
    shared = np.sqrt(config.clan_share) * of_clan[clan] + np.sqrt(config.household_share) * of_house
    # a trace of the own effect decides between residents whose lean would be equal
    return np.asarray(shared[household] + max(np.sqrt(rest), 1e-9) * own)


def cut_camps(lean: NDArray[np.float64], shares: CampShares) -> NDArray[np.int8]:
    """Camp int8[R] by lean (float64[R]): the lowest are loyalist, the highest opposition.

    There are exactly `camp_counts` of each.
    """
    loyalist, uncommitted, _ = camp_counts(lean.size, shares)
    order = np.argsort(lean, kind="stable")
    camp = np.full(lean.size, Camp.OPPOSITION, np.int8)
    camp[order[:loyalist]] = Camp.LOYALIST
    camp[order[loyalist : loyalist + uncommitted]] = Camp.UNCOMMITTED
    return camp
