"""The model and its day: what decides a run, in which order a day happens, what stays in its bounds."""

from __future__ import annotations

import numpy as np
import pytest

from sim.actors.covariates import NAMES
from sim.city.build import build_city
from sim.city.columns import Camp, Role, Status
from sim.compose import compose_scenario
from sim.errors import InputError
from sim.events import KINDS
from sim.model import TruceModel
from sim.records import daily_table, event_table
from tests.conftest import QUIET, finished, tiny

LIVELY = {"days": 60, "events": {"kidnapping": {"base": 0.2}}, "feelings": {"shock_scale": 2.0}}


def scheduled(**kinds):
    """Only these kinds, each on its days."""
    return {"events": {name: {"enabled": True, "base": 0.0, "at": days} for name, days in kinds.items()}}


def test_the_seed_of_the_call_is_the_seed_of_the_run():
    assert TruceModel("small_town", seed=7, overrides=["days=1"]).scenario.seed == 7
    assert TruceModel("small_town", overrides=["days=1"]).scenario.seed == 0


def test_a_seed_among_the_overrides_is_the_seed_of_the_run_unless_the_call_names_one():
    assert TruceModel("small_town", overrides=["days=1", "seed=9"]).scenario.seed == 9
    assert TruceModel("small_town", overrides=["days=1", "seed=9"], seed=0).scenario.seed == 0


def test_a_composed_scenario_brings_its_own_seed_unless_the_call_names_one():
    scenario = tiny({"seed": 9})
    assert TruceModel.of(scenario).scenario.seed == 9
    assert TruceModel(scenario).scenario == scenario
    assert TruceModel(scenario, seed=0).scenario.seed == 0
    assert TruceModel(scenario, seed=4).scenario == scenario.model_copy(update={"seed": 4})


def test_overrides_change_the_scenario_as_on_the_command_line():
    model = TruceModel("small_town", overrides=["days=12", "events.rumour.base=0.5", "~factions.newcomers"])
    assert model.scenario == compose_scenario(
        ["scenario=small_town", "days=12", "events.rumour.base=0.5", "~factions.newcomers"]
    )
    assert [faction.name for faction in model.world.factions] == list(model.scenario.factions)


@pytest.mark.parametrize("seed", [-1, 2**63, 2**70])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(InputError, match="seed"):
        TruceModel(tiny(), seed=seed)


@pytest.mark.parametrize("seed", ["3", True, 3.0, np.bool_(True), [3]])
def test_what_is_no_whole_number_is_no_seed(seed):
    with pytest.raises(InputError, match="is no whole number"):
        TruceModel(tiny(), seed=seed)


def test_two_seeds_and_overrides_of_a_composed_scenario_are_refused():
    with pytest.raises(InputError, match="give one of them"):
        TruceModel(tiny(), seed=3, rng=4)
    with pytest.raises(InputError, match="go with the name of a scenario"):
        TruceModel(tiny(), overrides=["days=3"])


def test_the_largest_seed_is_a_seed():
    assert len(daily_table(finished(tiny({"days": 5}), 2**62))) == 6


def test_a_city_that_is_given_is_taken_and_left_as_it_is():
    scenario = tiny(LIVELY)
    city = build_city(scenario.city)
    roles = city.role.copy()
    model = finished(scenario, city=city)
    assert model.world.city.n_residents == city.n_residents + 6  # the outsiders
    assert np.array_equal(city.role, roles)
    assert (roles == Role.CIVILIAN).all()


def test_everybody_starts_in_the_city_but_officers_who_are_away():
    model = TruceModel(tiny({"visits": {"p_visit": 0.0}}))
    residents = model.world.residents
    away = residents.status == Status.AWAY
    assert np.array_equal(away, residents.role == Role.OFFICER)
    assert (residents.status[~away] == Status.PRESENT).all()
    assert away.sum() == 12


def test_a_burn_in_without_events_changes_feelings_and_nothing_else():
    rest, burnt = (TruceModel(tiny(QUIET, {"burn_in_days": days})) for days in (0, 60))
    assert np.array_equal(rest.world.residents.fear, rest.world.residents.rest_fear)
    assert not np.array_equal(burnt.world.residents.fear, burnt.world.residents.rest_fear)
    assert np.array_equal(rest.world.residents.status, burnt.world.residents.status)
    assert rest.truce == burnt.truce
    assert len(event_table(burnt)) == 0
    # the spread narrows to what it stays at: another 60 days hardly move it
    longer = TruceModel(tiny(QUIET, {"burn_in_days": 120}))
    assert abs(longer.world.residents.fear.std() - burnt.world.residents.fear.std()) < 0.002


def test_a_blow_is_felt_on_its_own_day_and_not_before():
    table = daily_table(finished(tiny(QUIET, scheduled(rumour=(10,)))))
    calm = daily_table(finished(tiny(QUIET)))
    moved = table.fear_opposition != calm.fear_opposition
    assert table.day[moved].min() == 10
    assert table.fear_opposition[10] > calm.fear_opposition[10]


