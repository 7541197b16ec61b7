"""Each social kind of event, alone in a small town, does what it says, and obeys the config."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.city.columns import Camp, Role, Status
from sim.events import KINDS
from sim.records import daily_table, event_table
from sim.world.incident import Layer
from tests.conftest import QUIET, merged
from tests.events.alone import DAY, at, only, only_row, town

SOCIAL = sorted(name for name, kind in KINDS.items() if kind.layer == Layer.SOCIAL)


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
