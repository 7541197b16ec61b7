"""Hudna runs where people are: without a home, beside a notebook, in a plain terminal, ended by a signal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.core import compiler
from sim.disk.files import folder_aside
from sim.disk.leftovers import UNFINISHED, is_stale, owner

ROOT = Path(sim.__file__).parents[1]
HUDNA = [sys.executable, "-m", "sim"]
SHORT = ["scenario=small_town", "days=1"]
PRIVATE = 0o700


def hudna(folder, *arguments, **environment):
    """What the command says and leaves, run in `folder` under a changed environment."""
    return subprocess.run(
        [*HUDNA, *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, errors="backslashreplace", timeout=200,
    )  # fmt: skip


# ---- where compiled code is kept ------------------------------------------------------------------


@pytest.fixture
def read_only(tmp_path):
    """A copy of the package beside which nothing can be kept, and an environment without a home.

    A file stands where a folder would be made, which stops the superuser, too.
    """
    install = tmp_path / "install"
    shutil.copytree(ROOT / "sim", install / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "configs", install / "configs")
    for package in ("core", "city"):
        (install / "sim" / package / "__pycache__").touch()
    (tmp_path / "temporary").mkdir()
    away = tmp_path / "no_folder"
    away.touch()
    return {
        "PYTHONPATH": str(install),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(away),
        "XDG_CACHE_HOME": str(away / "cache"),
        "HUDNA_CACHE": "",
        "NUMBA_CACHE_DIR": "",
        "TMPDIR": str(tmp_path / "temporary"),
    }


def test_a_read_only_install_without_a_home_keeps_its_code_in_a_private_temporary_folder(tmp_path, read_only):
    done = hudna(tmp_path, "show", "scenarios", **read_only)
    assert (done.returncode, done.stderr) == (0, "")
    assert "small_town" in done.stdout
    (folder,) = (tmp_path / "temporary").glob("hudna-numba-*")
    assert stat.S_IMODE(folder.stat().st_mode) == PRIVATE


def test_a_temporary_folder_that_others_can_write_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first = compiler._temporary_folder()
    assert compiler._temporary_folder() == first
    first.chmod(0o777)  # whoever can write there can have code run
    other = compiler._temporary_folder()
    assert other != first
    assert stat.S_IMODE(other.stat().st_mode) == PRIVATE


def test_a_temporary_folder_that_is_a_link_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    usual = compiler._temporary_folder()
    usual.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=PRIVATE)
    usual.symlink_to(tmp_path / "elsewhere")
    assert compiler._temporary_folder() != usual


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A module with one compiled function, and its machine code."""
    folder = tmp_path_factory.mktemp("compiled")
    (folder / "small.py").write_text(
        "from sim.core.compiler import kernel\n\n@kernel\ndef twice(x):\n    return 2 * x\n\n"
        "print(twice(3), sum(twice.stats.cache_hits.values()))\n"
    )
    assert call_compiled(folder) == "6 0"
    return folder


