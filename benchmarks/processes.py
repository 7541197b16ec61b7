"""Whole commands, each in a process of its own: how long they take and how much memory they need at most.

To be measured while this process is still small: Linux counts the memory of a parent to its new child.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
MEBI = 1024.0  # kibibytes, the unit of ru_maxrss on Linux


class Ran(NamedTuple):
    """One command that ran to its end."""

    seconds: float
    peak_mib: float


def command(*arguments: str, environment: Mapping[str, str] | None = None) -> Ran:
    """Run `python -m sim ...`. Raises RuntimeError with what it said if it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", *arguments],
            cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=said, stderr=said,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"sim {' '.join(arguments)}: {said.read().decode(errors='replace')[-2000:]}")
    return Ran(seconds, usage.ru_maxrss / MEBI)


def median_of(n: int, *arguments: str) -> Ran:
    """The median of `n` runs of a command, each with results of its own."""
    ran = []
    for _ in range(n):
        with _folder() as folder:
            out = ["--out", str(folder / "out")] if arguments[0] == "run" else []
            ran.append(command(*arguments, *out))
    return Ran(statistics.median(each.seconds for each in ran), max(each.peak_mib for each in ran))


def cold(*arguments: str) -> Ran:
    """A run on a machine that has never run the model: nothing compiled, no city kept."""
    with _folder() as folder:
        fresh = {"NUMBA_CACHE_DIR": str(folder / "numba"), "HUDNA_CACHE": str(folder / "cities")}
        return command(*arguments, "--out", str(folder / "out"), environment=fresh)


def with_new_city(*arguments: str) -> Ran:
    """A run whose city is made anew, with the code compiled."""
    with _folder() as folder:
        fresh = {"HUDNA_CACHE": str(folder / "cities")}
        return command(*arguments, "--out", str(folder / "out"), environment=fresh)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hudna-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
