"""The experiments: study files can be planned, contrasts fit them, answers are those of the tables."""

import re

import pandas as pd
import pytest
import yaml

from experiments.contrasts import Contrast, contrasts_of, effect, pairs_of, sentence
from experiments.driver import EXPERIMENTS, HERE, MOST_BYTES, draw
from experiments.page import MANY, ordered, readme
from sim.study.build import build_plan

KEY = "events.kidnapping.base"


def marked(experiment):
    """Its points are composed one by one: those of the largest take a while."""
    marks = [pytest.mark.slow] if experiment.name == "measures" else []
    return pytest.param(experiment, id=experiment.name, marks=marks)


@pytest.mark.parametrize("experiment", [marked(each) for each in EXPERIMENTS])
def test_an_experiment_is_whole(experiment):
    folder = HERE / experiment.name
    configs = folder / "configs"
    plan, _ = build_plan([], folder / "study.yaml", configs if configs.is_dir() else None)
    assert plan.study.question
    rows = [{"point": k, **plan.points.settings(k), "n": 1} for k in range(plan.n_points)]
    for contrast in contrasts_of(folder):
        assert pairs_of(contrast, pd.DataFrame(rows))
    text = (folder / "README.md").read_text()
    assert plan.study.question in text
    assert "Written by experiments/driver.py" in text
    assert "95 % intervals" in text
    assert (folder / "figure.png").stat().st_size < MOST_BYTES


def test_the_list_names_every_folder():
    folders = {path.parent.name for path in HERE.glob("*/study.yaml")}
    assert folders == {each.name for each in EXPERIMENTS}


@pytest.fixture
def experiment(tmp_path):
    """The folder of an experiment with one contrast, of the study of the fixture `study`."""
    folder = tmp_path / "kidnappings"
    folder.mkdir()
    contrast = {"says": "more kidnappings", "at": {KEY: 0.3}, "against": {KEY: 0.02}}
    (folder / "contrasts.yaml").write_text(yaml.safe_dump([contrast]))
    return folder


def test_the_answer_in_a_readme_is_that_of_the_tables(study, experiment):
    text = readme(experiment, study, ["runs=100"], [])
    for row in study.points.to_dict("records"):
        share = f"({100 * row['p_break_low']:.0f}-{100 * row['p_break_high']:.0f} %)"
        assert f"{row['broke']:.0f} of {row['n']:.0f}, {100 * row['p_break']:.0f} % {share}" in text
    row = study.differences[study.differences["outcome"] == "broke"].iloc[0]
    told = [f"{100 * abs(row[name]):.0f}" for name in ("difference", "low", "high")]
    lead, change = (line for line in text.splitlines() if "raised breaks by" in line)
    assert change.startswith("- More kidnappings: ")
    assert lead.startswith("Compared with kidnapping base rate 0.02: ")
    for line in (lead, change):
        assert f"breaks by {told[0]} points ({told[1]} to {told[2]})" in line
    deaths = study.differences[study.differences["outcome"] == "deaths"].iloc[0]
    found = re.search(r"deaths \(?(?:by [\d.]+ \()?([+-]?[\d.]+) to ([+-]?[\d.]+)", change)
    assert found is not None
    numbers = [abs(float(each)) for each in found.groups()]
    assert numbers == pytest.approx([abs(deaths[name]) for name in ("low", "high")], abs=0.06)
    assert "`runs=100`, 200 histories" in text


def test_the_figure_of_an_experiment_is_small(study, tmp_path):
    draw(EXPERIMENTS[1], study, tmp_path)
    assert 0 < (tmp_path / "figure.png").stat().st_size < MOST_BYTES


def runs_of(*values):
    """Run rows of points 0, 1, ...: whether each run broke; nobody died or left but in the last point."""
    costs = dict.fromkeys(
        [f"{what}_{camp}" for what in ("deaths", "departed")
         for camp in ("loyalist", "uncommitted", "opposition")], 0
    )  # fmt: skip
    rows = [
        {"point": point, "run": run, "status": "ok", "broke": bool(value), **costs}
        for point, column in enumerate(values)
        for run, value in enumerate(column)
    ]
    return pd.DataFrame(rows)


def test_several_pairs_are_averaged_run_by_run():
    runs = runs_of([0, 0, 1, 0], [1, 0, 1, 1], [0, 0, 0, 1], [1, 1, 1, 1])
    found = effect([(1, 0), (3, 2)], runs, "broke")
    assert found.difference == pytest.approx((0.75 - 0.25 + 1 - 0.25) / 2)
    assert found.low < found.difference < found.high


def test_what_is_open_is_told_as_open_and_what_is_not_as_more_or_less():
    points = pd.DataFrame({"point": [0, 1], "a": ["x", "y"], "n": [40, 40]})
    change = Contrast("a change", {"a": "y"}, {"a": "x"})
    same = runs_of([0, 1] * 20, [1, 0] * 20)
    assert "not decided: breaks (-" in sentence(change, points, same)
    assert "deaths and departures the same in every pair of histories" in sentence(change, points, same)
    more = runs_of([0, 0] * 20, [1, 1] * 20)
    assert sentence(change, points, more).startswith("A change: raised breaks by 100 points (")
    back = Contrast("a change", {"a": "x"}, {"a": "y"})
    assert sentence(back, points, more).startswith("A change: lowered breaks by 100 points (")


def test_a_contrast_that_does_not_fit_is_refused():
    points = pd.DataFrame({"point": [0, 1], "a": ["x", "y"], "n": [1, 1]})
    with pytest.raises(ValueError, match="does not fit"):
        pairs_of(Contrast("a change", {"a": "z"}, {"a": "x"}), points)


def test_many_points_without_an_order_are_told_from_the_least_to_the_most():
    n = MANY + 1
    points = pd.DataFrame({"point": range(n), "a": [f"x{k}" for k in range(n)], "n": 1})
    points["p_break"] = [0.5, *(1 - k / n for k in range(1, n))]
    told = ordered(points)
    assert told["point"].iloc[0] == 0
    assert told["p_break"].iloc[1:].is_monotonic_increasing
    assert ordered(points.assign(a=range(n)))["point"].tolist() == list(range(n))
