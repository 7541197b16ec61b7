"""A calibration from its file to its folder; what is there is not done again, and what is not there is."""

import dataclasses
import json
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
import yaml

from sim import cli
from sim.calibrate.calibrate import calibrate
from sim.calibrate.folder import owned
from sim.calibrate.problem import base_values, problem_from
from sim.calibrate.summaries import SUMMARIES
from sim.calibrate.waves import seed_of
from sim.calibrate.words import lines_of
from sim.config.values import numbers_at
from sim.disk.lock import hold
from sim.errors import InputError

pytestmark = pytest.mark.xdist_group("calibrate")  # what the module makes is made once

SMALL = {
    "base": ["scenario=small_town", "days=25", "events.defection.base=0.1", "events.kidnapping.base=0.2"],
    "priors": {
        "events.defection.base": {"distribution": "log_uniform", "low": 0.02, "high": 2.0},
        "events.harassment.base": {"low": 0.03, "high": 3.0},
    },
    "targets": {"defections": {"low": 7e-4, "high": 2.6e-3}, "broken": {"low": 0.1, "high": 0.9}},
    "trajectories": 5,
    "waves": 1,
    "points": 16,
    "runs": 4,
    "candidates": 1000,
    "sample": 20,
    "checked": 6,
    "central": 3,
    "times": 2,
    "truths": 2,
}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibration") / "out"
    return folder, calibrate(problem_from(SMALL, "here"), folder, engine=["engine=serial"])


def test_the_sample_lies_in_the_prior_and_near_the_targets(done):
    _, found = done
    assert list(found.sample.columns) == [*SMALL["priors"]]
    assert len(found.sample) == 20
    for key, prior in SMALL["priors"].items():
        assert found.sample[key].between(prior["low"], prior["high"]).all()
    row = found.parameters.set_index("parameter").loc["events.defection.base"]
    assert row.q025 < row["median"] < row.q975
    assert set(found.check.columns) == {*SMALL["priors"], *SUMMARIES, "failed"}
    assert set(found.central.columns) == {*SMALL["priors"], *SUMMARIES, "failed", "agreement"}
    assert found.central.agreement.is_monotonic_decreasing
    assert len(found.central) == 3
    assert len(found.check) == 6
    base = base_values(found.problem)
    assert found.shipped[[*SMALL["priors"]]].iloc[0].to_dict() == pytest.approx(
        numbers_at(base, SMALL["priors"])
    )
    n_worse = int((found.central.agreement < found.shipped.agreement[0]).sum())
    said = next(line for line in lines_of(found) if line.startswith("The defaults, run as often"))
    assert f"better than {n_worse} of these points" in said or "do not show" in said
    assert found.waves.points.tolist() == [16]


def test_what_is_there_is_not_done_again(done):
    folder, found = done
    times = {
        path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path.name != "lock"
    }
    again = calibrate(problem_from(SMALL, "here"), folder, engine=["engine=serial"])
    for field in dataclasses.fields(found):
        one, other = getattr(found, field.name), getattr(again, field.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_wave_that_was_lost_is_done_again_and_gives_the_same(done, tmp_path):
    folder, found = done
    mine = tmp_path / "out"
    shutil.copytree(folder, mine)
    shutil.rmtree(mine / "wave-1")
    again = calibrate(problem_from(SMALL, "here"), mine, engine=["engine=serial"])
    pd.testing.assert_frame_equal(found.sample, again.sample)
    for name in ("unit.npy", "summaries.parquet"):
        assert (mine / "wave-1" / name).read_bytes() == (folder / "wave-1" / name).read_bytes()


def test_points_of_a_wave_have_luck_of_their_own_and_trajectories_share_theirs(done):
    folder, _ = done
    problem = problem_from(SMALL, "here")
    seeds = {
        name: pd.read_parquet(folder / name / "study" / "runs.parquet").groupby("point").seed.apply(tuple)
        for name in ("screening", "wave-1", "posterior")
    }
    assert set(seeds["screening"]) == {tuple(seed_of(problem, 0) + run for run in range(4))}
    lonely = [seed for name in ("wave-1", "posterior") for each in seeds[name] for seed in each]
    assert len(set(lonely)) == len(lonely) == 4 * (16 + 6)


@pytest.mark.slow  # a lost wave, above, is the quick form
def test_a_killed_calibration_goes_on_and_finds_the_same(done, tmp_path):
    _, found = done
    file, out = tmp_path / "small.yaml", tmp_path / "out"
    file.write_text(yaml.safe_dump(SMALL, sort_keys=False))
    asked = [sys.executable, "-m", "sim", "calibrate", str(file), "engine=serial", "--out", str(out)]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        parts = out / "wave-1" / "study" / "parts"
        end = time.monotonic() + 300
        while process.poll() is None and not any(parts.glob("runs*")) and time.monotonic() < end:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert (out / "screening" / "summaries.parquet").is_file()
    assert not (out / "posterior.yaml").exists()
    again = calibrate(problem_from(SMALL, "here"), out, engine=["engine=serial"])
    pd.testing.assert_frame_equal(found.sample, again.sample)
    pd.testing.assert_frame_equal(found.check, again.check)


def test_a_folder_with_another_calibration_is_refused(done):
    folder, _ = done
    with pytest.raises(InputError, match="holds another calibration"):
        calibrate(problem_from({**SMALL, "seed": 1}, "here"), folder)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("hudna", "0.0.1", "another version"),
        ("base", {"days": 180}, "other defaults"),
        ("summaries", ["broken"], "other summaries"),
    ],
)
def test_what_was_begun_on_other_grounds_does_not_go_on(done, tmp_path, key, value, told):
    folder, _ = done
    content = json.loads((folder / "problem.json").read_text())
    (tmp_path / "problem.json").write_text(json.dumps({**content, key: value}))
    with pytest.raises(InputError, match=told):
        calibrate(problem_from(SMALL, "here"), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"problem.json", "lock"}


