"""`hudna explore` as a process: what it says, what it refuses, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.explore.conftest import BASE, heed_ctrl_c

HUDNA = [sys.executable, "-m", "sim"]


def test_it_says_its_address_and_ends_on_ctrl_c_without_a_trace(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    with subprocess.Popen(
        [*HUDNA, "explore", *BASE],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env={**os.environ, "BROWSER": f"{nowhere}/browser %s", "PATH": nowhere, "DISPLAY": ""},
        preexec_fn=heed_ctrl_c,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert lines[0].startswith("Hudna explorer: http://127.0.0.1:")
    assert "No browser could be started" in lines[1]
    assert "Ctrl-C ends" in lines[2]
    assert (process.returncode, rest, errors) == (0, "The explorer has ended.\n", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["nowhere"], "is neither a folder of results"),
        (["pace.amry=1"], "pace.amry"),
        (["."], "holds no result"),
        ([".", "days=3"], "opened alone"),
        (["--out", "file"], "is a file"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(tmp_path: Path, given: list[str], words: str) -> None:
    from sim.cli.app import main

    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        Path("file").write_text("")
        from contextlib import redirect_stderr
        from io import StringIO

        with redirect_stderr(StringIO()) as said:
            assert main(["explore", "--no-browser", *given]) == 2
    finally:
        os.chdir(here)
    assert words in said.getvalue()
    assert said.getvalue().count("\n") == 1
