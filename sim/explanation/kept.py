"""Finished reruns are kept until the results are complete, so that the same command continues after a stop.

They lie in a hidden folder beside the results, named after everything that determines them: one line per job,
appended when the job is done. A line that was not completely written does not count.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.disk.files import write_whole
from sim.disk.lock import hold
from sim.errors import InputError, Unfinished
from sim.explanation.rerun import Job
from sim.study.execute import full_disk
from sim.version import __version__


def digest_of(jobs: Sequence[Job]) -> str:
    """SHA-256 of everything that determines the reruns of these jobs."""
    sha = hashlib.sha256(f"hudna {__version__}".encode())
    last = ""
    for job in jobs:
        if job.scenario != last:
            last = job.scenario
            sha.update(last.encode())
        sha.update(f"{job.until} {job.lucks} {job.change!r}".encode())
    return sha.hexdigest()


class Kept:
    """What is kept of some jobs: rows, or other values of JSON, by the place of the job among them."""

    def __init__(self, folder: Path, done: dict[int, Any]) -> None:
        self.folder, self.done = folder, done

    def add(self, place: int, rows: Any) -> None:
        """Keep the result of a job. Raises Unfinished if the disk is full."""
        try:
            with open(self._file, "a", encoding="utf-8") as stream:
                stream.write(json.dumps([place, rows]) + "\n")
        except OSError as error:
            raise Unfinished(
                f"{full_disk(error)}; {len(self.done):,} jobs are kept; the same command goes on"
            ) from None
        self.done[place] = rows

    def drop(self) -> None:
        """Remove everything: the results are complete."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _file(self) -> Path:
        return self.folder / "reruns.jsonl"

    def _read(self) -> None:
        """Read what an earlier call left, and cut off a line that was not completely written."""
        lines = self._file.read_text(encoding="utf-8").split("\n") if self._file.is_file() else []
        whole = 0
        with suppress(ValueError):
            for line in lines[:-1]:
                place, rows = json.loads(line)
                self.done[int(place)] = rows
                whole += 1
        if lines and (whole < len(lines) - 1 or lines[-1]):
            write_whole(self._file, "".join(f"{line}\n" for line in lines[:whole]).encode())


@contextmanager
def kept(beside: Path, jobs: Sequence[Job]) -> Iterator[Kept]:
    """What is kept of these jobs in the folder `beside`, locked for this process. Raises InputError."""
    with kept_in(beside / f".explain-{digest_of(jobs)[:16]}") as found:
        yield found


@contextmanager
def kept_in(folder: Path) -> Iterator[Kept]:
    """What is kept in a hidden folder, locked for this process. Raises InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lock").touch()
    except OSError as error:
        raise InputError(f"{folder.parent}: cannot be written ({error.strerror or error})") from None
    with hold(folder / "lock"):
        found = Kept(folder, {})
        found._read()
        yield found
