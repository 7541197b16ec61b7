"""Where results are to go, looked at before any work is done: taken, a dead link, not writable, full."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sim.errors import InputError

ROOM = 100 * 2**10  # bytes: the least that a result takes


def target_of(given: str | Path) -> Path:
    """The path that is meant, `~` written out: a shell leaves it alone in `--out=~/x`. Raises InputError."""
    try:
        return Path(given).expanduser()
    except RuntimeError:
        raise InputError(f"{given}: no such user's home; write the path out") from None


def check_place(path: Path) -> None:
    """Raise InputError unless a file or folder can be made or changed there; nothing is left by the trial."""
    if path.is_symlink() and not path.exists():
        raise InputError(f"--out {path}: a link that leads nowhere; remove it, or name another place")
    there = path if path.is_dir() else next(each for each in path.absolute().parents if each.exists())
    if not there.is_dir():
        raise InputError(f"--out {path}: cannot be written, {there} is a file; name another place")
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
        free = shutil.disk_usage(there).free
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written ({error.strerror or error})") from None
    if free < ROOM:
        raise InputError(
            f"--out {path}: its disk has {free // 2**10} KiB left, and a result needs {ROOM // 2**10} "
            "or more; make room, or name another place"
        )


def check_new_file(path: Path, force: bool) -> None:
    """Raise InputError unless a file may be written there; one that exists already takes `force`."""
    if path.is_dir():
        raise InputError(f"--out {path}: is a folder; name a file")
    if path.exists() and not force:
        raise InputError(f"{path}: exists already; add --force, or name another file with --out")
    check_place(path)
