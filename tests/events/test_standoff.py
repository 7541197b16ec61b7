"""The standoff: what the army, the fighters and the protective measures do, in small scenarios."""

import numpy as np
import pytest

from sim.actors.postures import Posture
from sim.records import daily_table, event_table, run_row
from sim.scenario import Scenario
from tests.conftest import QUIET, finished, merged, tiny


def only(*kinds, **more):
    """Everything off but these kinds."""
    change = merged(QUIET, {"events": {kind: {"enabled": True} for kind in kinds}})
    return merged(change, more)


SIEGE = {"army": {"start": "squeezing"}, "events": {"siege": {"at": (5,), "base": 0.0}}}


def test_a_scheduled_siege_shuts_the_city_and_supplies_run_down():
    daily = daily_table(finished(tiny(only("siege"), SIEGE)))
    assert (daily.passage[daily.day >= 6] == 0).all()
    assert (np.diff(daily.supplies[daily.day >= 5]) < 0).all()
    assert daily.posture.iloc[-1] == Posture.BESIEGING


def test_relief_slows_hunger_and_escorts_keep_passage_open_under_siege():
    siege = tiny(only("siege"), SIEGE).model_dump()
    helped = merged(siege, {"measures": {"relief": {"enabled": True}, "escorted_passage": {"enabled": True}}})
    plain, better = (daily_table(finished(Scenario.model_validate(s))) for s in (siege, helped))
    assert better.supplies.iloc[-1] > plain.supplies.iloc[-1]
    assert better.passage.iloc[-1] == pytest.approx(0.5)


def test_inflow_brings_new_residents_and_people_are_conserved():
    change = {"army": {"start": "squeezing"}, "events": {"inflow": {"base": 0.3, "size_mean": 500.0}}}
    model = finished(tiny(only("inflow"), change))
    daily = daily_table(model)
    where = [c for c in daily if c.startswith(("present_", "departed_"))] + ["away", "captive", "dead"]
    entered = daily.entered.cumsum()
    assert entered.iloc[-1] > 5
    assert (daily[where].sum(axis=1) == model.n_at_start + entered).all()
    assert daily.rivalry.iloc[-1] > daily.rivalry.iloc[0]


def test_containment_holds_inflow_back():
    change = {"army": {"start": "squeezing"}, "events": {"inflow": {"base": 0.3, "size_mean": 500.0}}}
    held = {"measures": {"containment": {"enabled": True, "strength": 0.9}}}
    plain, less = (run_row(finished(tiny(only("inflow"), change, c)))["entered"] for c in ({}, held))
    assert less < plain


ATTACKS = {
    "events": {
        "checkpoint_attack": {"base": 1.0, "p_warned": 0.0},
        "shelling": {"base": 0.0, "answers": {}, "weights": {"loyalists_present": 0.0}},
    }
}


def test_attacks_are_answered_by_shelling_within_days_and_raise_hostility():
    log = event_table(finished(tiny(only("checkpoint_attack", "shelling"), ATTACKS, {"days": 100})))
    day_of = dict(zip(log.event, log.day, strict=True))
    answers = log[log.kind == "shelling"]
    assert len(answers) > 10
    assert np.median([d - day_of[p] for d, p in zip(answers.day, answers.parent, strict=True)]) <= 2


def test_a_hotline_damps_hostility():
    attacks = only("checkpoint_attack")
    line = {"measures": {"hotline": {"enabled": True, "strength": 0.8}}}
    plain, damped = (daily_table(finished(tiny(attacks, ATTACKS, c))).hostility for c in ({}, line))
    assert damped.max() < plain.max()


def test_loyalists_who_inform_the_army_foil_attacks():
    warned = {"events": {"checkpoint_attack": {"p_warned": 1.0}}}
    off = {"army": {"information": False}}
    told, untold = (
        event_table(finished(tiny(only("checkpoint_attack"), ATTACKS, warned, c))) for c in ({}, off)
    )
    assert (told.cause == "lapsed").mean() > 0.5
    assert (untold.cause == "lapsed").mean() < 0.5 * (told.cause == "lapsed").mean()


GONE = {"events": {"departure": {"enabled": True, "at": (2,), "share": 1.0}}, "flight": {"return_rate": 0.0}}


def test_departures_raise_siege_when_the_shield_is_on_and_not_when_it_is_off():
    base = only("siege", "departure", days=60, flight={"threshold_mean": 4.0}, army={"start": "squeezing"})
    base = merged(base, {"events": {"siege": {"base": 0.004, "weights": {"loyalists_left": 3.0}}}})
    runs = range(40)

    def sieges(*changes):
        return sum(run_row(finished(tiny(base, *changes), seed))["sieges"] for seed in runs)

    on, on_gone = sieges(), sieges(GONE)
    off, off_gone = sieges({"army": {"shield": False}}), sieges({"army": {"shield": False}}, GONE)
    assert on_gone > on + 10
    assert off == off_gone


def test_a_city_taken_is_left_again_and_its_fighters_come_back():
    storm = {
        "days": 200,
        "army": {"start": "besieging", "troops": 60},
        "events": {"assault": {"at": (2,)}, "siege": {"base": 0.0}, "squeeze": {"base": 0.0}},
    }
    kinds = ("assault", "battle", "fall", "repulse", "withdrawal", "army_back", "regrouping")
    model = finished(tiny(only(*kinds), storm))
    row, daily = run_row(model), daily_table(model)
    assert row["times_fallen"] == 1
    assert set(daily.posture) >= {Posture.STORMING, Posture.HOLDING, Posture.WITHDRAWN, Posture.OBSERVING}
    assert daily.departed_opposition.max() > 0
    assert daily.departed_opposition.iloc[-1] < daily.departed_opposition.max()
    assert row["spells"] == 2


def test_mediation_shortens_captivity():
    taken = {"events": {"kidnapping": {"base": 0.0, "at": tuple(range(1, 31)), "answers": {}}}, "days": 100}
    team = {"measures": {"mediation": {"enabled": True, "strength": 1.0}}, "elders": {"standing": 0.2}}
    calm = {"elders": {"standing": 0.2}}
    base = only("kidnapping", "release")

    def held(change):
        log = event_table(finished(tiny(base, taken, change)))
        day_of = dict(zip(log.event, log.day, strict=True))
        out = log[log.kind == "release"]
        return np.mean([d - day_of[p] for d, p in zip(out.day, out.parent, strict=True)])

    assert held(team) < held(calm)


def test_at_most_35_weights_are_not_zero_in_the_shipped_defaults():
    kinds = Scenario().events.kinds().values()
    assert sum(len(kind.weights.terms) for kind in kinds if hasattr(kind, "weights")) <= 35


def test_a_posture_that_no_order_leads_to_is_refused():
    with pytest.raises(ValueError, match="no order leads to the army's posture 'withdrawn'"):
        tiny({"events": {name: {"sources": ()} for name in ("withdrawal", "siege_lifted", "repulse")}})
