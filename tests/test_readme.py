"""The README's commands run as they stand there; those that run many histories do fewer, of fewer days."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.compose import compose_scenario
from sim.study.build import build_plan

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(hudna .+)$", README, flags=re.MULTILINE)
SNIPPETS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
FEWER = {  # the last of two values wins
    "explain": ("days=15", "--only", "switch", "--workers", "1"),
    "run": ("--no-figure",),
    "sweep": ("days=10", "runs=2", "engine=serial"),
}


def words(command):
    """Arguments of the command, as a shell would hand them over."""
    return shlex.split(command, comments=True)[1:]


def run(arguments, folder):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def test_there_are_commands_and_a_snippet():
    assert len(COMMANDS) >= 6
    assert len(SNIPPETS) == 1


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A folder with one small result in it, under the name that the README gives it."""
    folder = tmp_path_factory.mktemp("readme")
    small = ["scenario=small_town", "days=20", "--no-figure", "--out", str(folder / "runs" / "FOLDER")]
    assert main(["run", *small]) == 0
    return folder


@pytest.mark.parametrize("command", [command for command in COMMANDS if "FOLDER" in command])
def test_a_command_about_a_result_runs(command, result, monkeypatch, capsys):
    monkeypatch.chdir(result)
    assert main(words(command)) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("command", [command for command in COMMANDS if "FOLDER" not in command])
def test_a_command_of_the_readme_runs(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = words(command)
    if asked[0] == "sweep":  # it is a study as it stands, too
        assert build_plan(asked[1:])[0].most_runs > 1
    fewer = FEWER.get(asked[0], ()) if "--cfg" not in asked else ()
    assert main([*asked, *fewer]) == 0
    assert capsys.readouterr().out


def test_a_command_of_the_readme_runs_in_a_process_of_its_own(tmp_path):
    command = next(command for command in COMMANDS if command.startswith("hudna run scenario=small_town"))
    done = run(["-m", "sim", *words(command), "--no-figure"], tmp_path)
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


def test_the_tutorial_asks_for_histories_and_studies_that_can_be_run():
    text = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    asked = [words(line) for line in re.findall(r"^(hudna .+)$", text, flags=re.MULTILINE)]
    overrides = {command[0]: [word for word in command[1:] if "=" in word] for command in asked}
    assert {"run", "sweep", "explain", "report"} <= overrides.keys()
    assert compose_scenario(overrides["run"]).measures.pact.enabled
    assert build_plan(overrides["sweep"])[0].n_points == 2
