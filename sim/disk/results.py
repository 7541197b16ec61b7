"""Results on disk, whole or not at all: the folder of a run, and single files made from results."""

from __future__ import annotations

import json
import math
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.disk.files import folder_aside, write_aside
from sim.disk.leftovers import owner, stale, sweep, sweep_asides
from sim.disk.target import check_new_file, check_place
from sim.errors import InputError
from sim.version import LIBRARIES, __version__, library_version

MARK = "run.json"
FILES = frozenset(
    (
        MARK,
        "daily.parquet",
        "events.parquet",
        "quarters.parquet",
        "snapshots.parquet",
        "timeline.png",
        "timeline.svg",
        "explain.csv",
        "explain.parquet",
        "explain.txt",
        "explain.png",
        "explain.svg",
        "reruns.parquet",
        *(f"{name}.csv" for name in ("days", "weeks", "state", "breaks", "fan", "measures", "explained")),
        *(f"{name}.csv" for name in ("scores", "origins", "evidence")),
        *(f"{name}.{end}" for name in ("follow", "score") for end in ("json", "png", "svg")),
        *("answer.txt", "particles.parquet", "report.html", "skill.json"),
    )
)
MARKS = (MARK, "follow.json", "score.json")


def dated_folder(name: str, seed: int) -> Path:
    """Where a run goes when no folder is named: runs/<date>_<time>_<name>_seed<seed>, not yet there."""
    return dated_name(f"{name}_seed{seed}")


def dated_name(name: str) -> Path:
    """A folder under runs/ that is not there yet: runs/<date>_<time>_<name>."""
    now = datetime.now().strftime("%Y-%m-%d_%H%M%S")
    folder = Path("runs") / f"{now}_{name}"
    k = 1
    while folder.exists():
        k += 1
        folder = folder.with_name(f"{now}_{name}_{k}")
    return folder


def check_target(folder: Path, force: bool) -> None:
    """Raise InputError unless a result may be written there: nothing that exists is lost by mistake.

    A folder that is there must be empty; with `force` it may hold an older result, and nothing besides.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {folder}: is a file; name a folder")
    check_place(folder)
    if not folder.exists():
        return
    if not any(folder.iterdir()):
        return
    if not force:
        raise InputError(f"--out {folder}: has something in it already; name another folder, or add --force")
    if not any((folder / mark).is_file() for mark in MARKS):
        raise InputError(
            f"--out {folder}: holds no result of Hudna, so --force will not replace it; name another folder"
        )
    theirs = sorted(path.name for path in folder.iterdir() if path.name not in FILES)
    if theirs:
        raise InputError(
            f"--out {folder}: holds {theirs[0]!r} too, which is not a result of Hudna and would be lost; "
            "move it away, or name another folder"
        )


def write_folder(folder: Path, force: bool, fill: Callable[[Path], None]) -> None:
    """Let `fill` write into a new folder beside `folder`, then put it in its place in one step.

    Raises InputError as `check_target`, or if it cannot be written. Whatever goes wrong on the way, nothing
    half-written is left, and an older result stays as it was. What a killed process left beside it goes with
    the next one. A link stays one: the result comes where it leads.
    """
    _sweep_beside(folder)
    check_target(folder, force)
    folder = folder.resolve() if folder.is_symlink() else folder
    missing = _missing_parents(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder_aside(folder) as aside:
            fill(aside)
            check_target(folder, force)
            _swap(aside, folder)
    except OSError as error:
        raise InputError(f"--out {folder}: cannot be written ({error.strerror or error})") from None
    finally:
        _take_back(missing, folder)


def write_file(path: Path, force: bool, fill: Callable[[Path], object]) -> None:
    """Let `fill` write a file beside `path`, then put it in its place in one step.

    Raises InputError before `fill` is called for a folder, or a file that exists already (unless `force`),
    and afterwards if it cannot be written. What fails on the way leaves an older file as it was, and nothing
    half-written.
    """
    check_new_file(path, force)
    path = path.resolve() if path.is_symlink() else path
    missing = _missing_parents(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep_asides(path.parent)
        with write_aside(path) as aside:
            fill(aside)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written ({error.strerror or error})") from None
    finally:
        _take_back(missing, path)


def _missing_parents(path: Path) -> list[Path]:
    """The folders that have to be made for a path, the nearest first."""
    return [parent for parent in path.parents if not parent.exists()]


def _take_back(made: list[Path], path: Path) -> None:
    """Remove the folders made for a path that did not come to stand."""
    for parent in made if not path.exists() else ():
        with suppress(OSError):
            parent.rmdir()


def _sweep_beside(folder: Path) -> None:
    """Remove what killed writers of this result left beside it; an older result in their hands comes back."""
    for old in stale(folder.parent, f".{folder.name}.old."):
        if (old / "result").is_dir() and not folder.exists():
            (old / "result").rename(folder)
    sweep(folder.parent, f".{folder.name}.old.")


def _swap(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; the older one, if any, goes only once the new one stands."""
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.{owner()}", dir=folder.parent))
    folder.rename(old / "result")
    try:
        new.rename(folder)
    except OSError:
        (old / "result").rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def statement(of: str = "") -> str:
    """What every result says of itself; `of` is what it holds: "one possible history", say."""
    return f"Exploratory, not predictive{of and f': {of}'}. Not for operational use."


def manifest(
    scenario: dict[str, Any],
    row: dict[str, Any],
    people: dict[str, Any] | None = None,
    inputs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What run.json holds: scenario, run row, people, files read, versions, platform.

    `scenario`: plain values, as `model_dump(mode="json")` gives them; `row`: the run row, nan written as
    null; `people`: how many there were on day 0, by camp and role; `inputs`: file -> SHA-256.
    """
    return {
        "hudna": __version__,
        "kind": "run",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": {name: _plain(value) for name, value in row.items()},
        "scenario": scenario,
        **({} if people is None else {"people": people}),
        "inputs": dict(inputs or {}),
        "versions": {name: library_version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "statement": statement("one possible history"),
    }


def read_run(folder: str | Path) -> dict[str, Any]:
    """What the run.json of a run folder holds. Raises InputError if it is not there, damaged or no run's."""
    path = Path(folder) / MARK
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(f"{folder}: holds no {MARK}; give the folder that `hudna run` wrote") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    if not isinstance(content, dict) or content.get("kind") != "run" or "scenario" not in content:
        raise InputError(f"{path}: is not that of a run; give the folder that `hudna run` wrote")
    return content


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON with two spaces of indent, in place (so inside `write_folder`). ValueError for nan."""
    path.write_text(
        json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
