"""The README's commands run as they stand there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(hudna .+)$", README, flags=re.MULTILINE)
SNIPPETS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def run(arguments, folder):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def of_this_checkout(command):
    """Arguments of Python that do what the command `hudna ...` does, here."""
    return ["-m", "sim", *shlex.split(command, comments=True)[1:]]


def test_there_are_commands_and_a_snippet():
    assert len(COMMANDS) >= 6
    assert len(SNIPPETS) == 1


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A folder with one small result in it, under the name that the README gives it."""
    folder = tmp_path_factory.mktemp("readme")
    small = ["scenario=small_town", "days=20", "--out", "runs/FOLDER"]
    assert run(["-m", "sim", "run", *small], folder).returncode == 0
    return folder


@pytest.mark.parametrize("command", [command for command in COMMANDS if "FOLDER" in command])
def test_a_command_about_a_result_runs(command, result):
    done = run(of_this_checkout(command), result)
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("command", [command for command in COMMANDS if "FOLDER" not in command])
def test_a_command_of_the_readme_runs(command, tmp_path):
    words = of_this_checkout(command)
    done = run([*words, "--no-figure"] if words[2] == "run" and "--cfg" not in words else words, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_snippet_of_the_readme_runs(tmp_path):
    done = run(["-c", SNIPPETS[0]], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] in ("True", "False")


def test_the_make_targets_that_the_readme_names_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, flags=re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
