"""Where what can be made again is kept for later processes: cities, composed configs, lists made of them.

HUDNA_CACHE names another folder for them; HUDNA_CACHE=off switches the caches off.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import platformdirs

from sim.disk.leftovers import UNFINISHED

_STALE_SECONDS = 24 * 3600.0  # an unfinished file this old belongs to a process that died


def cache_folder(name: str) -> Path | None:
    """The folder of a cache, made if need be; None if caches are switched off or it cannot be made."""
    named = os.environ.get("HUDNA_CACHE", "")
    if named.lower() == "off":
        return None
    folder = Path(named or platformdirs.user_cache_dir("hudna")) / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def prune(folder: Path, pattern: str, most: int) -> None:
    """Remove all but the `most` files of this pattern used last, and what dead processes left unfinished.

    Raises OSError where the folder cannot be read or written.
    """
    used = _last_used(folder, pattern)
    superfluous = sorted(used, key=lambda path: used[path], reverse=True)[most:]
    long_ago = time.time() - _STALE_SECONDS
    superfluous += [path for path, when in _last_used(folder, f"*{UNFINISHED}").items() if when < long_ago]
    for path in superfluous:
        path.unlink(missing_ok=True)


def _last_used(folder: Path, pattern: str) -> dict[Path, float]:
    found = {}
    for path in folder.glob(pattern):
        with suppress(FileNotFoundError):  # another process has removed it
            found[path] = path.stat().st_mtime
    return found
