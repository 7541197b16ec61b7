"""A feud is blow and answer, and kin decide whether it comes to one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.science.histories import broke, difference, histories, total

pytestmark = [pytest.mark.science, pytest.mark.xdist_group("feud")]
ANSWERS = ("counter_abduction", "revenge_killing")


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
    gap, error = difference(broke(histories(200, "scenario=al_rastan", "kinship.revenge=0")), broke(base))
    assert gap < 0
    gap, error = difference(broke(histories(200, "scenario=al_rastan", "kinship.restraint=0")), broke(base))
    assert gap > 3 * error


@pytest.mark.slow
def test_how_the_kin_graph_is_drawn_and_how_camps_cluster_matter_more_than_luck():
    cities = [histories(100, "scenario=al_rastan", f"city.seed={seed}") for seed in range(6)]
    counts = np.array([total(each, "kidnapping", "harassment", "clash") for each in cities])
    # one-way analysis of variance over cities: luck is shared, so only cities can part the means
    between = 100 * counts.mean(axis=1).var(ddof=1)
    within = (counts - counts.mean(axis=0) - counts.mean(axis=1)[:, None] + counts.mean()).var(ddof=1)
    assert between > 3 * within
    clans = histories(100, "scenario=al_rastan", "city.clan_share=0.4", "city.household_share=0.2")
    gap, error = difference(counts[0], total(clans, "kidnapping", "harassment", "clash"))
    assert abs(gap) > 2 * error
