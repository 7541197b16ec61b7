"""A result that cannot be written: told in one line, nothing left behind, the older one kept."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from sim.disk.results import write_file, write_folder
from sim.errors import InputError
from tests.conftest import tiny
from tests.test_results import content, without_figure

ROOT = Path(__file__).parents[1]


def test_a_parent_that_is_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written") as told:
        without_figure(tiny({"days": 1}), tmp_path / "file" / "out")
    assert "\n" not in str(told.value)
    assert content(tmp_path) == {"file": b"mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_parent_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="cannot be written"):
            without_figure(tiny({"days": 1}), tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


class Falling:
    """Stands in for the writing of a table: the first one is written, the second one fails."""

    def __init__(self, monkeypatch, error):
        self.write, self.error, self.n = pd.DataFrame.to_parquet, error, 0
        monkeypatch.setattr(pd.DataFrame, "to_parquet", lambda *given, **named: self(*given, **named))

    def __call__(self, table, path, **options):
        self.n += 1
        if self.n == 2:
            Path(path).write_bytes(b"half a tab")
            raise self.error
        return self.write(table, path, **options)


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), InputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_write_that_fails_leaves_nothing_and_keeps_the_older_result(error, seen, tmp_path, monkeypatch):
    fresh, older = tmp_path / "a" / "fresh", tmp_path / "b" / "older"
    without_figure(tiny({"days": 2}), older)
    before = content(older)
    for out in (fresh, older):
        with monkeypatch.context() as patch:
            falling = Falling(patch, error)
            with pytest.raises(seen):
                without_figure(tiny({"days": 1}), out, force=True)
        assert falling.n == 2
    assert content(older) == before
    assert content(tmp_path / "a") == {}
    assert not fresh.exists()
    assert [path.name for path in older.parent.iterdir()] == ["older"]


def test_a_full_disk_is_told_with_its_reason(tmp_path, monkeypatch):
    Falling(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(InputError, match=r"out: cannot be written \(No space left on device\)"):
        without_figure(tiny({"days": 1}), tmp_path / "out")


def test_an_interruption_while_filling_leaves_nothing(tmp_path):
    def fill(folder):
        (folder / "run.json").write_text("{")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "out", False, fill)
    assert list(tmp_path.iterdir()) == []


def test_a_result_that_appears_meanwhile_is_not_overwritten(tmp_path):
    out = tmp_path / "out"

    def fill(folder):
        (folder / "run.json").write_text("mine")
        out.mkdir()
        (out / "run.json").write_text("of another process")

    with pytest.raises(InputError, match="--force"):
        write_folder(out, False, fill)
    assert content(tmp_path) == {"out/run.json": b"of another process"}


SMALL = ["scenario=small_town", "days=40", "--no-figure"]


def test_a_really_full_disk_is_told_before_any_work_in_one_line(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    own = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    mount = f"mount -t tmpfs -o size=24k none '{disk}'"
    if not shutil.which("unshare") or subprocess.run([*own, mount], capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    command = f"'{sys.executable}' -m sim run {' '.join(SMALL)} --out '{disk}/new'"
    done = subprocess.run(
        [*own, f"{mount} && {command}; echo \"left $? $(ls -A '{disk}')\""],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.strip() == "left 2"
    told = [line for line in done.stderr.splitlines() if "compiling" not in line]
    assert len(told) == 1
    assert "KiB left" in told[0]


def test_an_interrupted_command_leaves_nothing(tmp_path):
    long = ["run", "scenario=small_town", "days=3650", "--no-figure", "--out", "new"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *long],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # a shell that starts the tests in the background lets them inherit an ignored interrupt
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    until = time.monotonic() + 60
    while not any(tmp_path.iterdir()) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert any(tmp_path.iterdir()), process.communicate()[1]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    def fail(aside):
        aside.write_text("half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    new = tmp_path / "a" / "b" / "report.html"
    with pytest.raises(InputError, match="No space left"):
        write_file(new, False, fail)
    assert list(tmp_path.iterdir()) == []
    old = tmp_path / "old.html"
    write_file(old, False, lambda aside: aside.write_text("older"))
    with pytest.raises(InputError, match="--force"):
        write_file(old, False, fail)
    with pytest.raises(InputError, match="No space left"):
        write_file(old, True, fail)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old.html", "older")]


def test_a_file_under_a_file_or_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        write_file(tmp_path / "file" / "report.html", False, lambda aside: aside.write_text("x"))
    with pytest.raises(InputError, match="is a folder"):
        write_file(tmp_path, True, lambda aside: aside.write_text("x"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
