"""Where what can be made again is kept for later processes: cities and composed configs.

HUDNA_CACHE names another folder; HUDNA_CACHE=off switches the caches off.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import platformdirs

from sim.disk.leftovers import UNFINISHED

_STALE_SECONDS = 24 * 3600.0  # an unfinished file this old belongs to a process that died


def cache_folder(name: str = "") -> Path | None:
    """The folder of a cache, made if need be; None if caches are switched off or it cannot be made.

    `name`: "" for the cities, which lie in HUDNA_CACHE itself; else a folder of this name.
    """
    named = os.environ.get("HUDNA_CACHE", "")
    if named.lower() == "off":
        return None
    folder = Path(named) / name if named else Path(platformdirs.user_cache_dir("hudna")) / (name or "cities")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def prune(folder: Path, pattern: str, most: int) -> None:
    """Remove all but the `most` files of this pattern used last, and what dead processes left unfinished.

    Raises OSError where the folder cannot be read or written.
    """
    age = {}
    for path in folder.glob(pattern):
        try:
            age[path] = path.stat().st_mtime
        except FileNotFoundError:
            continue  # another process has removed it
    superfluous = sorted(age, key=lambda path: age[path], reverse=True)[most:]
    for path in folder.glob(f"*{UNFINISHED}"):
        if time.time() - path.stat().st_mtime > _STALE_SECONDS:
            superfluous.append(path)
    for path in superfluous:
        path.unlink(missing_ok=True)
