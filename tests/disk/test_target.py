"""A place where results cannot go is told before anything else is looked at or done."""

import shutil
import subprocess
import sys

import pytest

from sim.cli import main
from sim.disk.results import write_file, write_folder
from sim.disk.target import check_place, target_of
from sim.errors import InputError

# what else is wrong with each command would be told later: so the place is looked at first
COMMANDS = {
    "run": ["run", "nonsense=1"],
    "sweep": ["sweep", "nonsense=1"],
    "run -m": ["run", "-m", "nonsense=1"],
    "city": ["city", "nonsense=1"],
    "explain": ["explain", "nonsense=1"],
    "calibrate": ["calibrate", "no_such_file"],
    "plot": ["plot", "{empty}"],
    "report": ["report", "{empty}"],
    "bundle": ["bundle", "{empty}"],
}


def told(capsys, name, out, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir(exist_ok=True)
    arguments = [word.format(empty=empty) for word in COMMANDS[name]]
    assert main([*arguments, f"--out={out}"]) == 2
    out_text, err = capsys.readouterr()
    assert out_text == ""
    assert err.count("\n") == 1, err
    return err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_place_that_cannot_be_is_told_first(name, capsys, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert f"{tmp_path / 'file'} is a file" in told(capsys, name, tmp_path / "file" / "x", tmp_path)
    assert "a link that leads nowhere" in told(capsys, name, tmp_path / "link", tmp_path)
    assert "cannot be written" in told(capsys, name, "/proc/x", tmp_path)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    assert "its disk has 0 KiB left" in told(capsys, name, tmp_path / "new", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "link"]


@pytest.mark.parametrize("name", ["run", "sweep", "run -m", "explain"])
def test_a_place_that_is_taken_is_told_first(name, capsys, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert "has something in it already" in told(capsys, name, tmp_path, tmp_path)


@pytest.mark.parametrize("name", ["report", "bundle"])
def test_a_file_that_is_taken_is_told_first(name, capsys, tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert "exists already" in told(capsys, name, tmp_path / "mine", tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_tilde_is_the_home(name, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "file").write_text("mine")
    assert f"--out {tmp_path}/file/x: " in told(capsys, name, "~/file/x", tmp_path)


def test_a_home_that_is_not_there_is_told():
    with pytest.raises(InputError, match="no such user's home"):
        target_of("~nobody_of_this_name/x")


def test_a_place_that_can_be_is_left_as_it_was(tmp_path):
    for path in (tmp_path, tmp_path / "a", tmp_path / "a" / "b" / "c"):
        check_place(path)
    assert list(tmp_path.iterdir()) == []


def test_a_result_comes_where_a_link_leads(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_folder(tmp_path / "link", False, lambda aside: (aside / "a").write_text("new") and None)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "a").read_text() == "new"
    (tmp_path / "file").write_text("old")
    (tmp_path / "other").symlink_to(tmp_path / "file")
    write_file(tmp_path / "other", True, lambda aside: aside.write_text("new"))
    assert (tmp_path / "other").is_symlink()
    assert (tmp_path / "file").read_text() == "new"


def test_a_run_that_is_told_to_end_leaves_nothing(tmp_path):
    code = (
        "import signal, sys, os; import sim.api as api; from sim.cli import main\n"
        "def run(*_): os.kill(os.getpid(), signal.SIGTERM); raise SystemError('went on')\n"
        "api.run = run\n"
        f"sys.exit(main(['run', 'scenario=small_town', 'days=1', '--out', {str(tmp_path / 'out')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 143, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_stopped_before_its_store_stands_does_not_promise_that_it_goes_on(tmp_path):
    from sim.cli.studies import _resume_words
    from sim.study.store import PLAN

    assert "same command" in _resume_words(tmp_path)
    assert "resume" not in _resume_words(tmp_path)
    (tmp_path / PLAN).write_text("{}")
    assert "`hudna resume" in _resume_words(tmp_path)
