"""A file is there whole or not at all, and one process at a time holds a lock."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.disk.files import open_aside, write_aside, write_whole
from sim.disk.leftovers import UNFINISHED
from sim.disk.lock import hold
from sim.errors import InputError

ROOT = Path(__file__).resolve().parents[2]


def test_a_new_file_takes_the_place_of_the_old_one_and_of_nothing_else(tmp_path):
    file = tmp_path / "table.csv"
    write_whole(file, b"old")
    with write_aside(file) as aside:
        aside.write_bytes(b"new")
        assert file.read_bytes() == b"old"
        assert aside.parent == tmp_path
        assert aside.name.startswith(".")
        assert aside.name.endswith(UNFINISHED)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"table.csv": b"new"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_the_older_file_and_no_remains(tmp_path, error):
    file = tmp_path / "table.csv"
    write_whole(file, b"old")

    def write_half():
        with open_aside(file) as stream:
            stream.write(b"half of it")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"table.csv": b"old"}


def test_two_writers_at_once_do_not_mix(tmp_path):
    file = tmp_path / "table.csv"
    with open_aside(file) as one, open_aside(file) as other:
        one.write(b"1" * 100_000)
        other.write(b"2" * 10)
    assert file.read_bytes() == b"1" * 100_000  # put in place last
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_is_as_readable_to_others_as_the_umask_says(tmp_path):
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "table.csv", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "table.csv").stat().st_mode & 0o777 == 0o644


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path):
    lock = tmp_path / "lock"
    code = (
        "import sys, pathlib, sim.disk.lock as lock\nwith lock.hold(pathlib.Path(sys.argv[1])): print('in')"
    )
    command = [sys.executable, "-c", code, str(lock)]
    with hold(lock):
        other = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert "in" not in other.stdout
        assert f"another process writes to it (process {os.getpid()} on" in other.stderr
        with pytest.raises(InputError, match=f"process {os.getpid()} on"), hold(lock):
            pass
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout == "in\n"


def test_a_lock_is_free_again_after_an_error(tmp_path):
    with pytest.raises(ValueError, match="of the block"), hold(tmp_path / "lock"):
        raise ValueError("of the block")
    with hold(tmp_path / "lock"):
        pass
