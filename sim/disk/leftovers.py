"""What a killed process leaves behind is known by its name and swept at the next start.

Whatever is written aside carries in its name who writes it: the machine (its boot and the namespace of its
process numbers too) and the process. It is stale once that process is gone; what another machine writes is
left alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

UNFINISHED = ".unfinished"  # how the name of what is being written ends; it begins with a dot
_OWNER = re.compile(r"([0-9a-f]{8})-(\d{1,10})-")
_ASIDE = re.compile(rf"\..*\.{_OWNER.pattern}[0-9a-f]+{re.escape(UNFINISHED)}")


def owner() -> str:
    """The part of a name that says who writes: machine (8 hex digits) and process, "1f0c23ab-4711-"."""
    return f"{_machine()}-{os.getpid()}-"


def aside_of(path: Path) -> Path:
    """A new hidden name beside `path`, for what is to take its place; nothing is made."""
    return path.with_name(f".{path.name}.{owner()}{secrets.token_hex(4)}{UNFINISHED}")


def is_stale(name: str, before: str) -> bool:
    """Whether a name (`before`, an `owner()`, a rest) is of a process of this machine that is gone."""
    return name.startswith(before) and _is_gone(_OWNER.match(name, len(before)))


def _is_gone(found: re.Match[str] | None) -> bool:
    return found is not None and found[1] == _machine() and not _is_alive(int(found[2]))


def stale(folder: Path, before: str) -> Iterator[Path]:
    """Yield the paths in a folder that processes which are gone have left, their names as in `is_stale`.

    A folder that cannot be read yields nothing.
    """
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if is_stale(path.name, before):
                yield path


def sweep(folder: Path, before: str) -> None:
    """Remove what `stale` yields. What cannot be removed stays: it is in nobody's way."""
    for path in stale(folder, before):
        _remove(path)


def sweep_asides(folder: Path) -> None:
    """Remove whatever processes that are gone were writing in a folder, under any name of `aside_of`."""
    with suppress(OSError):
        for path in sorted(folder.glob(f".*{UNFINISHED}")):
            if _is_gone(_ASIDE.fullmatch(path.name)):
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


@cache
def _machine() -> str:
    facts = [socket.gethostname()]
    with suppress(OSError):
        facts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8"))
        facts.append(os.readlink("/proc/self/ns/pid"))  # noqa: PTH115 (its target is no path)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's, or none of this system
        return True
    return not _is_zombie(process)


def _is_zombie(process: int) -> bool:
    """Whether it has ended and nobody has asked how: in a container often nobody does."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False
