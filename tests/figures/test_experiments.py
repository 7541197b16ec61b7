"""The experiments: every study file can be planned, answers are the driver's, figures are small."""

import pytest

from experiments.driver import EXPERIMENTS, HERE, MOST_BYTES, readme
from sim.study.ask import ask


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.name)
def test_an_experiment_is_whole(experiment):
    folder = HERE / experiment.name
    configs = folder / "configs"
    plan, _ = ask([], folder / "study.yaml", configs if configs.is_dir() else None)
    assert plan.study.question
    if not (folder / "README.md").exists():  # not run since the model last changed
        return
    text = (folder / "README.md").read_text()
    assert plan.study.question in text
    assert f"{plan.n_points * plan.study.runs:,} histories" in text
    assert "Written by experiments/driver.py" in text
    assert "95 % intervals" in text
    assert (folder / "figure.png").stat().st_size < MOST_BYTES


def test_the_list_names_every_folder():
    folders = {path.parent.name for path in HERE.glob("*/study.yaml")}
    assert folders == {each.name for each in EXPERIMENTS}


def test_the_answer_in_a_readme_is_that_of_the_tables(study):
    text = readme(EXPERIMENTS[1], study)
    for row in study.points.to_dict("records"):
        assert f"broke in {row['broke']:.0f} of {row['n']:.0f} histories" in text
        assert f"({100 * row['p_break_low']:.0f}-{100 * row['p_break_high']:.0f} %)" in text
    row = study.differences[study.differences["outcome"] == "broke"].iloc[0]
    assert f"{100 * row['difference']:+.0f} percentage points" in text
