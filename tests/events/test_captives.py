"""Kidnapping, confession, counter-abduction and release, alone in a small town, do what they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.city.columns import Camp, Rank, Role, Status
from sim.model import TruceModel
from sim.records import daily_table, event_table
from tests.conftest import QUIET, tiny
from tests.events.alone import DAY, at, only, only_row, town


def test_a_kidnapping_makes_a_captive_of_the_faction_that_did_it():
    model = town(only(kidnapping=at(by="outsiders")))
    row = only_row(model, "kidnapping")
    assert (row.actor, row.people, row.camp, row.breach) == ("outsiders", 1, "loyalist", 1.0)
    ((captive, captivity),) = model.world.captives.items()
    assert model.world.city.resident_id[captive] == row.victim
    assert (captivity.captor, captivity.since, captivity.event_id) == ("outsiders", DAY, row.event)
    assert model.world.residents.status[captive] == Status.CAPTIVE
    assert daily_table(model).captive.tolist() == [0] * DAY + [1] * (13 - DAY)


def test_kidnappers_choose_officers_and_civilians_by_their_pull():
    officers = {"visits": {"p_visit": 1.0}, "days": 3, "city": {"n_officers": 24}}

    def share(n, **pulls):
        roles = []
        for seed in range(n):
            model = town(only(kidnapping=at(2, **pulls)), officers, seed=seed)
            (row,) = model.world.captives
            roles.append(model.world.residents.role[row] == Role.OFFICER)
        return np.mean(roles)

    assert share(10, civilian_pull=0.0) == 1.0
    assert share(10, officer_pull=0.0) == 0.0
    n = 120
    model = TruceModel(tiny(QUIET, officers))
    residents = model.world.residents
    loyal = (residents.camp == Camp.LOYALIST) & (residents.role == Role.CIVILIAN)
    p = 24 * 3.0 / (24 * 3.0 + loyal.sum())
    assert abs(share(n, officer_pull=3.0) - p) < 4 * math.sqrt(p * (1 - p) / n)


@pytest.mark.parametrize("seed", range(3))
def test_a_kidnapping_is_felt_most_at_home_then_by_kin_then_by_the_camp(seed):
    # officers away, so that nobody but the victim differs between the two towns
    common = {
        "feelings": {"susceptibility_sigma": 0.0, "shock_scale": 1.0},
        "days": DAY,
        "visits": {"p_visit": 0.0},
    }
    struck, calm = town(only(kidnapping=at()), common, seed=seed), town(QUIET, common, seed=seed)
    city, residents = struck.world.city, struck.world.residents
    rise = residents.fear - calm.world.residents.fear
    (row,) = struck.world.captives
    house = int(city.household[row])
    here = residents.status == Status.PRESENT
    at_home = here & (city.household == house)
    close = city.neighbours[city.offsets[house] : city.offsets[house + 1]]
    kin = here & np.isin(city.household, close)
    neighbours = here & (city.quarter[city.household] == city.quarter[house]) & ~at_home & ~kin
    far = here & ~neighbours & ~at_home & ~kin
    loyal, opposed = residents.camp == Camp.LOYALIST, residents.camp == Camp.OPPOSITION
    shock = struck.kinds["kidnapping"].fear
    assert rise[far & opposed].max() == 0
    assert rise[neighbours & opposed] == pytest.approx(shock.quarter, abs=1e-6)
    assert rise[far & loyal] == pytest.approx(shock.camp, abs=1e-6)
    assert rise[neighbours & loyal] == pytest.approx(shock.camp + shock.quarter, abs=1e-6)
    assert rise[kin & opposed].mean() > 2 * shock.quarter
    for camp in (loyal, opposed):
        if (at_home & camp).any() and (kin & camp).any():
            assert rise[at_home & camp].min() > rise[kin & camp].mean()


def captive_officer(**confession):
    kidnapping = at(2, civilian_pull=0.0, by="locals")
    return (only(kidnapping=kidnapping, confession=confession), {"visits": {"p_visit": 1.0}})


def test_a_confession_makes_a_defector_of_a_captive_officer_and_follows_his_kidnapping():
    model = town(*captive_officer(base=0.5))
    log = event_table(model)
    taken, told = log[log.kind == "kidnapping"].iloc[0], only_row(model, "confession")
    assert (told.actor, told.parent, told.victim, told.cause) == (
        "locals",
        taken.event,
        taken.victim,
        "hazard",
    )
    assert told.day > taken.day
    (row,) = model.world.captives
    assert model.world.residents.role[row] == Role.DEFECTOR
    assert row not in model.world.residents.serving


def test_a_confession_on_camera_is_felt_by_all_loyalists_and_by_them_alone():
    seen = {"camp": 0.1, "camp_reach": "loyalist"}
    common = {"feelings": {"susceptibility_sigma": 0.0, "shock_scale": 1.0}, "days": DAY}
    told, silent = (
        daily_table(town(*captive_officer(at=days, by="locals", fear=seen, anger=seen), common))
        for days in ((DAY,), ())
    )
    for feeling in ("fear", "anger"):
        rise = {
            camp: (told - silent)[f"{feeling}_{camp}"][DAY]
            for camp in ("loyalist", "uncommitted", "opposition")
        }
        assert rise == pytest.approx({"loyalist": 0.1, "uncommitted": 0.0, "opposition": 0.0}, abs=1e-6)


def test_only_the_captor_broadcasts_and_only_officers():
    civilians = only(kidnapping=at(2, officer_pull=0.0), confession={"base": 5.0})
    assert set(event_table(town(civilians)).kind) == {"kidnapping"}
    assert only_row(town(*captive_officer(at=(DAY,), by="outsiders")), "confession").cause == "lapsed"
    assert only_row(town(*captive_officer(at=(DAY,), by="locals")), "confession").cause == "scheduled"


def test_a_counter_abduction_takes_an_opposition_civilian():
    model = town(only(counter_abduction=at()))
    row = only_row(model, "counter_abduction")
    (captive,) = model.world.captives
    assert (row.actor, row.camp, row.people) == ("kin", "opposition", 1)
    assert model.world.residents.camp[captive] == Camp.OPPOSITION
    assert model.world.residents.role[captive] == Role.CIVILIAN


def test_a_release_follows_the_abduction_and_ends_the_captivity():
    model = town(only(counter_abduction=at(2), release={"base": 50.0}))
    log = event_table(model)
    freed = log[log.kind == "release"].iloc[0]
    assert (freed.actor, freed.cause, freed.day, freed.people) == ("elders", "hazard", 3, 1)
    assert (freed.parent, freed.victim) == (log.event.iloc[0], log.victim.iloc[0])
    assert model.world.captives == {}
    assert daily_table(model).captive.tolist() == [0, 0, 1] + [0] * 10


def test_a_scheduled_release_frees_all_captives_at_once():
    model = town(only(kidnapping=at(1, 2, 3), counter_abduction=at(4), release=at()))
    row = only_row(model, "release")
    assert (row.people, row.cause) == (4, "scheduled")
    assert daily_table(model).captive.tolist()[DAY - 1 : DAY + 1] == [4, 0]
    assert daily_table(model).released[DAY] == 4


def test_a_released_officer_goes_back_to_the_army_and_the_higher_the_rank_the_later():
    officers = {"visits": {"p_visit": 1.0}, "city": {"n_officers": 24, "senior_share": 0.5}, "days": 20}
    taken = at(1, 2, 3, 4, 5, 6, civilian_pull=0.0)
    model = town(only(kidnapping=taken, release={"base": 100.0, "senior_factor": 0.0}), officers)
    residents = model.world.residents
    assert model.world.captives
    assert {Rank(residents.rank[row]) for row in model.world.captives} == {Rank.SENIOR}
    log = event_table(model)
    freed = np.isin(model.world.city.resident_id, log.victim[log.kind == "release"])
    assert freed.any()
    assert (residents.role[freed] == Role.OFFICER).all()
    assert np.isin(residents.status[freed], (Status.AWAY, Status.PRESENT)).all()


def test_the_elders_settle_only_so_many_cases_a_day():
    cases = {"elders": {"cases_per_day": 1}}
    model = town(only(kidnapping=at(1, 2, 3), release={"base": 100.0, "start_day": 8}), cases)
    assert daily_table(model).released[8:12].tolist() == [1, 1, 1, 0]
