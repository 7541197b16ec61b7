"""Folders of results that are being filled, and what is left of them where a process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SUFFIX = ".hudna-unfinished"


@contextmanager
def unfinished_folder(target: Path) -> Iterator[Path]:
    """A new hidden folder beside `target`, to be filled and moved there; what stays of it is removed.

    So is what killed processes left beside `target`: a lock is free when its holder is gone.
    Raises OSError where nothing can be written.
    """
    _discard_abandoned(target.parent)
    aside, lock = _new_folder(target)
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _new_folder(target: Path) -> tuple[Path, int | None]:
    """A hidden folder beside `target`, and the descriptor that locks it; None where folders have no locks."""
    while True:
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=SUFFIX, dir=target.parent))
        if os.name == "nt":
            return aside, None
        with suppress(FileNotFoundError):  # another process took it for abandoned before it was locked
            lock = os.open(aside, os.O_RDONLY)
            _locks(lock, wait=True)
            if aside.exists():
                return aside, lock
            os.close(lock)


def _discard_abandoned(folder: Path) -> None:
    for path in folder.glob(f".*{SUFFIX}"):
        with suppress(OSError):
            lock = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0))
            try:
                if _locks(lock):
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)


def _locks(descriptor: int, wait: bool = False) -> bool:
    """Lock an open folder; False if another process holds it, or where folders cannot be locked."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True
