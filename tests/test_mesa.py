"""The model is a real Mesa model: agents, collector, batch runs; and nothing keeps it alive."""

from __future__ import annotations

import gc
import inspect
import weakref

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.city.columns import Camp, Status
from sim.errors import InputError
from sim.model import TruceModel
from sim.records import DAILY_COLUMNS, daily_table
from tests.conftest import finished, tiny

LIVELY = {"days": 20, "events": {"kidnapping": {"base": 0.2}}, "feelings": {"shock_scale": 2.0}}


def collected(model):
    return model.datacollector.get_model_vars_dataframe()


def test_it_is_a_mesa_model_and_its_actors_are_mesa_agents_of_it():
    model = TruceModel(tiny())
    assert isinstance(model, mesa.Model)
    assert all(isinstance(actor, mesa.Agent) and actor.model is model for actor in model.world.actors)
    assert set(model.agents) == set(model.world.actors)
    assert {"locals", "outsiders", "army", "elders"} <= {agent.name for agent in model.agents}
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)


def test_the_signature_is_that_of_a_mesa_model_with_a_scenario():
    parameters = dict(inspect.signature(TruceModel).parameters)
    scenario = parameters.pop("scenario")
    assert scenario.default == "small_town"
    assert scenario.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert {name: parameters[name].default for name in ("seed", "overrides", "rng")} == {
        "seed": "own",
        "overrides": (),
        "rng": None,
    }
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters.values())


def test_a_step_is_a_day_and_running_ends_with_the_last_one():
    model = TruceModel(tiny({"days": 3}))
    seen = [(model.steps, model.day, model.running)]
    while model.running:
        model.step()
        seen.append((model.steps, model.day, model.running))
    assert seen == [(0, 0, True), (1, 1, True), (2, 2, True), (3, 3, False)]


def test_a_model_of_no_days_does_not_run_and_has_the_row_of_day_0():
    model = TruceModel(tiny({"days": 0}))
    assert not model.running
    assert collected(model)["day"].tolist() == [0]


def test_the_collector_holds_one_row_at_the_start_and_one_a_step():
    model = TruceModel(tiny(LIVELY))
    assert len(collected(model)) == 1
    model.step()
    model.step()
    assert collected(model)["day"].tolist() == [0, 1, 2]


def test_what_is_collected_is_the_daily_table():
    model = finished(tiny(LIVELY))
    table = daily_table(model)
    rows = collected(model)
    assert list(rows) == list(table) == [column.name for column in DAILY_COLUMNS]
    pd.testing.assert_frame_equal(rows.reset_index(drop=True), table, check_dtype=False, rtol=0, atol=0)


def test_what_is_collected_agrees_with_a_count_of_the_residents_on_the_day():
    model = TruceModel(tiny(LIVELY))
    counts = []
    while model.running:
        model.step()
        residents = model.world.residents
        here = residents.status == Status.PRESENT
        loyal = here & (residents.camp == Camp.LOYALIST)
        counts.append((int(loyal.sum()), int((residents.status == Status.CAPTIVE).sum())))
    table = daily_table(model)[1:]
    assert list(zip(table.present_loyalist, table.captive, strict=True)) == counts
    assert table.captive.max() > 0


def batch_run(parameters, seeds, **options):
    """Mesa's batch run with a list of seeds, as the version that is installed takes it."""
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        options["rng"] = seeds
    else:
        options["iterations"] = 1
        parameters = {**parameters, "seed": seeds}
    return mesa.batch_run(TruceModel, parameters, number_processes=1, display_progress=False, **options)


def test_a_batch_run_gives_the_rows_of_single_runs():
    rows = batch_run(
        {"scenario": ["small_town"], "overrides": [("days=20",)]},
        [0, 1],
        max_steps=20,
        data_collection_period=-1,
    )
    assert [(row["scenario"], row["seed"]) for row in rows] == [("small_town", 0), ("small_town", 1)]
    for row in rows:
        model = TruceModel("small_town", seed=row["seed"], overrides=("days=20",))
        model.run_model()
        # before 3.5 Mesa reports the row before the last one of a model that collects at its start, too
        assert row["Step"] == row["day"]
        assert row["day"] in (19, 20)
        day = daily_table(model).iloc[row["day"]]
        assert {name: row[name] for name in day.index} == pytest.approx(day.to_dict(), abs=0, nan_ok=True)
    assert rows[0]["fear_loyalist"] != rows[1]["fear_loyalist"]


def test_a_batch_run_can_collect_every_day():
    rows = batch_run({"scenario": [tiny(LIVELY)]}, [3], max_steps=1000, data_collection_period=1)
    table = daily_table(finished(tiny(LIVELY), 3))
    assert [row["day"] for row in rows] in (list(range(20)), list(range(21)))
    assert [row["pressure"] for row in rows] == table.pressure[: len(rows)].tolist()


def test_no_seed_is_refused():
    # Mesa 3.4 and later put None in the place of seeds that stand among the parameters
    with pytest.raises(InputError, match=r"seed: None is not a seed; .* rng="):
        TruceModel(tiny(), seed=None)


def test_a_batch_over_seeds_among_the_overrides_has_different_histories():
    rows = mesa.batch_run(
        TruceModel,
        {"scenario": "small_town", "overrides": [("days=9", "seed=1"), ("days=9", "seed=2")]},
        data_collection_period=-1,
        display_progress=False,
    )
    one, other = (tuple(row[name] for name in ("fear_loyalist", "fear_opposition")) for row in rows)
    assert one != other


@pytest.mark.parametrize("kind", [int, np.int64, np.uint32])
def test_mesas_rng_may_be_a_number_of_any_kind(kind):
    assert TruceModel(tiny(), rng=kind(5)).scenario.seed == 5


def test_mesas_rng_may_be_a_generator():
    one, other, third = (TruceModel(tiny(), rng=np.random.default_rng(seed)) for seed in (8, 8, 9))
    assert one.scenario.seed == other.scenario.seed >= 0
    assert one.scenario.seed != third.scenario.seed


def test_a_model_that_is_dropped_is_freed():
    model = TruceModel(tiny(LIVELY))
    model.run_model()
    daily_table(model)
    dropped = weakref.ref(model)
    agents = [weakref.ref(agent) for agent in model.agents]
    del model
    gc.collect()
    assert dropped() is None
    assert [agent() for agent in agents] == [None] * len(agents)


def test_stepping_a_branch_steps_the_branch_alone():
    model = TruceModel(tiny(LIVELY))
    model.step()
    twin = model.branch()
    twin.step()
    assert (model.day, twin.day) == (1, 2)
    assert [agent.model is twin for agent in twin.agents] == [True] * len(model.agents)


def test_agents_are_numbered_anew_in_each_model():
    numbers = [sorted(agent.unique_id for agent in TruceModel(tiny()).agents) for _ in range(2)]
    assert numbers[0] == numbers[1]
