"""The generated city: exact counts, the known patterns of such towns (P5), and luck that stays in place."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city.camps import camp_counts
from sim.city.city import City
from sim.city.columns import Camp, Rank, Role, Tie
from sim.city.config import CampShares, CityConfig, Kinship
from sim.city.population import clan_sizes, generate_city
from sim.city.statistics import kin_across_share, largest_clans_share
from sim.core.ties import Ties, check_ties

SEEDS = range(5)


def assert_whole(city: City, config: CityConfig) -> None:
    """Everything that the description of City promises."""
    n, n_households = config.n_residents, city.n_households
    assert city.n_residents == n
    np.testing.assert_array_equal(city.resident_id, np.arange(n))
    np.testing.assert_array_equal(city.household_id, np.arange(n_households))
    sizes = np.diff(city.first)
    assert sizes.min() >= 1
    np.testing.assert_array_equal(city.household, np.repeat(np.arange(n_households), sizes))
    check_ties(Ties(city.offsets, city.neighbours, city.tie_kind))
    assert city.offsets.size == n_households + 1
    assert city.quarter.min() >= 0
    assert city.quarter.max() < config.n_quarters
    assert city.clan.min() >= 0
    assert city.age.min() >= 0
    assert city.age.max() < 120
    assert set(np.unique(city.sex)) <= {0, 1}
    assert np.bincount(city.camp, minlength=3).tolist() == list(camp_counts(n, config.camps))
    assert not city.role.any()
    assert not city.rank.any()
    assert (city.faction == -1).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_consanguineous_marriages_are_as_surveyed(al_rastan, seed):
    facts = al_rastan[seed].facts
    assert 0.30 <= facts["consanguineous_share"] <= 0.40
    assert facts["cousin_marriage_share"] == pytest.approx(0.20, abs=0.005)
    assert facts["clan_marriage_share"] == pytest.approx(0.15, abs=0.005)


@pytest.mark.parametrize("seed", SEEDS)
def test_households_are_as_large_and_as_many_as_surveyed(al_rastan, seed):
    city = al_rastan[seed]
    sizes = np.diff(city.first)
    assert 5.0 <= sizes.mean() <= 5.8
    assert 11_000 <= city.n_households <= 13_000
    assert np.percentile(sizes, 10) <= 3
    assert np.percentile(sizes, 90) >= 8
    assert sizes.max() <= 25


@pytest.mark.parametrize("seed", SEEDS)
def test_well_over_half_of_either_side_have_close_or_affine_kin_across(al_rastan, seed):
    assert kin_across_share(al_rastan[seed], Camp.LOYALIST) > 0.6
    assert kin_across_share(al_rastan[seed], Camp.OPPOSITION) > 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_five_largest_clans_hold_a_quarter_to_three_tenths(al_rastan, seed):
    assert 0.25 <= largest_clans_share(al_rastan[seed]) <= 0.30


@pytest.mark.parametrize("seed", SEEDS)
def test_a_household_has_about_sixteen_ties_of_all_kinds(al_rastan, seed):
    city = al_rastan[seed]
    assert 15 <= city.neighbours.size / city.n_households <= 17.5
    assert np.bincount(city.tie_kind, minlength=3).min() > 2 * city.n_households
    assert (np.diff(city.offsets) == 0).mean() < 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_ages_and_sexes_are_plausible(al_rastan, seed):
    city = al_rastan[seed]
    standard_error = np.sqrt(0.25 / city.n_residents)
    assert abs((city.sex == 1).mean() - 0.51) < 5 * standard_error
    assert 0.30 <= (city.age < 15).mean() <= 0.42
    assert 0.02 <= (city.age >= 65).mean() <= 0.06
    assert ((city.sex == 1) & (city.age >= 18) & (city.age <= 55)).sum() > 5 * (1560 + 900)


@pytest.mark.parametrize("seed", SEEDS)
def test_clans_live_mostly_but_not_only_in_two_quarters_of_equal_size(al_rastan, seed):
    city = al_rastan[seed]
    people = np.bincount(city.quarter, np.diff(city.first), minlength=12)
    assert people.max() / people.min() < 1.25
    table = np.zeros((int(city.clan.max()) + 1, 12))
    np.add.at(table, (city.clan, city.quarter), 1)
    in_two = np.sort(table, axis=1)[:, -2:].sum() / city.n_households
    assert 0.75 < in_two < 0.95


def test_the_promises_of_a_city_hold_for_the_default(al_rastan):
    for seed in SEEDS:
        assert_whole(al_rastan[seed], CityConfig(seed=seed))


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 3000), seed=st.integers(0, 2**62), n_clans=st.integers(1, 5000), share=st.floats(0, 1)
)
def test_every_size_comes_out_exactly_and_whole(n, seed, n_clans, share):
    config = CityConfig(
        n_residents=n,
        seed=seed,
        camps=CampShares(loyalist=share, uncommitted=(1 - share) / 2),
        kinship=Kinship(n_clans=n_clans),
    )
    assert_whole(generate_city(config), config)


@pytest.mark.parametrize("n", [1, 2, 10, 100, 1000, 5000, 200_000])
def test_towns_of_all_orders_of_magnitude_are_whole(n):
    assert_whole(generate_city(CityConfig(n_residents=n)), CityConfig(n_residents=n))


@pytest.mark.parametrize(
    "kinship",
    [
        Kinship(children_mean=1.0),
        Kinship(children_mean=12.0),
        Kinship(n_clans=1),
        Kinship(cousin_marriage_share=1.0, clan_marriage_share=0.0),
        Kinship(cousin_marriage_share=0.0, clan_marriage_share=0.0),
        Kinship(clan_size_sigma=0.0),
        Kinship(clan_size_sigma=3.0),
    ],
)
def test_extreme_kinship_still_makes_a_whole_city(kinship):
    config = CityConfig(n_residents=3000, kinship=kinship)
    assert_whole(generate_city(config), config)


def test_no_cousin_contact_means_no_cousin_ties():
    none = generate_city(CityConfig(n_residents=3000, kinship=Kinship(cousin_contact_share=0.0)))
    every = generate_city(CityConfig(n_residents=3000, kinship=Kinship(cousin_contact_share=1.0)))
    assert not (none.tie_kind == Tie.COUSIN).any()
    assert (every.tie_kind == Tie.COUSIN).sum() > 20 * every.n_households


def test_realised_marriage_shares_follow_the_settings():
    kinship = Kinship(cousin_marriage_share=0.4, clan_marriage_share=0.05)
    facts = generate_city(CityConfig(n_residents=20_000, kinship=kinship)).facts
    assert facts["cousin_marriage_share"] == pytest.approx(0.4, abs=0.01)
    assert facts["clan_marriage_share"] == pytest.approx(0.05, abs=0.01)


def test_everybody_is_a_civilian_until_the_muster(al_rastan):
    city = al_rastan[0]
    assert (city.role == Role.CIVILIAN).all()
    assert (city.rank == Rank.NONE).all()


def test_the_same_seed_gives_the_same_city_and_another_seed_another(al_rastan, differing):
    assert differing(al_rastan[3], generate_city(CityConfig(seed=3))) == set()
    assert {"household", "neighbours", "camp", "lean"} <= differing(al_rastan[3], al_rastan[4])


@pytest.mark.parametrize(
    "changed",
    [
        {"clan_share": 0.6, "household_share": 0.1},
        {"camps": CampShares(loyalist=0.4, uncommitted=0.1)},
    ],
)
def test_camp_settings_move_camps_only(al_rastan, changed, differing):
    moved = differing(al_rastan[0], generate_city(CityConfig(seed=0, **changed)))
    assert moved <= {"camp", "lean"}
    assert "camp" in moved


def test_the_number_of_quarters_moves_quarters_only(al_rastan, differing):
    other = generate_city(CityConfig(seed=0, n_quarters=7))
    assert differing(al_rastan[0], other) == {"n_quarters", "quarter"}


def test_large_seeds_are_told_apart(differing):
    first, second = (generate_city(CityConfig(seed=seed, n_residents=500)) for seed in (2**62, 2**62 - 1))
    assert "camp" in differing(first, second)


@given(n_clans=st.integers(1, 300), sigma=st.floats(0, 3), n=st.integers(1, 2000))
def test_clan_sizes_add_up_and_leave_no_clan_empty(n_clans, sigma, n):
    sizes = clan_sizes(n_clans, sigma, n)
    assert sizes.sum() == n
    assert sizes.min() >= 1
    assert sizes.size == min(n_clans, n)


FINGERPRINT = """
import hashlib
from sim.city.config import CityConfig
from sim.city.population import generate_city
city = generate_city(CityConfig(n_residents=800, seed=5))
digest = hashlib.sha256()
for name in {columns}:
    digest.update(getattr(city, name).tobytes())
print(digest.hexdigest())
"""
COLUMNS = ("household", "camp", "sex", "age", "first", "clan", "quarter", "offsets", "neighbours", "tie_kind")


def test_an_uncompiled_run_gives_the_same_integers():
    city = generate_city(CityConfig(n_residents=800, seed=5))
    digest = hashlib.sha256()
    for name in COLUMNS:
        digest.update(getattr(city, name).tobytes())
    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINT.format(columns=COLUMNS)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest.hexdigest()
