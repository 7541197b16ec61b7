"""Names of files that a bundle may hold: plain on every system, and inside its one folder."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

TOP = "result"
_PART = re.compile(r'[^.\x00-\x1f\x7f\\/:*?"<>|][^\x00-\x1f\x7f\\/:*?"<>|]{0,199}')


def is_plain(name: str) -> bool:
    """Whether every part of a name is one: none hidden, none empty, no drive, no way up, no odd sign."""
    parts = PurePosixPath(name).parts
    return bool(parts) and "/".join(parts) == name and all(_PART.fullmatch(part) for part in parts)


def is_inside(name: str) -> bool:
    """Whether an entry of a zip is a plain name below the folder of the result."""
    return is_plain(name) and name.startswith(f"{TOP}/")
