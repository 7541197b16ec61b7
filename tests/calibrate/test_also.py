"""A calibration over several scenarios: each point is run in all, and each target comes from its own."""

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.problem import base_values_of_all, problem_from
from sim.calibrate.summaries import SUMMARIES, columns_with
from sim.calibrate.waves import run_wave
from sim.errors import InputError
from tests.calibrate.test_calibrate import SMALL

WAR = {
    "base": [*SMALL["base"][:1], "days=45", "burn_in_days=0", "events.agreement.at=[20]"],
    "runs": 5,
    "targets": {"truce_ratio": {"observed": 0.26}, "truce_first_day": {"observed": 9}},
}
UNIT = np.array([[0.2, 0.3], [0.7, 0.6]])


def wave(problem, folder):
    return run_wave(problem, lambda: UNIT, folder, ["engine=serial"], lambda queue: None, seed=7)


def test_each_target_comes_from_its_own_scenario(tmp_path):
    problem = problem_from({**SMALL, "also": {"war": WAR}}, "here")
    _, table = wave(problem, tmp_path)
    base, war = (pd.read_parquet(tmp_path / name / "runs.parquet") for name in ("study", "study-war"))
    assert (len(base), len(war)) == (2 * 4, 2 * 5)
    assert set(war.days) == {45}
    mine = columns_with(WAR["targets"])
    assert "truce_ratio_with_truce_first_day" in mine
    assert set(table.columns) == {*SUMMARIES, "failed"}
    assert table.broken.tolist() == base.groupby("point").broke.mean().tolist()
    assert table["truce_first_day_mean"].notna().all()
    assert table["truce_dispersion_mean"].isna().all()  # nobody asked it of the war

    (tmp_path / "summaries.parquet").unlink()  # what was run is not run again
    parts = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("runs.parquet")}
    pd.testing.assert_frame_equal(wave(problem, tmp_path)[1], table)
    assert {path: path.stat().st_mtime_ns for path in parts} == parts
    other = {**WAR, "base": [*WAR["base"], "pressure.start=0.5"]}
    with pytest.raises(InputError, match="holds runs of other settings"):
        wave(problem_from({**SMALL, "also": {"war": other}}, "here"), tmp_path)


def test_all_scenarios_are_run_more_often_and_are_what_a_folder_is_held_to():
    problem = problem_from({**SMALL, "also": {"war": WAR}}, "here")
    often = problem.more_often(4)
    assert (often.runs, often.also["war"].runs) == (16, 20)
    assert list(problem.all_targets) == [*SMALL["targets"], *WAR["targets"]]
    assert base_values_of_all(problem)["also"]["war"]["days"] == 45
    assert "also" not in base_values_of_all(problem_from(SMALL, "here"))
