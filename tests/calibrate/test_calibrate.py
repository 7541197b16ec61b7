"""A calibration from its file to its folder; what is there is not done again; bad files."""

import dataclasses

import pandas as pd
import pytest
import yaml

from sim import cli
from sim.calibrate.calibrate import calibrate
from sim.calibrate.problem import problem_from, read_problem
from sim.calibrate.summaries import SUMMARIES, summaries_of
from sim.errors import InputError
from sim.records import event_table, run_row
from tests.conftest import finished, tiny
from tests.patterns.test_patterns import LIVELY

SMALL = {
    "base": ["scenario=small_town", "days=25"],
    "priors": {
        "events.defection.base": {"distribution": "log_uniform", "low": 0.02, "high": 2.0},
        "events.harassment.base": {"low": 0.03, "high": 3.0},
    },
    "targets": {"defections": {"low": 7e-4, "high": 2.6e-3}, "broken": {"low": 0.1, "high": 0.9}},
    "trajectories": 5,
    "waves": 1,
    "points": 10,
    "runs": 4,
    "candidates": 1000,
    "sample": 20,
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
    assert set(found.check.columns) == {*SMALL["priors"], *SUMMARIES, "agreement"}
    assert found.check.agreement.is_monotonic_decreasing
    assert len(found.check) == 20
    assert found.waves.points.tolist() == [15, 25]


def test_what_is_there_is_not_done_again(done):
    folder, found = done
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    again = calibrate(problem_from(SMALL, "here"), folder, engine=["engine=serial"])
    for field in dataclasses.fields(found):
        one, other = getattr(found, field.name), getattr(again, field.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_wave_that_was_lost_is_done_again_and_gives_the_same(done):
    folder, found = done
    (folder / "wave-1" / "summaries.parquet").unlink()
    again = calibrate(problem_from(SMALL, "here"), folder, engine=["engine=serial"])
    pd.testing.assert_frame_equal(found.sample, again.sample)


def test_a_folder_with_another_calibration_is_refused(done):
    folder, _ = done
    with pytest.raises(InputError, match="holds another calibration"):
        calibrate(problem_from({**SMALL, "seed": 1}, "here"), folder)


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
    from sim.study.ask import ask

    plan, _ = ask(["scenario=small_town", "uncertainty=mine", "runs=25"], config_dir=own.parent)
    expected = found.sample["events.defection.base"]
    drawn = [plan.run_settings(0, run)["events.defection.base"] for run in (0, 7, 20)]
    assert drawn == pytest.approx([expected[0], expected[7], expected[0]], rel=1e-3)


def test_summaries_are_those_of_the_histories_of_a_point():
    models = [finished(tiny({"days": 100}), 1), finished(tiny(LIVELY), 3), finished(tiny(LIVELY), 4)]
    runs = pd.DataFrame(
        [{"point": k // 2, "run": k % 2, "status": "ok", **run_row(m)} for k, m in enumerate(models)]
    )
    logs = [event_table(m).assign(point=k // 2, run=k % 2) for k, m in enumerate(models)]
    found = summaries_of(runs, pd.concat(logs, ignore_index=True))
    assert found.index.tolist() == [0, 1]
    assert found.broken.tolist() == [runs.broke[:2].mean(), float(runs.broke[2])]
    held = runs[:2][~runs.broke[:2].astype(bool)]
    present = held.present_loyalist + held.present_uncommitted + held.present_opposition
    assert found.present[0] == pytest.approx((present / held.residents).mean(), nan_ok=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"targets": {"P9": {"low": 0, "high": 1}}}, "targets: P9: no such pattern"),
        ({"targets": {"broken": {"low": 0.9, "high": 0.1}}}, "give low below high"),
        ({"targets": {"broken": {"observed": 3}}}, "broken: takes low and high"),
        ({"targets": {"deaths": {"low": 3, "high": 4}}}, "deaths: takes observed"),
        ({"targets": {}}, "at least two priors and one target"),
        ({"priors": {"events.clash.base": {"low": 1, "high": 1}}}, "no width"),
        ({"priors": {"events.clsh.base": {"low": 0, "high": 1}}}, "no such key"),
        ({"priors": {"events.clash.base": {"low": 0, "high": 9999}}}, "outside the schema's range"),
        ({"priors": {"events.clash.base": {"low": 0, "high": 1}}}, "at least two priors"),
        ({"wave": 3}, "no such key"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path, change, told, capsys):
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump({**SMALL, **change}))
    with pytest.raises(InputError, match=told):
        read_problem(file)
    assert cli.main(["calibrate", str(file), "--out", str(tmp_path / "out")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such calibration file"):
        read_problem(tmp_path / "none.yaml")


def test_an_override_that_is_no_key_of_the_engine_is_refused(tmp_path):
    with pytest.raises(InputError, match="days=30: only keys of the engine"):
        calibrate(problem_from(SMALL, "here"), tmp_path / "out", engine=["engine=serial", "days=30"])
