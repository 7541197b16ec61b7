"""One writer at a time: a lock on a file, which the system frees when its holder is gone, killed or not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sim.errors import InputError


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold a lock file, made if need be, for the length of the block.

    Raises InputError at once, naming the holder, if another process has it.
    """
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InputError(
            f"{path.parent}: another process writes to it ({_holder(path)}); wait for it, or stop it"
        ) from None
    try:
        path.write_text(f"process {os.getpid()} on {socket.gethostname()}\n", encoding="utf-8")
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    """What the holder wrote into its lock file, on one line."""
    with suppress(OSError):
        return " ".join(path.read_text(encoding="utf-8", errors="replace")[:200].split())
    return "unknown"
