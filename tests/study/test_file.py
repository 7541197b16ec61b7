"""A plan written as a study file makes the same points again."""

import pytest
import yaml

from sim.study.build import build_plan
from sim.study.file import study_values
from tests.study.studies import plan_of


@pytest.mark.parametrize(
    "asked",
    [
        ["events.kidnapping.base=0.1,0.02", "army.shield=true,false", "runs=3", "keep=rows"],
        ["scenario=al_rastan,small_town", "days=5,6"],
        ["events.kidnapping.base=0.1,0.02", "days=5,6", "design=zip"],
        ["events.kidnapping.base=interval(0.01,0.3)", "design=sobol", "points=4", "design_seed=3"],
        ["runs=7"],
    ],
    ids=["grid", "groups", "zip", "sobol", "one point"],
)
def test_a_plan_comes_back_from_its_file(asked, tmp_path):
    plan = plan_of(*asked)
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(study_values(plan), sort_keys=False))
    again, _ = build_plan([], path)
    assert [again.points.settings(k) for k in range(again.n_points)] == [
        plan.points.settings(k) for k in range(plan.n_points)
    ]
    assert [again.scenario(k) for k in range(again.n_points)] == [
        plan.scenario(k) for k in range(plan.n_points)
    ]
    assert (again.study.runs, again.study.keep) == (plan.study.runs, plan.study.keep)


def test_samples_in_which_a_value_comes_twice_have_no_file():
    plan = plan_of("army.shield=true,false", "days=interval(5,9)", "design=latin_hypercube", "points=8")
    assert study_values(plan) is None
