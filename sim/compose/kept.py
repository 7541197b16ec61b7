"""Composed configs on disk, as JSON: Hydra takes a third of a second for what is read back in a millisecond.

A file is named by the digest of all config files, of the choices made and of the code that composes, so it
is never stale, only superfluous. A damaged or altered file counts as absent, an unwritable folder as no
cache at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from sim.disk.cache import cache_folder, prune
from sim.disk.files import write_whole
from sim.version import library_version

MOST_FILES = 200


def key_of(folders: Sequence[Path], files: str, primary: str, chosen: Sequence[str]) -> str:
    """SHA-256 (64 hex digits) of what decides a composition; `files`: the digest of all config files."""
    makers = [_our_code(), *(library_version(name) for name in ("hydra-core", "omegaconf", "pyyaml"))]
    content = [makers, [str(folder) for folder in folders], files, primary, list(chosen)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@cache
def _our_code() -> str:
    """Digest of the code that composes."""
    files = (Path(__file__).with_name(name) for name in ("kept.py", "merge.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


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
