"""The figures of a city agree with a count by hand, and with the targets of P5."""

from __future__ import annotations

import numpy as np
import pytest

from sim.city.build import build_city
from sim.city.columns import Camp, Tie
from sim.city.config import CityConfig
from sim.city.population import generate_city
from sim.city.statistics import city_statistics, cross_camp_tie_share, kin_across_share, statistics_page

FOUR_HOUSES = """resident,household,camp
0,0,loyalist
1,0,uncommitted
2,1,opposition
3,2,opposition
4,3,loyalist
5,3,opposition
6,4,opposition
"""
THEIR_TIES = """household_a,household_b,kind
0,1,affine
0,2,cousin
"""


@pytest.fixture
def town(tmp_path):
    (tmp_path / "r.csv").write_text(FOUR_HOUSES)
    (tmp_path / "t.csv").write_text(THEIR_TIES)
    return build_city(CityConfig(residents=str(tmp_path / "r.csv"), ties=str(tmp_path / "t.csv")))


def test_kin_across_counts_own_house_and_the_kinds_asked_for(town):
    assert kin_across_share(town, Camp.LOYALIST) == 1.0  # 0 by marriage, 4 in the own house
    # 2 by marriage, 5 in the own house; 3 is only a cousin, 6 has nobody
    assert kin_across_share(town, Camp.OPPOSITION) == pytest.approx(2 / 4)
    assert kin_across_share(town, Camp.OPPOSITION, tuple(Tie)) == pytest.approx(3 / 4)


def test_cross_camp_share_is_the_chance_that_two_tied_people_differ(town):
    # both ties join a house half loyalist, half uncommitted, to one of the opposition
    assert cross_camp_tie_share(town) == pytest.approx(1.0)
    assert cross_camp_tie_share(town, opposite_only=True) == pytest.approx(0.5)


def test_all_known_targets_are_met_by_the_default_cities(al_rastan):
    for city in al_rastan:
        frame = city_statistics(city)
        assert list(frame.columns) == ["statistic", "value", "unit", "target", "source", "inside"]
        judged = frame[frame["inside"].notna()]
        assert len(judged) >= 7
        assert judged["inside"].all(), judged[judged["inside"] == False]  # noqa: E712


def test_figures_agree_with_a_count_by_hand(al_rastan):
    city = al_rastan[0]
    value = city_statistics(city).set_index("statistic")["value"]
    assert value["residents"] == 65_000
    assert value["loyalist residents"] == pytest.approx(0.15)
    assert value["mean household"] == pytest.approx(65_000 / city.n_households)
    kinds = [value[f"{kind.name.lower()} ties a household"] for kind in Tie]
    assert sum(kinds) == pytest.approx(value["ties a household"])
    people = np.bincount(city.clan[city.household])
    assert value["residents in the five largest clans"] == pytest.approx(np.sort(people)[-5:].sum() / 65_000)


def test_a_town_that_misses_a_target_is_told_so():
    frame = city_statistics(generate_city(CityConfig(clan_share=0.9, household_share=0.1)))
    inside = frame.set_index("statistic")["inside"]
    assert inside["opposition with close or affine kin across"] is False


def test_the_page_is_one_table_row_a_figure(al_rastan):
    page = statistics_page(al_rastan[0])
    assert page.count("\n|") == len(city_statistics(al_rastan[0])) + 2
    assert "| consanguineous marriages | 0.350 | share | 0.3-0.4 | yes |" in page


def test_what_is_not_known_of_a_users_city_is_said_to_be_unknown(town):
    frame = city_statistics(town).set_index("statistic")
    assert np.isnan(frame.loc["consanguineous marriages", "value"])
    assert frame.loc["consanguineous marriages", "inside"] is None
    assert "| consanguineous marriages | not known |" in statistics_page(town)


@pytest.mark.parametrize("n", [1, 2, 10])
def test_the_smallest_towns_have_figures_too(n):
    frame = city_statistics(generate_city(CityConfig(n_residents=n)))
    assert frame.set_index("statistic").loc["residents", "value"] == n
    assert "|" in statistics_page(generate_city(CityConfig(n_residents=n)))
