"""What the commands of studies say, and the Python functions that they are thin layers over."""

import json

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.study.build import build_plan
from sim.study.progress import Lines, running_answer, show_on, spoken
from sim.study.run_queue import RunQueue, Tally
from tests.study.studies import SERIAL, SMALL, STUDY, TWO, assert_same, done, plan_of

FILE = """
question: Do kidnappings break it?
base:
{base}
factors:
  events.kidnapping.base: [0.02, 0.3]
runs: 36
keep: all
engine: serial
"""


def study_file(folder, lines):
    path = folder / "study.yaml"
    path.write_text(FILE.format(base="".join(f"  - {line}\n" for line in lines)))
    return path


def test_a_study_file_and_a_command_line_ask_the_same(undisturbed, tmp_path, capsys):
    file = study_file(tmp_path, [*SMALL, "truce.feud.bar=4"])
    assert main(["sweep", "--study", str(file), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Do kidnappings break it?"
    assert said[1].startswith("Compared with kidnapping base rate 0.02: kidnapping base rate 0.3")
    assert said[2].startswith("kidnapping base rate 0.02  broke in ")
    assert said[3].startswith("kidnapping base rate 0.3 ")
    assert said[-1] == f"Results: {tmp_path / 'out'}/"
    assert_same(tmp_path / "out", undisturbed)


def test_the_command_line_wins_over_the_file(tmp_path):
    file = study_file(tmp_path, [*SMALL, "days=9"])
    plan, engine = build_plan(["days=7", "events.kidnapping.base=0.1,0.2,0.4", "runs=3", "engine=dask"], file)
    assert plan.scenario(0).days == 7
    assert plan.points.factors[0].values == (0.1, 0.2, 0.4)
    assert (plan.study.runs, plan.study.keep, engine.name) == (3, "all", "dask")
    plan, engine = build_plan(["events.kidnapping.base=0.5", "engine.workers=7"], file)
    assert plan.n_points == 1
    assert plan.scenario(0).events.kidnapping.base == 0.5
    assert (engine.name, engine.workers) == ("serial", 7)


def test_the_shipped_default_study_is_that_of_the_schema():
    from sim.engines.config import ENGINES
    from sim.study.settings import Study

    plan, engine = build_plan(["runs=2"])
    assert plan.study.model_copy(update={"engine": Study().engine}) == Study(runs=2)
    assert engine == ENGINES["dask"][1]


@pytest.mark.parametrize(
    "name", ["study.yaml", "engine/serial.yaml", "engine/dask.yaml", "engine/slurm.yaml"]
)
def test_the_shipped_study_configs_are_in_step_with_the_schema(name):
    from sim.config.files import shipped_folder
    from sim.dev.configs import study_files

    assert (shipped_folder() / name).read_text() == study_files()[name], "run `make configs`"


def test_a_dry_run_says_what_it_would_cost_and_writes_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ["events.kidnapping.base=range(0.1,0.6,0.1)", "scenario=al_rastan,small_town", "runs=100"]
    assert main(["sweep", *lines, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "runs: 10 points x 100 runs = 1,000 runs" in said
    assert "time: about" in said
    assert "disk: about" in said
    assert main(["sweep", *lines, "precision=0.02", "--dry-run"]) == 0
    assert "half-width" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_run_multirun_is_sweep(undisturbed, tmp_path, capsys):
    for flag in ("-m", "--multirun"):
        assert main(["run", flag, *STUDY, SERIAL, "--out", str(tmp_path / flag)]) == 0
        assert "broke in" in capsys.readouterr().out
        assert_same(tmp_path / flag, undisturbed)


def test_without_a_folder_the_results_are_dated(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", *SMALL, "runs=1"]) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.endswith("_study")


def test_the_manifest_says_how_the_study_was_made(undisturbed):
    manifest = json.loads((undisturbed / "manifest.json").read_text())
    assert manifest["hudna"] == sim.__version__
    assert [manifest[key] for key in ("kind", "state", "runs", "failed")] == ["study", "finished", 72, 0]
    assert manifest["study"]["runs"] == 36
    assert manifest["engine"]["name"] == "serial"
    assert {"numpy", "numba", "pyarrow", "distributed"} <= set(manifest["versions"])


def test_the_manifest_holds_the_exact_command(tmp_path, monkeypatch):
    import sys

    monkeypatch.setattr(sys, "argv", ["hudna", "sweep", "name='a b'"])
    assert main(["sweep", *SMALL, "runs=1", "--out", str(tmp_path / "out")]) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["command"] == "hudna sweep 'name='\"'\"'a b'\"'\"''"


def test_status_of_a_finished_study(undisturbed, capsys):
    assert main(["status", str(undisturbed)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("finished: 72 of 72 runs, 2 points\nbroke ")


def test_sweep_returns_data_frames_and_leaves_nothing_behind(undisturbed, tmp_path, monkeypatch, capsys):
    import tempfile

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = sim.sweep([*STUDY, SERIAL])
    assert found.folder is None
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")
    for name in ("runs", "points", "differences", "bands", "daily", "events"):
        pd.testing.assert_frame_equal(getattr(found, name), pd.read_parquet(undisturbed / f"{name}.parquet"))
    assert found.lines[0].startswith("Compared with kidnapping base rate 0.02: ")


def test_a_study_on_disk_is_read_back(undisturbed):
    found = sim.read_study(undisturbed)
    assert found.folder == undisturbed
    assert len(found.runs) == 72
    assert found.manifest["state"] == "finished"


def test_an_unfinished_study_is_not_read(tmp_path):
    from sim.study.run_queue import Shard

    done(tmp_path / "part", *STUDY, shard=Shard(1, 2))
    with pytest.raises(sim.InputError, match="not finished"):
        sim.read_study(tmp_path / "part")


def test_sweep_can_show_how_far_it_is(capsys):
    sim.sweep([*SMALL, TWO, "runs=3", SERIAL], progress=True)
    assert "6 of 6 runs" in capsys.readouterr().err


class Stream:
    """A stream that may be a terminal."""

    def __init__(self, is_terminal):
        self.text, self.is_terminal = "", is_terminal

    def write(self, text):
        self.text += text
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return self.is_terminal


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere():
    plan = plan_of("runs=4")
    for is_terminal in (True, False):
        stream = Stream(is_terminal)
        queue = RunQueue(plan)
        with show_on(stream) as tell:
            tell(queue)
            queue.note(Tally(0, run, True, run > 1) for run in range(4))
            tell(queue)
        assert isinstance(tell, Lines) is not is_terminal
        assert "broke 2 of 4, 50 % (15-85 %)" in stream.text
        assert ("\x1b" in stream.text) is is_terminal


def test_the_running_answer_and_durations_are_plain_words():
    assert running_answer(0, 0) == ""
    assert running_answer(0, 0, 3) == "3 failed"
    assert running_answer(10, 5, 1) == "broke 5 of 10, 50 % (24-76 %), 1 failed"
    assert [spoken(s) for s in (5, 600, 7200)] == ["5 s", "10 min", "2.0 h"]


def test_many_points_are_not_all_printed(tmp_path, capsys):
    done(tmp_path / "out", *SMALL, "days=range(0,50)", "runs=1", "keep=rows")
    said = sim.read_study(tmp_path / "out").lines
    assert said[-2] == "and 10 more points, in points.csv"


def test_an_error_that_shows_only_at_a_combination_becomes_a_row(tmp_path, monkeypatch):
    import sim.study.build as building

    monkeypatch.setattr(building, "CHECK_ALL", 3)  # as if these four points were many
    lines = ["city.camps.loyalist=0.1,0.6", "city.camps.uncommitted=0.2,0.7", "runs=1", "keep=rows"]
    done(tmp_path / "out", *SMALL, *lines)
    status = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert status["status"].tolist() == ["ok", "ok", "ok", "failed"]
    assert "together at most 1" in status["error"].iloc[3]
