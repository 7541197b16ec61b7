"""A feud is blow and answer, and kin decide whether it comes to one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.science.histories import broke, difference, histories, total

pytestmark = [pytest.mark.science, pytest.mark.xdist_group("feud")]
ANSWERS = ("counter_abduction", "revenge_killing")
FIRST_BLOWS = ("kidnapping", "harassment", "clash")
# many kidnappings, so that few histories tell
TENSE = ("scenario=small_town", "days=90", "events.kidnapping.base=0.25", "burn_in_days=0")
SOON = ("scenario=small_town", "days=60", "burn_in_days=0")


def spread_over_cities(counts: NDArray[np.float64]) -> tuple[float, float]:
    """Variance between and within cities; `counts`: float64[cities, histories], with shared luck.

    One-way analysis of variance: since luck is shared, only cities can part the means.
    """
    between = counts.shape[1] * counts.mean(axis=1).var(ddof=1)
    within = (counts - counts.mean(axis=0) - counts.mean(axis=1)[:, None] + counts.mean()).var(ddof=1)
    return float(between), float(within)


def test_a_feud_that_breaks_a_small_town_holds_answers():
    shares = [each.answers_in_feud for each in histories(24, *TENSE) if each.ending == "feud"]
    assert len(shares) >= 6
    assert np.median(shares) > 0.15


def test_kin_who_take_no_revenge_answer_less_and_kin_who_restrain_less_bring_blows_and_breaks():
    base = histories(24, *TENSE)
    gap, error = difference(
        total(histories(24, *TENSE, "kinship.revenge=0"), *ANSWERS), total(base, *ANSWERS)
    )
    assert gap < -2 * error < 0
    freer = histories(24, *TENSE, "kinship.restraint=0.3")
    for one, other in ((total(freer, *FIRST_BLOWS), total(base, *FIRST_BLOWS)), (broke(freer), broke(base))):
        gap, error = difference(one, other)
        assert gap > 3 * error > 0


def test_who_is_kin_to_whom_matters_more_than_luck_in_a_small_town():
    cities = [total(histories(32, *SOON, f"city.seed={seed}"), *FIRST_BLOWS) for seed in range(4)]
    between, within = spread_over_cities(np.array(cities))
    assert between > 3 * within
    clans = histories(32, *SOON, "city.seed=0", "city.clan_share=0.6", "city.household_share=0.3")
    gap, error = difference(cities[0], total(clans, *FIRST_BLOWS))
    assert abs(gap) > 2 * error


@pytest.mark.slow
def test_with_more_revenge_and_without_restraint_kin_answer_more():
    # more blows, so more answers
    town = ("scenario=small_town", "days=120", "events.kidnapping.base=0.25", "burn_in_days=0")
    base = histories(30, *town)
    for override, sign in (("kinship.revenge=3", 1), ("kinship.restraint=0", 1)):
        gap, error = difference(total(histories(30, *town, override), *ANSWERS), total(base, *ANSWERS))
        assert sign * gap > 2 * error > 0, override


@pytest.mark.slow
def test_answers_are_a_third_of_what_breaks_the_truce_in_a_feud():
    many = histories(200, "scenario=al_rastan")
    shares = [each.answers_in_feud for each in many if each.ending == "feud"]
    assert len(shares) >= 10
    assert np.median(shares) >= 1 / 3


@pytest.mark.slow
def test_revenge_and_restraint_have_their_signs_at_full_scale():
    base = histories(200, "scenario=al_rastan")
    calm = histories(200, "scenario=al_rastan", "kinship.revenge=0")
    gap, error = difference(broke(calm), broke(base))
    assert gap < 2 * error  # 300 pairs of experiments/kinship do not tell it from 0; answers and deaths do
    gap, error = difference(total(calm, *ANSWERS), total(base, *ANSWERS))
    assert gap < -2 * error
    # without any restraint no truce stands on day 0
    freer = histories(200, "scenario=al_rastan", "kinship.restraint=0.3")
    gap, error = difference(broke(freer), broke(base))
    assert gap > 3 * error


@pytest.mark.slow
def test_how_the_kin_graph_is_drawn_and_how_camps_cluster_matter_more_than_luck():
    # 100 histories of a city do not tell (F 2.0), 300 do (6.0)
    cities = [histories(300, "scenario=al_rastan", f"city.seed={seed}") for seed in range(6)]
    counts = np.array([total(each, *FIRST_BLOWS) for each in cities])
    between, within = spread_over_cities(counts)
    assert between > 3 * within
    clans = histories(300, "scenario=al_rastan", "city.clan_share=0.4", "city.household_share=0.2")
    gap, error = difference(counts[0], total(clans, *FIRST_BLOWS))
    assert abs(gap) > 2 * error
