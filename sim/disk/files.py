"""A file or folder is there whole or not at all: it is written aside, and put in its place in one step.

Readers see the old file or the new one, never a part, however many processes write at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sim.disk.leftovers import aside_of, sweep_asides


@contextmanager
def write_aside(path: Path) -> Iterator[Path]:
    """Give the path of a new file beside `path`; it takes the place of `path` when the block is left well.

    Raises OSError where the folder cannot be written. On any error nothing is left behind, and an older file
    stays as it was.
    """
    # not tempfile: its files are private to the user whatever the umask says
    aside = aside_of(path)
    try:
        yield aside
        with open(aside, "rb+") as stream:
            os.fsync(stream.fileno())
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


@contextmanager
def open_aside(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file beside `path` for writing bytes; it takes the place of `path` as in `write_aside`.

    Raises OSError likewise.
    """
    with write_aside(path) as aside, open(aside, "xb") as stream:
        yield stream


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step, in the place of an older one of its name. Raises OSError as `write_aside`."""
    with open_aside(path) as stream:
        stream.write(content)


@contextmanager
def folder_aside(target: Path) -> Iterator[Path]:
    """Give a new hidden folder beside `target`, to be filled and then renamed to `target` by the caller.

    If it is still there when the block is left, it is removed. What killed processes left beside `target` is
    removed at the start. Raises OSError where nothing can be written.
    """
    sweep_asides(target.parent)
    aside = aside_of(target)
    try:
        aside.mkdir()  # within: a signal may come at once
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, 64 hex digits. Raises OSError."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Flush a folder to the disk: its file names are then as durable as the files. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
