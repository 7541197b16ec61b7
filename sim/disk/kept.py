"""Composed configs, and lists made of them, on disk as JSON: read back in a millisecond.

A file is named by a digest of everything that decides what is in it, so it is never stale, only superfluous.
A damaged or altered file counts as absent, an unwritable folder as no cache at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from sim.disk.cache import cache_folder, prune
from sim.disk.files import write_whole

MOST_FILES = 200
PACKAGE = Path(__file__).resolve().parents[1]


@cache
def digest_of_code(package: Path = PACKAGE) -> str:
    """SHA-256 (64 hex digits) of all sources of a package, by default of this one."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(package)} {len(content)} ".encode() + content)
    return digest.hexdigest()


def recall(key: str) -> dict[str, Any] | None:
    """The values stored under `key`, or None if they are not there or cannot be read."""
    folder = cache_folder("configs")
    if folder is None:
        return None
    path = folder / f"{key}.json"
    try:
        stored = json.loads(path.read_text("utf-8"))
        values = stored["values"]
        is_sound = isinstance(values, dict) and stored["sha256"] == _checksum(key, values)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not is_sound:
        return None
    with suppress(OSError):
        os.utime(path)  # recently used files are kept longest
    return dict(values)


def remember(key: str, values: dict[str, Any]) -> None:
    """Store values under `key`; does nothing where that is impossible, or where JSON would change them."""
    folder = cache_folder("configs")
    if folder is None:
        return
    try:
        text = json.dumps({"sha256": _checksum(key, values), "values": values}, allow_nan=False)
        if json.loads(text)["values"] != values:
            return
    except (ValueError, TypeError, RecursionError):
        return
    with suppress(OSError):
        write_whole(folder / f"{key}.json", text.encode())
        prune(folder, "*.json", MOST_FILES)


def _checksum(key: str, values: dict[str, Any]) -> str:
    return hashlib.sha256(f"{key} {json.dumps(values)}".encode()).hexdigest()
