"""Each social kind of event, alone in a small town, does what it says, and obeys the config."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.city.columns import Camp, Rank, Role, Status
from sim.events import KINDS
from sim.model import TruceModel
from sim.records import daily_table, event_table
from sim.world.incident import Layer
from tests.conftest import QUIET, finished, merged, tiny

DAY = 6
SOCIAL = sorted(name for name, kind in KINDS.items() if kind.layer == Layer.SOCIAL)


def only(**kinds):
    """These kinds alone, each with the fields given; those with a rate never begin by themselves."""
    given = {}
    for name, fields in kinds.items():
        rate = {"base": 0.0} if "base" in KINDS[name].model_fields else {}
        silent = {"answers": {}} if "answers" in KINDS[name].model_fields else {}
        given[name] = {"enabled": True, **rate, **silent, **fields}
    return merged(QUIET, {"days": 12, "events": given})


def at(*days, **fields):
    return {"at": days or (DAY,), **fields}


def town(*changes, seed=0):
    return finished(tiny(*changes), seed)


def only_row(model, kind):
    log = event_table(model)
    rows = log[log.kind == kind]
    assert len(rows) == 1
    return rows.iloc[0]


# ---- what all of them have in common --------------------------------------------------------------

NEEDS = {"return": "nobody has left", "release": "nobody is captive", "confession": "no officer is captive"}
ABLE = [name for name in SOCIAL if name not in NEEDS]


@pytest.mark.parametrize("kind", ABLE)
def test_a_scheduled_event_happens_on_its_day_for_that_cause(kind):
    row = only_row(town(only(**{kind: at()})), kind)
    assert (row.day, row.cause, row.parent, row.layer) == (DAY, "scheduled", 0, "social")


@pytest.mark.parametrize("kind", sorted({*NEEDS, "joining", "desertion"}))
def test_an_event_that_has_nothing_to_do_lapses(kind):
    row = only_row(town(only(**{kind: at()})), kind)
    assert (row.cause, row.people, row.breach) == ("lapsed", 0, 0.0)


@pytest.mark.parametrize("kind", SOCIAL)
def test_a_kind_that_is_switched_off_does_not_happen_even_if_scheduled(kind):
    assert len(event_table(town(only(**{kind: at(enabled=False)})))) == 0


@pytest.mark.parametrize("kind", [name for name in SOCIAL if "base" in KINDS[name].model_fields])
def test_a_kind_keeps_to_its_window_and_to_its_base(kind):
    # captives for those who need some
    supply = {"kidnapping": at(*range(1, 13), civilian_pull=0.0)} if kind in NEEDS else {}
    days = {"days": 40, "visits": {"p_visit": 0.9}}
    for base in (0.9, 0.0):
        lively = {kind: {"base": base, "start_day": 20, "end_day": 30}}
        log = event_table(town(only(**supply, **lively), days))
        seen = log[(log.kind == kind) & (log.cause != "lapsed")]
        assert set(seen.day) <= set(range(20, 31))
        assert (len(seen) > 0) == (base > 0), kind


@pytest.mark.parametrize(
    ("kind", "weight"),
    [("kidnapping", "arms"), ("harassment", "pressure"), ("clash", "rivalry"), ("rumour", "passage")],
)
def test_a_weight_raises_the_rate_by_its_power(kind, weight):
    flat = dict.fromkeys(
        KINDS[kind].model_fields["weights"].get_default(call_default_factory=True).model_dump(), 0.0
    )
    scenario = {
        "days": 60,
        "elders": {"cases_per_day": 1000},
        "flight": {"rate": 0.0},
        "feelings": {"shock_scale": 0.0},
        "passage": {"start": 1.0, "recovery": 100.0},
        "pressure": {"start": 1.0, "fade": 0.0, "from_rumour": 0.0},
        "factions": {
            "locals": {"members": 12, "arms": 1.0},
            "outsiders": {"members": 12, "arms": 1.0, "rival": True},
        },
    }
    fields = {"base": 0.1}
    if "opportunity" in KINDS[kind].model_fields:
        fields["opportunity"] = 0.0

    def number(value):
        change = only(**{kind: {**fields, "weights": {**flat, weight: value}}, "release": {"base": 50.0}})
        # a rivalry of one half gives half the weight
        return sum(
            len(log[log.kind == kind])
            for log in (event_table(town(change, scenario, seed=s)) for s in range(6))
        )

    few, many = number(0.0), number(2.0)
    factor = math.exp(2.0 * (0.5 if weight == "rivalry" else 1.0))
    error = factor * math.sqrt(1 / many + 1 / few)
    assert abs(many / few - factor) < 4 * error


# ---- each of them ---------------------------------------------------------------------------------


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


def test_a_revenge_killing_kills_and_a_scheduled_one_strikes_loyalists():
    model = town(only(revenge_killing=at()))
    row = only_row(model, "revenge_killing")
    dead = model.world.residents.status == Status.DEAD
    assert row.camp == "loyalist"
    assert row.deaths == row.people == dead.sum() >= 1
    assert (model.world.residents.camp[dead] == Camp.LOYALIST).all()
    assert (model.world.residents.role[dead] == Role.CIVILIAN).all()
    assert daily_table(model).deaths[DAY] == dead.sum()


def test_the_number_killed_follows_its_power_law():
    deadly = at(*range(1, 13), casualties={"alpha": 2.0, "most": 4})
    deaths = np.concatenate(
        [event_table(town(only(revenge_killing=deadly), seed=seed)).deaths for seed in range(20)]
    )
    p = np.arange(1, 5) ** -2.0
    p /= p.sum()
    assert set(deaths) <= {1, 2, 3, 4}
    for k in (1, 2, 3, 4):
        assert abs(np.mean(deaths == k) - p[k - 1]) < 4 * math.sqrt(p[k - 1] * (1 - p[k - 1]) / deaths.size)


def test_harassment_takes_its_share_of_free_passage_which_recovers():
    passage = {"recovery": 0.15, "called_to_order": 0.2}  # elders of standing one half add a tenth
    model = town(
        only(harassment=at(passage_loss=0.4, breach=0.0)), {"passage": passage, "elders": {"standing": 0.5}}
    )
    lost, back = 0.4 * 0.75, 0.4 * 0.75**2
    passage = daily_table(model).passage
    assert passage[DAY - 1] == 1.0
    assert passage[DAY : DAY + 1].tolist() == pytest.approx([1 - lost], abs=1e-9)
    assert passage[DAY + 1] == pytest.approx(1 - back, abs=1e-9)
    row = only_row(model, "harassment")
    assert (row.camp, row.people, row.deaths) == ("loyalist", 1, 0)
    assert model.world.captives == {}
    assert model.today["dead"] == 0


def test_a_scheduled_departure_takes_its_share_of_the_households_of_its_camp():
    model = town(only(departure=at(share=1.0, camp="uncommitted")), {"flight": {"rate": 0.0}})
    row = only_row(model, "departure")
    residents, city = model.world.residents, model.world.city
    left = residents.status == Status.DEPARTED
    theirs = residents.household_camp[city.household] == Camp.UNCOMMITTED
    assert np.array_equal(left, theirs & (residents.role == Role.CIVILIAN))
    assert row.people == left.sum() > 50
    assert row.camp == "uncommitted"


def test_half_a_departure_takes_about_half_of_the_households():
    n = gone = 0
    for seed in range(5):
        model = town(only(departure=at(share=0.5)), {"flight": {"rate": 0.0}}, seed=seed)
        residents, city = model.world.residents, model.world.city
        houses = np.flatnonzero(residents.household_camp == Camp.LOYALIST)
        civil = np.bincount(city.household[residents.role == Role.CIVILIAN], minlength=city.n_households) > 0
        houses = houses[civil[houses]]
        n += houses.size
        gone += sum(residents.has_left(house) for house in houses)
    assert abs(gone / n - 0.5) < 4 * math.sqrt(0.25 / n)


def test_officers_of_houses_that_left_stop_visiting():
    visits = {"visits": {"p_visit": 1.0}, "flight": {"rate": 0.0}}
    model = town(only(departure=at(share=1.0, camp="loyalist")), visits)
    residents, city = model.world.residents, model.world.city
    of_left = np.array([residents.has_left(int(city.household[row])) for row in residents.serving])
    assert of_left.any()
    assert (residents.status[residents.serving[of_left]] == Status.AWAY).all()
    assert (residents.status[residents.serving[~of_left]] == Status.PRESENT).all()


AFRAID = {
    "flight": {"rate": 100.0, "return_rate": 0.0, "threshold_sd": 0.0, "connectedness": 0.0, "follow": 0.0},
    "feelings": {"susceptibility_sigma": 0.0, "shock_scale": 1.0},
}


def test_households_leave_when_their_fear_passes_their_threshold_and_not_before():
    def left(fear, kind_on=True):
        rumour = at(fear={"camp": fear})
        return daily_table(town(only(rumour=rumour, departure={"enabled": kind_on}), AFRAID)).left

    assert left(0.1).sum() == 0
    assert left(0.9, kind_on=False).sum() == 0
    gone = left(0.9)
    assert gone[:DAY].sum() == 0
    assert gone[DAY] > 300


def test_households_return_once_the_fear_of_their_kin_has_fallen():
    calm = merged(AFRAID, {"flight": {"return_rate": 100.0, "return_margin": 0.05}, "days": 60})
    scare = only(departure=at(share=0.3), **{"return": {}})
    scare["events"]["departure"]["end_day"] = 1
    scare["events"]["departure"]["camp"] = "loyalist"
    table = daily_table(town(scare, calm))
    assert table.left[DAY] > 10
    assert table.returned.sum() == table.left[DAY]
    assert table.departed_loyalist.iloc[-1] == 0
    never = daily_table(town(merged(scare, {"events": {"return": {"enabled": False}}}), calm))
    assert never.returned.sum() == 0
    assert never.departed_loyalist.iloc[-1] > 0


def test_a_defector_leaves_the_army_and_joins_a_local_faction():
    model = town(only(defection=at()))
    row = only_row(model, "defection")
    residents, city = model.world.residents, model.world.city
    who = int(np.flatnonzero(city.resident_id == row.victim)[0])
    (local,) = (faction for faction in model.world.factions if faction.name == "locals")
    assert who in local.rows
    assert who not in residents.serving
    assert residents.serving.size == 11
    assert (residents.role[who], residents.camp[who]) == (Role.DEFECTOR, Camp.OPPOSITION)
    assert residents.status[who] == Status.PRESENT
    assert residents.faction[who] == local.index
    assert daily_table(model).fighters.diff()[DAY] == 1


def test_without_a_local_faction_nobody_defects():
    outsiders = {"factions": {"outsiders": {"members": 6, "outsiders": True}}, "city": {"n_defectors": 0}}
    model = town(only(defection=at()), outsiders)
    assert only_row(model, "defection").cause == "lapsed"
    assert model.world.residents.serving.size == 12


def test_a_rumour_raises_pressure_and_everybodys_fear():
    feelings = {"susceptibility_sigma": 0.0, "shock_scale": 1.0}
    climate = {"pressure": {"start": 0.2, "fade": 0.0, "from_rumour": 0.5}, "feelings": feelings}
    table = daily_table(town(only(rumour=at(fear={"camp": 0.1})), climate))
    calm = daily_table(town(QUIET, climate, {"days": 12}))
    assert table.pressure[DAY - 1] == 0.2
    assert table.pressure[DAY] == pytest.approx(0.2 + 0.5 * 0.8)
    for camp in ("loyalist", "uncommitted", "opposition"):
        assert (table - calm)[f"fear_{camp}"][DAY] == pytest.approx(0.1, abs=1e-6)
        assert (table - calm)[f"anger_{camp}"][DAY] == 0.0


def test_a_clash_is_between_two_factions_and_kills_only_theirs():
    deadly = at(by="locals", casualties={"p_fatal": 1.0, "alpha": 1.1, "most": 8})
    seen = set()
    for seed in range(6):
        model = town(only(clash=deadly), seed=seed)
        row = only_row(model, "clash")
        residents = model.world.residents
        dead = residents.status == Status.DEAD
        assert row.actor == "locals"
        assert row.deaths == dead.sum() >= 1
        assert np.isin(residents.role[dead], (Role.FIGHTER, Role.DEFECTOR)).all()
        assert (residents.faction[dead] >= 0).all()
        assert daily_table(model).fighters.diff()[DAY] == -row.deaths
        seen |= set(residents.faction[dead].tolist())
    assert seen == {0, 1}


def test_a_clash_without_deaths_is_a_clash_all_the_same():
    model = town(only(clash=at(casualties={"p_fatal": 0.0})))
    row = only_row(model, "clash")
    assert (row.cause, row.deaths, row.breach > 0) == ("scheduled", 0, True)
    assert model.today["dead"] == 0


def test_the_side_that_was_struck_answers_a_clash():
    fields = at(2, by="locals", casualties={"p_fatal": 0.0}, answers={"clash": 8.0})
    scenario = merged(
        only(clash=fields), {"grievances": {"memory_days": 0.01}, "days": 3, "kinship": {"restraint": 0.0}}
    )
    log = event_table(town(scenario))
    first, answer = log[log.cause == "scheduled"].iloc[0], log[log.cause == "answer"]
    assert (first.actor, set(answer.actor), set(answer.parent)) == ("locals", {"outsiders"}, {first.event})
    assert set(answer.day) == {3}


def test_with_one_faction_there_is_nobody_to_clash_with():
    alone = {"factions": {"locals": {"members": 12}}}
    assert only_row(town(only(clash=at()), alone), "clash").cause == "lapsed"
    assert len(event_table(town(only(clash={"base": 1.0}), alone))) == 0
