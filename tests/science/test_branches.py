"""A history can branch on any day: unchanged it stays the same to the bit, changed it differs afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from sim.errors import InputError
from sim.model import TruceModel
from sim.records import daily_table, event_table, run_row
from tests.conftest import merged, tiny

FULL = {
    "days": 70,
    "feelings": {"shock_scale": 2.0},
    "army": {"start": "squeezing"},
    "events": {
        "kidnapping": {"base": 0.15},
        "inflow": {"base": 0.1, "size_mean": 300.0},
        "siege": {"at": (25,)},
        "assault": {"at": (35,)},
        "clash": {"base": 0.05},
    },
}


def at_day(day: int, model: TruceModel) -> TruceModel:
    while model.day < day:
        model.step()
    return model


def assert_same(one: TruceModel, other: TruceModel) -> None:
    assert_frame_equal(daily_table(one), daily_table(other))
    assert_frame_equal(event_table(one), event_table(other))
    assert run_row(one) == pytest.approx(run_row(other), nan_ok=True, abs=0)
    for column in ("fear", "anger", "status", "camp", "faction"):
        assert np.array_equal(getattr(one.world.residents, column), getattr(other.world.residents, column))


def finished(model: TruceModel) -> TruceModel:
    model.run_model()
    return model


@pytest.mark.parametrize("day", [0, 1, 20, 26, 37, 69, 70])
def test_a_branch_goes_on_as_the_history_does_through_inflow_siege_and_battle(day):
    whole = finished(TruceModel(tiny(FULL), seed=4))
    model = at_day(day, TruceModel(tiny(FULL), seed=4))
    twin = model.branch()
    assert_same(finished(twin), whole)
    assert_same(finished(model), whole)  # its branch has not disturbed it


@pytest.mark.parametrize("inflows", [(), (10,)])
def test_a_branch_in_the_room_of_another_model_goes_on_as_the_history_does(inflows):
    scenario = tiny(merged(FULL, {"events": {"inflow": {"base": 0.0, "at": inflows}}}))
    whole, model = finished(TruceModel(scenario, seed=4)), at_day(30, TruceModel(scenario, seed=4))
    twin = model.branch(room=at_day(40, TruceModel(scenario, seed=5)))
    assert_same(finished(twin), whole)
    assert_same(finished(model), whole)
    other = at_day(40, TruceModel(scenario, seed=5))
    fear = other.world.residents.fear
    is_kept = np.shares_memory(model.branch(room=other).world.residents.fear, fear)
    assert is_kept == (not inflows)  # newcomers make another city, with columns of its own


def test_the_state_of_a_branch_is_its_own():
    model = at_day(20, TruceModel(tiny(FULL), seed=4))
    before = daily_table(model), event_table(model), model.world.residents.fear.copy()
    finished(model.branch(luck=3))
    assert_frame_equal(daily_table(model), before[0])
    assert_frame_equal(event_table(model), before[1])
    assert np.array_equal(model.world.residents.fear, before[2])


def test_an_event_that_is_removed_does_not_strike_and_is_not_answered():
    whole = finished(TruceModel(tiny(FULL), seed=4))
    log = event_table(whole)
    blow = log[log.event.isin(log.parent) & (log.kind == "kidnapping")].iloc[0]
    model = at_day(int(blow.day) - 1, TruceModel(tiny(FULL), seed=4))
    spared = event_table(finished(model.branch(without=[int(blow.event)])))
    assert int(blow.event) not in set(spared.event)
    assert int(blow.event) not in set(spared.parent)
    earlier = log.day < blow.day
    assert_frame_equal(
        spared[spared.day < blow.day].reset_index(drop=True), log[earlier].reset_index(drop=True)
    )


def test_removing_what_never_happened_changes_nothing():
    model = at_day(10, TruceModel(tiny(FULL), seed=4))
    assert_same(finished(model.branch(without=[12345])), finished(model.branch()))


@pytest.mark.parametrize(
    "change",
    [
        {"elders": {"settled_per_day": 2.0}},
        {"army": {"start": "squeezing", "shield": False, "information": False, "signal": False}},
        {"grievances": {"memory_days": 4.0}},
        {"events": {"shelling": {"memory_days": 2.0}, "checkpoint_attack": {"answers": {"shelling": 2.0}}}},
    ],
)
def test_what_the_burn_in_would_feel_is_in_force_in_a_branch_on_day_0_too(change):
    busy = merged(FULL, {"burn_in_days": 0, "events": {"checkpoint_attack": {"base": 0.3}}})
    changed = tiny(merged(busy, change))
    rerun = finished(TruceModel(changed, seed=4))
    assert_same(finished(TruceModel(tiny(busy), seed=4).branch(scenario=changed)), rerun)
    assert not event_table(rerun).equals(event_table(finished(TruceModel(tiny(busy), seed=4))))


@pytest.mark.parametrize(
    "change",
    [
        {"measures": {"mediation": {"enabled": True}, "containment": {"enabled": True, "strength": 1.0}}},
        {"army": {"start": "squeezing", "shield": False, "information": False, "signal": False}},
        {"kinship": {"restraint": 0.0, "revenge": 0.0}},
        {"events": {"kidnapping": {"enabled": False}, "clash": {"base": 0.5}}},
        {"elders": {"standing": 1.0}, "flight": {"rate": 1.0}, "passage": {"recovery": 0.5}},
    ],
)
def test_a_branch_on_day_0_under_a_changed_scenario_is_a_run_of_that_scenario(change):
    changed = tiny(merged(FULL, change))
    branch = TruceModel(tiny(FULL), seed=4).branch(scenario=changed)
    rerun = TruceModel(changed, seed=4)
    if "passage" not in change and "elders" not in change:
        assert_same(finished(branch), finished(rerun))
    plain = finished(TruceModel(tiny(FULL), seed=4))
    assert not event_table(finished(branch)).equals(event_table(plain))


def test_a_change_holds_from_the_day_after_and_leaves_what_was_before():
    changed = tiny(merged(FULL, {"events": {"kidnapping": {"enabled": False}}}))
    model = at_day(20, TruceModel(tiny(FULL), seed=4))
    log = event_table(finished(model.branch(scenario=changed)))
    whole = event_table(finished(model))
    assert_frame_equal(
        log[log.day <= 20].reset_index(drop=True), whole[whole.day <= 20].reset_index(drop=True)
    )
    assert set(log.day[log.kind == "kidnapping"]) <= set(range(21))


def test_fresh_luck_is_the_same_whenever_it_is_asked_for_and_another_for_each_number():
    def ends(luck: int, day: int = 15) -> TruceModel:
        return finished(at_day(day, TruceModel(tiny(FULL), seed=4)).branch(luck=luck))

    assert_same(ends(1), ends(1))
    assert not daily_table(ends(1)).equals(daily_table(ends(2)))
    assert not daily_table(ends(1)).equals(daily_table(ends(0)))
    one, whole = daily_table(ends(1)), daily_table(ends(0))
    assert_frame_equal(one[one.day <= 15], whole[whole.day <= 15])


def test_a_branch_of_a_branch_keeps_what_was_removed():
    model = at_day(5, TruceModel(tiny(FULL), seed=4))
    log = event_table(finished(model.branch()))
    later = [int(event) for event in log.event[(log.day > 10) & (log.kind == "kidnapping")]]
    assert later
    twice = at_day(8, model.branch(without=later)).branch()
    assert not set(later) & set(event_table(finished(twice)).event)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"city": {"n_quarters": 3}}, "city: a branch keeps its city"),
        ({"feelings": {"amplify": 0.0}}, "feelings: a branch keeps"),
        ({"kinship": {"own": 1.0}}, "kinship.own: acts on day 0 alone"),
        ({"army": {"start": "observing"}}, "army.start: acts on day 0 alone"),
        ({"flight": {"threshold_mean": 0.1}}, "flight.threshold_mean: acts on day 0 alone"),
    ],
)
def test_what_a_branch_cannot_change_is_refused(change, says):
    model = TruceModel(tiny(FULL), seed=4)
    with pytest.raises(InputError, match=says):
        model.branch(scenario=tiny(merged(FULL, change)))
