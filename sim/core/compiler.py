"""Compiled functions, and the folder in which their machine code is kept.

numba keeps it beside the source, else in the user's cache; NUMBA_CACHE_DIR names another folder. Where none
of them can be written (a read-only install, no home) it goes to a folder of the user's own under the
temporary one. A damaged file counts as absent, and so does code that calls what has changed since: numba
itself looks only at the file in which a function stands, and not at those whose functions it calls.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from numba import config, njit


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, keep its machine code, and run it without Python's lock.

    Returns numba's dispatcher, or the function itself if numba's compiler is switched off.
    """
    try:
        compiled = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba found no folder that it can write
        os.environ["NUMBA_CACHE_DIR"] = str(_temporary_folder())  # workers of this process find it there, too
        config.reload_config()  # type: ignore[no-untyped-call]
        compiled = njit(cache=True, nogil=True)(function)
    stats = getattr(compiled, "stats", None)
    if stats is not None:  # else numba's compiler is switched off
        folder = Path(str(stats.cache_path))
        discard_outdated(folder, Path(function.__code__.co_filename).parent)
        discard_damaged(folder)
    return compiled


def code_folder() -> Path | None:
    """Where machine code of the core is kept; None if numba's compiler is switched off."""
    stats = getattr(kernel(_probe), "stats", None)
    return None if stats is None else Path(str(stats.cache_path))


def _probe() -> None:
    return None


@cache
def discard_outdated(folder: Path, home: Path) -> None:
    """Remove the machine code in `folder` if it was made of other sources than there are now.

    Those are all of this folder and of `home`, where the compiled functions stand; a digest of them is kept
    beside the code. Looks at a folder once a process; a file that cannot be removed is left, and looked at
    again by the next process. Not seen: a process that began before an update and compiles after it.
    """
    sources = sorted({*Path(__file__).parent.glob("*.py"), *home.glob("*.py")})
    stamp = folder / "sources.sha256"
    with suppress(OSError):
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest().encode()
        if stamp.is_file() and stamp.read_bytes() == digest:
            return
        for path in (*folder.glob("*.nbi"), *folder.glob("*.nbc")):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        if not any(folder.glob("*.nbi")):  # an index names all code of its function
            stamp.write_bytes(digest)


@cache
def discard_damaged(folder: Path) -> None:
    """Remove files of machine code that end too early, so that they are compiled again.

    Looks at a folder once a process; a file that cannot be read or removed is left.
    """
    for path in (*folder.glob("*.nbi"), *folder.glob("*.nbc")):
        with suppress(OSError):
            if not _is_whole(path):
                path.unlink()


def _is_whole(path: Path) -> bool:
    """Whether a file of numba's, made of pickles, has its beginning, its end and its length.

    Reading it through would cost every process 50 ms.
    """
    with open(path, "rb") as stream:
        head = stream.read(11)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 1))
        last = stream.read()
    if head[2:3] == pickle.FRAME and size < 11 + int.from_bytes(head[3:], "little"):
        return False
    return head[:1] == pickle.PROTO and last == pickle.STOP


def _temporary_folder() -> Path:
    """A folder for machine code that nobody else can write: what is read from it is run."""
    folder = Path(tempfile.gettempdir()) / f"hudna-numba-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        if _is_private(folder.lstat()):
            return folder
    mine = Path(tempfile.mkdtemp(prefix="hudna-numba-"))  # somebody else took the name
    atexit.register(shutil.rmtree, mine, ignore_errors=True)
    return mine


def _is_private(found: os.stat_result) -> bool:
    is_mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return stat.S_ISDIR(found.st_mode) and is_mine and not found.st_mode & 0o077