def test_actors_judge_by_yesterday():
    # the rate of rumours hangs on pressure alone; a rumour today raises it for tomorrow's rumours only
    model = TruceModel(tiny(QUIET, scheduled(rumour=(3,))))
    pressure = NAMES.index("pressure")
    model.step()
    model.step()
    before = model.world.covariates()[pressure]
    model.step()
    assert model.today["pressure"] == model.world.pressure.level
    assert model.world.covariates()[pressure] > before


def test_a_scheduled_day_is_that_day():
    log = event_table(finished(tiny(QUIET, scheduled(harassment=(1, 7, 40)))))
    assert log.day.tolist() == [1, 7, 40]
    assert (log.cause == "scheduled").all()


def test_covariates_stay_in_their_bounds_and_are_named_once():
    model = TruceModel(tiny(LIVELY))
    assert len(set(NAMES)) == len(NAMES)
    low, high = np.full(len(NAMES), np.inf), np.full(len(NAMES), -np.inf)
    while model.running:
        seen = np.array(model.world.covariates())
        low, high = np.minimum(low, seen), np.maximum(high, seen)
        model.step()
    assert low.min() >= 0
    assert high.max() <= 1
    for name in ("loyalists_left", "loyalists_present", "anger", "fear", "pressure", "passage"):
        assert low[NAMES.index(name)] < high[NAMES.index(name)], name


def test_feelings_and_tallies_stay_within_their_bounds_under_heavy_blows():
    model = finished(tiny(LIVELY, {"feelings": {"shock_scale": 20.0}}))
    residents = model.world.residents
    for feeling in (residents.fear, residents.anger):
        assert feeling.min() >= 0
        assert feeling.max() <= 1
    assert residents.count.sum() == model.world.city.n_residents
    camps = np.bincount(residents.camp, minlength=3)
    assert residents.count.sum(axis=1).tolist() == camps.tolist()
    assert set(np.unique(residents.camp)) <= set(Camp)


# every kind on a day of its own, and thresholds that many pass
BUSY = {
    "days": 80,
    "feelings": {"shock_scale": 2.0},
    "events": {name: {"at": (2 + 2 * k,)} for k, name in enumerate(sorted(KINDS))},
    "ranks": {"join_threshold_mean": 0.2, "desert_threshold_mean": 0.4},
    "flight": {"return_margin": 0.02, "return_rate": 0.3},
}


def busy_days():
    """Models on every day of a few busy histories."""
    for seed, start in enumerate(("observing", "squeezing", "besieging")):
        model = TruceModel(tiny(BUSY, {"army": {"start": start}}), seed=seed)
        while model.running:
            model.step()
            yield model


def test_people_counted_anew_are_those_of_the_daily_table_on_every_day():
    for model in busy_days():
        residents, today = model.world.residents, model.today
        where, camp, role = residents.status, residents.camp, residents.role
        counted = {
            "away": np.sum(where == Status.AWAY),
            "captive": np.sum(where == Status.CAPTIVE),
            "dead": np.sum(where == Status.DEAD),
            "officers_in_city": np.sum((where == Status.PRESENT) & (role == Role.OFFICER)),
            "fighters": np.sum((residents.faction >= 0) & (where != Status.DEAD)),
        }
        for each in Camp:
            name = each.name.lower()
            counted[f"present_{name}"] = np.sum((where == Status.PRESENT) & (camp == each))
            counted[f"departed_{name}"] = np.sum((where == Status.DEPARTED) & (camp == each))
        assert {key: today[key] for key in counted} == counted, (model.scenario.seed, model.day)
        assert len(model.world.captives) == today["captive"]


def test_mean_feelings_are_those_of_the_people_present_on_every_day():
    for model in busy_days():
        residents = model.world.residents
        for camp in Camp:
            here = (residents.status == Status.PRESENT) & (residents.camp == camp)
            for name in ("fear", "anger"):
                mean = getattr(residents, name)[here].mean(dtype=float) if here.any() else np.nan
                told = model.today[f"{name}_{camp.name.lower()}"]
                assert told == pytest.approx(mean, abs=1e-5, nan_ok=True), (name, camp, model.day)


def test_factions_hold_their_living_members_and_nobody_else():
    for model in busy_days():
        residents, factions = model.world.residents, model.world.factions
        for faction in factions:
            assert len(set(faction.rows.tolist())) == faction.rows.size
            assert (residents.faction[faction.rows] == faction.index).all()
            assert (residents.status[faction.rows] != Status.DEAD).all()
        armed = (residents.faction >= 0) & (residents.status != Status.DEAD)
        assert sum(faction.rows.size for faction in factions) == armed.sum()
    assert len(factions) >= 2


def test_every_event_has_an_id_of_its_own_and_a_parent_that_came_before():
    for seed in range(3):
        log = event_table(finished(tiny(BUSY), seed))
        assert log.event.is_unique
        day_of = dict(zip(log.event, log.day, strict=True))
        follows = log[log.parent != 0]
        assert len(follows) > 0
        assert all(day_of[parent] < day for parent, day in zip(follows.parent, follows.day, strict=True))


def test_a_run_can_go_on_past_its_last_day_step_by_step():
    model = finished(tiny({"days": 5}))
    model.run_model()
    assert model.day == 5
    model.step()
    assert (model.day, model.running) == (6, False)
    assert daily_table(model).day.tolist() == list(range(7))
