"""Weighing a wide population gives what a narrow one would show."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.calibrate import population
from sim.calibrate.population import CENTRES, PACES, _chance, centre_of, laws
from sim.calibrate.words import law_line

pytestmark = pytest.mark.xdist_group("population")  # the laws are made once


def wide(n, seed=0):
    """Truces whose hazard is constant, a hundredth of the product of the paces a day."""
    luck = np.random.default_rng(seed)
    paces = np.exp(luck.uniform(np.log(0.02), np.log(20), (n, 2)))
    age = luck.exponential(1 / (0.01 * paces.prod(axis=1)))
    broke = age < 365
    day = np.where(broke, np.ceil(age), np.nan)
    runs = pd.DataFrame({"days": 365, "broke": broke, "first_break_day": day, "ending": "feud"})
    return runs.assign(**dict(zip(PACES, paces.T, strict=True)))


@pytest.mark.slow
def test_weights_give_the_shares_of_a_population_drawn_from_the_law():
    table = laws(wide(20_000)).set_index(["factions", "army", "spread"])
    luck = np.random.default_rng(1)
    centre = CENTRES[4]
    paces = np.exp(np.log(centre) + 1.0 * luck.normal(size=(20_000, 2)))
    age = luck.exponential(1 / (0.01 * paces.prod(axis=1)))
    row = table.loc[(centre, centre, 1.0)]
    for day in (30, 90, 180, 365):
        assert row[f"broken_by_{day}"] == pytest.approx((age < day).mean(), abs=0.04)


@cache
def laws_of_a_wide_population():
    """Of every second centre, which is enough to find the one that made the data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(population, "CENTRES", CENTRES[::2])
        return laws(wide(4000))


def test_the_laws_that_agree_have_the_shares_and_the_shape():
    table = laws_of_a_wide_population()
    assert table.weight.sum() == pytest.approx(1)
    best = table.iloc[0]
    assert 0.13 <= best.broken_by_30 <= 0.67
    assert 0.53 <= best.broken_by_365 <= 1
    assert 0.33 <= best["shape"] <= 0.8
    assert best.spread > 0.5  # constant hazards alone have shape 1: only a mixture of them falls with age
    mean = centre_of(table)
    assert set(mean) == {"factions", "army", "spread"}
    assert table[table.broken_by_365 < 0.4].weight.max() < 0.01


def test_a_share_that_may_be_one_is_not_held_against_a_law():
    assert _chance(1.0, 0.01, 0.53, 1.0) == pytest.approx(1)
    assert _chance(0.53, 0.01, 0.53, 1.0) == pytest.approx(0.5)
    assert _chance(0.8, 0.01, 0.2, 0.8) == pytest.approx(0.5)


def test_the_laws_in_words():
    line = law_line(laws_of_a_wide_population())
    assert line.startswith("Local truces break as real ones did")
    none = wide(500).assign(broke=False, first_break_day=np.nan)
    table = laws(none)
    assert (table.weight == 0).all()
    assert "agrees with P1 and P2; run more truces" in law_line(table)
    few = laws(wide(20))
    assert few.empty
    assert law_line(few).startswith("None of 0 populations")
