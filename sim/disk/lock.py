"""One writer at a time: a lock on a file, which the system frees when its holder is gone, killed or not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InputError


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock file for the length of the block. Raises InputError if another process has it."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        yield
        return
    with open(path, "a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.seek(0)
            holder = " ".join(stream.read(200).split())
            raise InputError(
                f"{path.parent}: another process writes to it ({holder}); wait for it, or stop it"
            ) from None
        stream.truncate(0)
        stream.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        stream.flush()
        yield
