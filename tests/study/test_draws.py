"""Parameters that differ from run to run: the same at every point, within their priors, kept in the plan."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from sim.api import sweep
from sim.errors import InputError
from sim.study.build import build_plan
from sim.study.draws import Draws, Uncertainty, draws_of
from sim.study.priors import Prior
from sim.study.runner import job_of
from sim.study.store import Store

SMALL = ("scenario=small_town", "days=6", "engine=serial")


def folder_of(tmp_path, text, name="mine"):
    (tmp_path / "uncertainty").mkdir(exist_ok=True)
    (tmp_path / "uncertainty" / f"{name}.yaml").write_text(text)
    return tmp_path


PRIORS = """
priors:
  events.kidnapping.base: {low: 0.1, high: 0.3}
  factions.newcomers.members: {distribution: log_uniform, low: 5, high: 50}
"""
SAMPLE = """
keys: [events.clash.base, passage.recovery]
sample: [[0.1, 0.01], [0.2, 0.02], [0.3, 0.03]]
"""


def test_a_run_draws_the_same_at_every_point_and_each_run_its_own(tmp_path):
    own = folder_of(tmp_path, PRIORS)
    plan, _ = build_plan([*SMALL, "uncertainty=mine", "runs=4", "truce.feud.bar=4,8"], config_dir=own)
    drawn = [plan.run_settings(0, run) for run in range(4)]
    assert [{**plan.run_settings(1, run), "truce.feud.bar": 4.0} for run in range(4)] == drawn
    assert len({row["events.kidnapping.base"] for row in drawn}) == 4
    assert all(0.1 <= row["events.kidnapping.base"] <= 0.3 for row in drawn)
    assert all(type(row["factions.newcomers.members"]) is int for row in drawn)
    job = job_of(plan, ((1, 2), (1, 3)))
    assert [json.loads(task.settings) for task in job.tasks] == [plan.run_settings(1, k) for k in (2, 3)]


def test_a_sample_is_gone_through_row_by_row(tmp_path):
    own = folder_of(tmp_path, SAMPLE)
    plan, _ = build_plan([*SMALL, "uncertainty=mine", "runs=4"], config_dir=own)
    assert [plan.run_settings(0, run)["events.clash.base"] for run in range(4)] == [0.1, 0.2, 0.3, 0.1]


def test_two_files_draw_together_and_what_a_point_sets_is_not_drawn(tmp_path):
    own = folder_of(tmp_path, PRIORS)
    folder_of(tmp_path, SAMPLE, "other")
    asked = [*SMALL, "uncertainty=[mine,other]", "events.kidnapping.base=0.5,0.6"]
    plan, _ = build_plan(asked, config_dir=own)
    assert set(plan.run_settings(0, 0)) == {
        "events.kidnapping.base", "factions.newcomers.members", "events.clash.base", "passage.recovery",
    }  # fmt: skip
    assert [plan.run_settings(point, 0)["events.kidnapping.base"] for point in (0, 1)] == [0.5, 0.6]


def test_what_an_override_sets_is_not_drawn_and_moves_no_other_draw(tmp_path):
    own = folder_of(tmp_path, PRIORS + SAMPLE)
    plan, _ = build_plan([*SMALL, "uncertainty=mine"], config_dir=own)
    held, _ = build_plan([*SMALL, "uncertainty=mine", "events.kidnapping.base=0.5"], config_dir=own)
    other, _ = build_plan([*SMALL, "uncertainty=mine", "events.clash.base=0.5"], config_dir=own)
    drawn = plan.run_settings(0, 1)
    assert held.run_settings(0, 1) == {k: v for k, v in drawn.items() if k != "events.kidnapping.base"}
    assert other.run_settings(0, 1) == {k: v for k, v in drawn.items() if k != "events.clash.base"}
    assert held.scenario(0, held.run_settings(0, 1)).events.kidnapping.base == 0.5


def test_what_a_section_sets_is_not_drawn_and_its_neighbours_are(tmp_path):
    text = (
        "priors: {events.kidnapping.base: {low: 0.1, high: 0.3}, events.kidnapping.breach: {low: 0, high: 1}}"
    )
    own = folder_of(tmp_path, text)
    plan, _ = build_plan([*SMALL, "uncertainty=mine", "events.kidnapping={base: 0.5}"], config_dir=own)
    assert set(plan.run_settings(0, 1)) == {"events.kidnapping.breach"}
    assert plan.scenario(0, plan.run_settings(0, 1)).events.kidnapping.base == 0.5


@pytest.mark.parametrize(
    "override", ["~factions.newcomers", "factions.newcomers=null", "factions={newcomers: null}"]
)
def test_what_is_removed_is_not_drawn(tmp_path, override):
    own = folder_of(tmp_path, PRIORS)
    plan, _ = build_plan([*SMALL, "uncertainty=mine", override], config_dir=own)
    assert set(plan.run_settings(0, 1)) == {"events.kidnapping.base"}


def test_nothing_is_added_by_drawing_it(tmp_path):
    own = folder_of(tmp_path, "priors: {events.clash.answers.kidnapping: {low: 0, high: 0.5}}")
    with pytest.raises(InputError, match=r"there is no kidnapping in events.clash.answers here"):
        build_plan([*SMALL, "uncertainty=mine"], config_dir=own)
    plan, _ = build_plan([*SMALL, "uncertainty=mine", "+events.clash.answers.kidnapping=0.1"], config_dir=own)
    assert plan.draws is None  # what an override sets is not drawn


def test_draws_are_checked_in_every_combination(tmp_path):
    own = folder_of(tmp_path, "priors: {factions.men_of_god.members: {low: 10, high: 20}}")
    asked = ["uncertainty=mine", "days=6", "engine=serial"]
    build_plan([*asked, "scenario=al_rastan"], config_dir=own)
    for scenario in ("local_truce", "al_rastan,local_truce", "local_truce,al_rastan"):
        with pytest.raises(InputError, match=r"there is no factions.men_of_god in this scenario"):
            build_plan([*asked, f"scenario={scenario}"], config_dir=own)


def test_what_is_drawn_is_in_the_plan_on_disk_and_reaches_the_runs(tmp_path):
    own = folder_of(tmp_path, "priors: {factions.newcomers.members: {low: 10, high: 200}}")
    out = tmp_path / "study"
    asked = [*SMALL, "uncertainty=mine", "runs=6", "keep=rows", "burn_in_days=0"]
    found = sweep(asked, config_dir=own, out=out)
    store = Store.open(out)
    again, _ = build_plan(asked, config_dir=own)
    assert store.plan.digest == again.digest
    drawn = [store.plan.run_settings(0, run)["factions.newcomers.members"] for run in range(6)]
    residents = found.runs.residents.to_numpy()
    assert (residents - drawn == residents[0] - drawn[0]).all()
    assert len(set(drawn)) > 3


def test_other_draws_are_another_study(tmp_path):
    own = folder_of(tmp_path, PRIORS)
    one, _ = build_plan([*SMALL, "uncertainty=mine"], config_dir=own)
    folder_of(tmp_path, PRIORS.replace("0.3", "0.31"))
    other, _ = build_plan([*SMALL, "uncertainty=mine"], config_dir=own)
    seeded, _ = build_plan([*SMALL, "uncertainty=mine", "design_seed=1"], config_dir=own)
    assert len({one.digest, other.digest, seeded.digest}) == 3
    assert one.run_settings(0, 0) != seeded.run_settings(0, 0)


@pytest.mark.parametrize(
    ("prior", "median"),
    [
        (Prior(low=2, high=4), 3),
        (Prior(distribution="log_uniform", low=1, high=100), 10),
        (Prior(distribution="normal", low=-10, high=10, centre=2, spread=1), 2),
        (Prior(distribution="log_normal", low=0.001, high=1000, centre=3, spread=0.5), 3),
    ],
)
def test_a_prior_lies_between_its_bounds_about_its_median(prior, median):
    assert prior.at(0.5) == pytest.approx(median)
    values = [prior.at(u) for u in np.linspace(0, 1, 50)]
    assert values == sorted(values)
    assert min(values) >= prior.low
    assert max(values) <= prior.high
    assert [prior.share(prior.low), prior.share(prior.high)] == [0, 1]
    assert [prior.share(prior.low - 9), prior.share(prior.high + 9)] == [0, 1]
    for u in np.linspace(0.001, 0.999, 30):
        assert prior.share(prior.at(u)) == pytest.approx(u, abs=1e-9)


@pytest.mark.parametrize(
    "prior",
    [
        Prior(low=2, high=4),
        Prior(distribution="log_uniform", low=1, high=100),
        Prior(distribution="normal", low=1, high=4, centre=2, spread=1),
        Prior(distribution="log_normal", low=2, high=5, centre=3, spread=0.5),
    ],
)
def test_a_cut_prior_reaches_its_bounds(prior):
    assert prior.at(0.0) == pytest.approx(prior.low, rel=1e-9)
    assert prior.at(1.0) == pytest.approx(prior.high, rel=1e-9)


def test_whole_numbers_at_the_ends_have_their_full_weight():
    prior = Prior(low=2, high=4)
    values = [prior.whole_at(u) for u in (np.arange(3000) + 0.5) / 3000]
    assert [values.count(k) for k in (2, 3, 4)] == [1000, 1000, 1000]
    assert all(type(value) is int for value in values)


def test_draws_follow_their_prior():
    prior = Prior(distribution="log_normal", low=0.1, high=10, centre=1, spread=0.7)
    part = Uncertainty(priors={"pace.factions": prior})
    draws = Draws({"mine": part}, 3, frozenset())
    logs = np.log([draws.settings(run)["pace.factions"] for run in range(2000)])
    assert abs(logs.mean()) < 4 * 0.7 / math.sqrt(2000)
    assert logs.std() == pytest.approx(0.7, rel=0.08)


def test_every_key_has_luck_of_its_own():
    flat = {"low": 0.0, "high": 1.0}
    keys = ("pace.factions", "pace.army", "elders.standing")
    draws = Draws({"mine": Uncertainty(priors={key: Prior(**flat) for key in keys})}, 3, frozenset())
    drawn = pd.DataFrame([draws.settings(run) for run in range(1000)])
    apart = drawn.corr().to_numpy()[np.triu_indices(len(keys), 1)]
    assert np.abs(apart).max() < 4 / math.sqrt(len(drawn))
    fewer = Draws({"mine": Uncertainty(priors={"pace.army": Prior(**flat)})}, 3, frozenset())
    assert [fewer.settings(run)["pace.army"] for run in range(9)] == drawn["pace.army"].tolist()[:9]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("priors: {events.kidnaping.base: {low: 0, high: 1}}", "no such key"),
        ("priors: {events.kidnapping.base: {low: 1, high: 1}}", "no width"),
        (
            "priors: {events.kidnapping.base: {low: 0, high: 5000}}",
            "uncertainty mine: events.kidnapping.base",
        ),
        ("keys: [events.kidnapping.base]\nsample: [[1], [5000]]", "uncertainty mine: events.kidnapping.base"),
        ("keys: [events.kidnapping.base]\nsample: [[-1], [1]]", "uncertainty mine: events.kidnapping.base"),
        ("priors: {events.kidnapping.base: {distribution: log_uniform, low: 0, high: 1}}", "above 0"),
        ("priors: {events.kidnapping.base: {distribution: normal, low: 0, high: 1}}", "centre and spread"),
        ("priors: {measures.mediation.enabled: {low: 0, high: 1}}", "is not a number"),
        ("keys: [days]\nsample: [[1, 2]]", "each row of the sample"),
        ("says: nothing", "is empty"),
        ("priors: {city.n_residents: {low: 4000, high: 5000}}", "cities=redrawn"),
        ("prior: {}", "no such key"),
        ("priors: {days: {low: 5, high: 9}}", "days: cannot be drawn"),
        ("priors: {seed: {low: 5, high: 9}}", "seed: cannot be drawn"),
        ("priors: {factions.newcomers.members: {low: 4.5, high: 9}}", "make low and high whole"),
        (
            "keys: [factions.newcomers.members]\nsample: [[4], [4.5]]",
            "4.5 in the sample; it takes whole numbers",
        ),
        ("keys: [army.arms, army.arms]\nsample: [[1, 2]]", "stands twice"),
        ("priors: {army.troops: {low: 1, high: 9}}\nkeys: [army.troops]\nsample: [[1]]", "stands twice"),
        ("priors: {pace.army: {distribution: log_normal, low: 1, high: 9, centre: 0, spread: 1}}", "above 0"),
        (
            "priors: {pace.army: {distribution: normal, low: 1, high: 9, centre: -50, spread: 1}}",
            "almost none",
        ),
        ("priors: {pace.army: {low: 1, high: 9, centre: 4}}", "centre and spread"),
        ("priors: {factions.nobody.members: {low: 1, high: 9}}", "there is no factions.nobody"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path, text, told):
    own = folder_of(tmp_path, text)
    with pytest.raises(InputError, match=told) as caught:
        build_plan([*SMALL, "uncertainty=mine"], config_dir=own)
    assert len(str(caught.value).splitlines()) == 1


def test_an_unknown_file_is_refused():
    with pytest.raises(InputError, match=r"uncertainty=posteriour: there is no such file; .*posterior"):
        build_plan([*SMALL, "uncertainty=posteriour"])


@pytest.mark.parametrize("name", ["../mine", "mine.yaml/", "uncertainty/mine"])
def test_a_path_is_no_name(name, tmp_path):
    with pytest.raises(InputError, match="without path"):
        build_plan([*SMALL, f"uncertainty={name}"], config_dir=folder_of(tmp_path, PRIORS))


def test_one_file_named_twice_is_refused(tmp_path):
    with pytest.raises(InputError, match="mine is named twice"):
        build_plan([*SMALL, "uncertainty=[mine,mine]"], config_dir=folder_of(tmp_path, PRIORS))


def test_one_key_drawn_twice_is_refused(tmp_path):
    own = folder_of(tmp_path, PRIORS)
    folder_of(tmp_path, PRIORS, "again")
    with pytest.raises(InputError, match="drawn by again and by another"):
        build_plan([*SMALL, "uncertainty=[mine,again]"], config_dir=own)


@pytest.mark.parametrize("name", ["local_truce", "posterior"])
def test_the_shipped_files_make_scenarios(name):
    scenario = "local_truce" if name == "local_truce" else "al_rastan"
    plan, _ = build_plan([f"scenario={scenario}", f"uncertainty={name}", "cities=redrawn", "runs=5"])
    assert plan.draws is not None
    again = draws_of(plan.content["draws"], plan.study.design_seed)
    assert [again.settings(k) for k in range(5)] == [plan.draws.settings(k) for k in range(5)]


def test_a_run_that_is_explained_has_what_was_drawn_for_it(tmp_path):
    from sim.explanation.sample import scenario_of

    plan, _ = build_plan([*SMALL, "uncertainty=mine"], config_dir=folder_of(tmp_path, PRIORS))
    for run in (0, 1):
        expected = plan.run_settings(0, run)["events.kidnapping.base"]
        assert scenario_of(plan, 0, run).events.kidnapping.base == expected