def call_compiled(folder):
    done = subprocess.run(
        [sys.executable, "small.py"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(folder / "code")},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_machine_code_that_is_sound_is_used(compiled):
    assert call_compiled(compiled) == "6 1"


@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        ("*.nbi", lambda code: b""),
        ("*.nbi", lambda code: code[:-1]),
        ("*.nbc", lambda code: code[: len(code) // 2]),
        ("*.nbc", lambda code: bytes(len(code))),
        ("sources.sha256", lambda code: b"\xff\xfe"),
    ],
    ids=["empty index", "cut index", "cut code", "zeros for code", "a digest that is none"],
)
def test_damaged_machine_code_is_made_anew(compiled, kind, damage):
    (path,) = (compiled / "code").rglob(kind)
    path.write_bytes(damage(path.read_bytes()))
    assert call_compiled(compiled) == "6 0"
    assert call_compiled(compiled) == "6 1"


def test_machine_code_is_made_anew_when_a_function_that_it_calls_has_changed(tmp_path):
    def write(times):
        (tmp_path / "script.py").write_text(
            f"from sim.core.compiler import kernel\n@kernel\ndef grow(x):\n    return {times} * x\n"
        )

    write(2)
    (tmp_path / "small.py").write_text(
        "from script import grow\nfrom sim.core.compiler import kernel\n@kernel\ndef grown(x):\n"
        "    return grow(x)\nprint(grown(3), sum(grown.stats.cache_hits.values()))\n"
    )
    assert [call_compiled(tmp_path), call_compiled(tmp_path)] == ["6 0", "6 1"]
    write(5)
    assert [call_compiled(tmp_path), call_compiled(tmp_path)] == ["15 0", "15 1"]


def test_every_compiled_function_is_kept_by_the_one_decorator_that_knows_what_to_do():
    using = [path.name for path in (ROOT / "sim").rglob("*.py") if "cache=True" in path.read_text("utf-8")]
    assert using == ["compiler.py"]


@pytest.mark.parametrize("error", ["EOFError()", "__import__('pickle').UnpicklingError('truncated')"])
def test_a_file_that_ends_too_early_is_told_with_the_way_out(error, monkeypatch, capsys):
    def fail(*_):
        raise eval(error)

    monkeypatch.setattr("sim.compose.compose_scenario", fail)
    assert main(["run"]) == 1
    told = capsys.readouterr().err.strip()
    assert told.startswith("hudna: error: a file that is kept between runs cannot be read to its end")
    assert str(compiler.code_folder()) in told
    assert "\n" not in told


# ---- what the environment hands down --------------------------------------------------------------


def test_the_backend_of_a_notebook_and_a_terminal_of_ascii_change_nothing(tmp_path):
    strange = {"MPLBACKEND": "module://no_such_package.backend", "PYTHONIOENCODING": "ascii"}
    for command in (
        ["run", *SHORT, "--out", "café"],
        ["report", "café"],
        ["bundle", "café"],
    ):
        done = hudna(tmp_path, *command, **strange)
        told = [line for line in done.stderr.splitlines() if line.startswith(("Trace", "hudna: error"))]
        assert (done.returncode, told) == (0, []), done.stderr
        assert "caf\\xe9" in done.stdout
    there = ("café/timeline.png", "café/report.html", "café.zip")
    assert [name for name in there if not (tmp_path / name).is_file()] == []


def test_matplotlib_that_does_not_start_is_told_before_the_run(tmp_path):
    code = (
        "import sim.api\n"
        "def run(_): raise SystemExit('the run was begun')\n"
        "sim.api.run = run\n"
        "from sim.compose import compose_scenario\n"
        "sim.api.run_to_folder(compose_scenario(['scenario=small_town']), 'out')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "no_such_backend"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "no_such_backend" in done.stderr
    assert "the run was begun" not in done.stderr


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names of files are Unicode there")
@pytest.mark.parametrize(
    "arguments",
    [["run", *SHORT, "--out", b"caf\xe9"], ["plot", b"caf\xe9"], ["run", "--config-dir", b"\xff"]],
)
def test_a_name_that_is_not_utf8_is_told_before_any_work(arguments, tmp_path):
    done = hudna(tmp_path, *arguments)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not written in UTF-8; rename it" in line
    assert list(tmp_path.iterdir()) == []


# ---- ended by a signal ----------------------------------------------------------------------------


def begin_long_run(folder):
    """A run that takes minutes, once it has begun to fill its folder."""
    running = subprocess.Popen(
        [*HUDNA, "run", "scenario=small_town", "days=3650", "--no-figure", "--out", str(folder / "long")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not left(folder) and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert left(folder), running.communicate()
    return running


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_that_is_told_to_end_leaves_nothing(tmp_path):
    running = begin_long_run(tmp_path)
    running.send_signal(signal.SIGTERM)
    out, told = running.communicate(timeout=60)
    assert (running.returncode, out) == (143, "")
    assert told.splitlines()[-1] == "hudna: told to end (SIGTERM)"
    assert left(tmp_path) == []


def test_what_a_killed_run_leaves_goes_with_the_next_one(tmp_path):
    running = begin_long_run(tmp_path)
    running.kill()
    running.communicate(timeout=60)
    (abandoned,) = left(tmp_path)
    assert abandoned.endswith(UNFINISHED)
    assert main(["run", *SHORT, "--no-figure", "--out", str(tmp_path / "next")]) == 0
    assert left(tmp_path) == ["next"]
    assert json.loads((tmp_path / "next" / "run.json").read_text())["run"]["days"] == 1


def test_a_folder_that_another_process_fills_stays(tmp_path):
    running = begin_long_run(tmp_path)
    (theirs,) = left(tmp_path)
    with folder_aside(tmp_path / "mine") as mine:
        assert left(tmp_path) == sorted([theirs, mine.name])
    assert left(tmp_path) == [theirs]
    running.terminate()
    running.communicate(timeout=60)


def gone():
    """The owner in a name whose process has ended."""
    code = "from sim.disk.leftovers import owner; print(owner())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()


def test_only_what_a_process_left_that_is_gone_is_swept_and_a_link_alone(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "inside").mkdir(parents=True)
    (tmp_path / f".link.{gone()}0a0a{UNFINISHED}").symlink_to(elsewhere)
    (tmp_path / f".folder.{gone()}0a0a{UNFINISHED}").mkdir()
    others = [".hidden", f".mine{UNFINISHED}", f".theirs.{owner()}0a0a{UNFINISHED}",
              f".afar.00000000-1-0a0a{UNFINISHED}", f".name.{gone()}.{owner()}0a0a{UNFINISHED}"]  # fmt: skip
    for name in others:
        (tmp_path / name).mkdir()
    with folder_aside(tmp_path / "mine"):
        pass
    assert left(tmp_path) == sorted([*others, "elsewhere"])
    assert left(elsewhere) == ["inside"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells")
def test_a_process_that_has_ended_and_that_nobody_asked_for_is_gone():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert is_stale(owner().replace(f"-{os.getpid()}-", f"-{ended.pid}-"), "")
    ended.wait()