def test_a_wave_of_other_settings_is_not_taken_for_a_finished_one(done, tmp_path):
    folder, _ = done
    mine = tmp_path / "out"
    shutil.copytree(folder, mine)
    unit = np.load(mine / "wave-1" / "unit.npy")
    np.save(mine / "wave-1" / "unit.npy", unit[::-1])
    with pytest.raises(InputError, match="wave-1: holds runs of other settings"):
        calibrate(problem_from(SMALL, "here"), mine, engine=["engine=serial"])


def test_a_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="has something in it already"):
        calibrate(problem_from(SMALL, "here"), tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_what_a_killed_one_left_of_its_first_file_is_no_hindrance(tmp_path, done):
    folder, _ = done
    shutil.copytree(folder, tmp_path / "out")
    (tmp_path / "out" / "problem.json").rename(tmp_path / "out" / "problem.json.0f.unfinished")
    with pytest.raises(InputError, match="has something in it already"):  # waves without their problem
        calibrate(problem_from(SMALL, "here"), tmp_path / "out")
    for name in ("screening", "wave-1", "posterior", "central"):
        shutil.rmtree(tmp_path / "out" / name)
    for path in (tmp_path / "out").iterdir():
        if "unfinished" not in path.name:
            path.unlink()
    with owned(problem_from(SMALL, "here"), {}, tmp_path / "out"):
        assert json.loads((tmp_path / "out" / "problem.json").read_text())["base"] == {}


def test_a_damaged_problem_is_said_in_one_line(tmp_path):
    (tmp_path / "problem.json").write_text("{")
    with pytest.raises(InputError, match=r"problem.json: damaged"):
        calibrate(problem_from(SMALL, "here"), tmp_path)


def test_a_population_takes_what_it_has_of_the_posterior(tmp_path, monkeypatch):
    from sim.calibrate import calibrate as module

    asked = []
    monkeypatch.setattr(module, "run_population", lambda truces, settings, *rest: asked.extend(settings))
    monkeypatch.setattr(module, "laws", lambda runs: runs)
    priors = {
        "events.clash.base": {"low": 0.001, "high": 1},
        "events.defection.base": {"low": 0.001, "high": 1},
        "factions.men_of_god.members": {"low": 1, "high": 900},
        "pace.army": {"low": 0.1, "high": 2},
    }
    problem = problem_from({**SMALL, "base": ["scenario=al_rastan"], "priors": priors, "truces": 200}, "here")
    medians = pd.DataFrame({"parameter": [*priors], "median": [0.0042, 0.2, 90.0, 0.7]})
    module._laws(problem, medians, tmp_path, [], lambda queue: None)
    assert asked == ["events.clash.base=0.0042"]  # the rest is its own, or it has none


def test_two_do_not_write_into_one_folder(done):
    folder, _ = done
    with hold(folder / "lock"), pytest.raises(InputError, match="another process writes to it"):
        calibrate(problem_from(SMALL, "here"), folder)


def test_the_command_writes_tables_figures_and_a_sample_that_a_study_takes(done, tmp_path, capsys):
    folder, found = done
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(SMALL, sort_keys=False))
    assert cli.main(["calibrate", f"study={file}", "engine=serial", "--out", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "events.defection.base" in told
    assert "synthetic truths" in told
    names = {path.name for path in folder.iterdir()}
    assert names > {"parameters.csv", "posterior.yaml", "posterior.png", "targets.png", "calibration.txt"}
    own = tmp_path / "configs" / "uncertainty"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_bytes((folder / "posterior.yaml").read_bytes())
    from sim.study.build import build_plan

    plan, _ = build_plan(["scenario=small_town", "uncertainty=mine", "runs=25"], config_dir=own.parent)
    expected = found.sample["events.defection.base"]
    drawn = [plan.run_settings(0, run)["events.defection.base"] for run in (0, 7, 20)]
    assert drawn == pytest.approx([expected[0], expected[7], expected[0]], rel=1e-3)


def test_an_override_that_is_no_key_of_the_engine_is_refused(tmp_path):
    with pytest.raises(InputError, match="days=30: only keys of the engine"):
        calibrate(problem_from(SMALL, "here"), tmp_path / "out", engine=["engine=serial", "days=30"])
