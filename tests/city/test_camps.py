"""Camps: exact shares, and a lean that clusters by clan and household as much as it is told to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.city.camps import camp_counts, cut_camps, draw_lean
from sim.city.columns import Camp
from sim.city.config import CampShares, CityConfig

shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
    lambda pair: CampShares(loyalist=pair[0], uncommitted=(1 - pair[0]) * pair[1])
)


@given(n=st.integers(1, 10**7), shares=shares)
def test_camp_counts_are_the_shares_rounded(n, shares):
    loyalist, uncommitted, opposition = camp_counts(n, shares)
    assert min(loyalist, uncommitted, opposition) >= 0
    assert loyalist + uncommitted + opposition == n
    assert abs(loyalist - shares.loyalist * n) <= 0.5
    assert abs(uncommitted - shares.uncommitted * n) <= 1.0


@given(n=st.integers(1, 400), shares=shares, seed=st.integers(0, 100))
def test_loyalists_lean_lowest_and_opponents_highest(n, shares, seed):
    lean = np.random.default_rng(seed).standard_normal(n)
    camp = cut_camps(lean, shares)
    assert tuple(np.bincount(camp, minlength=3)) == camp_counts(n, shares)
    assert np.all(np.diff(camp[np.argsort(lean)]) >= 0)


@pytest.mark.parametrize("camp", list(Camp))
def test_a_town_of_one_camp_is_of_that_camp(camp):
    share = {Camp.LOYALIST: (1.0, 0.0), Camp.UNCOMMITTED: (0.0, 1.0), Camp.OPPOSITION: (0.0, 0.0)}[camp]
    assert (cut_camps(np.zeros(50), CampShares(loyalist=share[0], uncommitted=share[1])) == camp).all()


N_CLANS, HOUSES_A_CLAN, PEOPLE_A_HOUSE = 2000, 6, 5


@pytest.mark.parametrize(
    ("clan_share", "household_share"), [(0.15, 0.45), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.3)]
)
def test_variance_between_clans_and_households_follows_the_settings(clan_share, household_share):
    n_houses = N_CLANS * HOUSES_A_CLAN
    clan = np.repeat(np.arange(N_CLANS, dtype=np.int16), HOUSES_A_CLAN)
    household = np.repeat(np.arange(n_houses, dtype=np.int32), PEOPLE_A_HOUSE)
    config = CityConfig(clan_share=clan_share, household_share=household_share)
    lean = draw_lean(np.random.default_rng(1), config, clan, household)
    by_house = lean.reshape(N_CLANS, HOUSES_A_CLAN, PEOPLE_A_HOUSE)
    # analysis of variance of a balanced nested design, from the inside out
    own = by_house.var(axis=2, ddof=1).mean()
    house_means = by_house.mean(axis=2)
    between_houses = house_means.var(axis=1, ddof=1).mean() - own / PEOPLE_A_HOUSE
    clan_means = house_means.mean(axis=1)
    between_clans = clan_means.var(ddof=1) - house_means.var(axis=1, ddof=1).mean() / HOUSES_A_CLAN
    # variance of an estimated variance of n normal values is 2 / n; the largest of the three is bounded by it
    four_errors = 4 * np.sqrt(2 / N_CLANS)
    assert between_clans == pytest.approx(clan_share, abs=four_errors)
    assert between_houses == pytest.approx(household_share, abs=four_errors)
    assert own == pytest.approx(1 - clan_share - household_share, abs=four_errors)


def test_houses_that_lean_lowest_are_loyalist_and_those_that_lean_highest_have_none(al_rastan):
    city = al_rastan[0]
    order = np.argsort(city.lean)
    lowest, highest = order[:500], order[-500:]
    loyal = np.bincount(city.household[city.camp == Camp.LOYALIST], minlength=city.n_households)
    assert loyal[lowest].sum() > 0.8 * np.diff(city.first)[lowest].sum()
    assert loyal[highest].sum() == 0


def test_members_of_a_house_agree_more_than_strangers(al_rastan):
    city = al_rastan[0]
    loyal = (city.camp == Camp.LOYALIST).astype(float)
    pairs = np.flatnonzero(city.household[1:] == city.household[:-1])
    together = np.corrcoef(loyal[pairs], loyal[pairs + 1])[0, 1]
    assert together > 0.3  # 0.6 of the latent variance is shared; the cut weakens it
