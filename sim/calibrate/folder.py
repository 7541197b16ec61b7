"""The folder of a calibration: one writer, and nothing from another calibration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.calibrate.problem import Problem
from sim.calibrate.summaries import SUMMARIES
from sim.disk.files import write_whole
from sim.disk.leftovers import UNFINISHED, sweep_asides
from sim.disk.lock import hold
from sim.errors import InputError
from sim.version import __version__

PROBLEM, LOCK = "problem.json", "lock"
_OTHER = {
    "hudna": "was begun by another version of hudna",
    "problem": "holds another calibration",
    "base": "was begun with other defaults",
    "summaries": "was begun with other summaries",
}


@contextmanager
def owned(problem: Problem, base: Mapping[str, Any], folder: Path) -> Iterator[None]:
    """Lock the folder, and record in it what is calibrated.

    `base`: plain values that all runs start from, and what else they depend on. Raises InputError if the
    folder holds anything else, or another process works in it.
    """
    file = folder / PROBLEM
    content = {
        "hudna": __version__,
        "problem": problem.model_dump(mode="json"),
        "base": dict(base),
        "summaries": list(SUMMARIES),
    }
    there = {each.name for each in folder.iterdir()} if folder.is_dir() else set()
    there -= {name for name in there if name.endswith(UNFINISHED)}  # of a calibration that was killed at once
    if folder.exists() and (not folder.is_dir() or (there - {LOCK} and PROBLEM not in there)):
        raise InputError(f"--out {folder}: has something in it already; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    with hold(folder / LOCK):
        for each in (folder, *(path for path in folder.iterdir() if path.is_dir())):
            sweep_asides(each)
        if file.is_file():
            try:
                found = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:
                raise InputError(f"{file}: damaged; name another folder") from None
            other = next((key for key, value in content.items() if found.get(key) != value), None)
            if other is not None:
                raise InputError(f"--out {folder}: {_OTHER[other]}; name another folder")
        else:
            write_whole(file, json.dumps(content, indent=1).encode())
        yield
