"""A bundle unpacked, as if a stranger had made it: paths stay inside, sizes are bounded, sums checked."""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from pathlib import Path

from sim.archive.bundle import SUMS
from sim.archive.names import TOP, is_inside
from sim.errors import InputError

MOST_BYTES, MOST_FILES = 20_000_000_000, 20_000
MOST_RATIO, SMALL = 100, 1_000_000  # a file that is packed smaller than 1 : 100 is a trap, but for small ones
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_AT_ONCE = 1 << 20


def unpack(archive: Path, folder: Path, most_bytes: int = MOST_BYTES) -> Path:
    """Unpack a bundle into an empty folder and return the folder of the result in it.

    Raises InputError if it is not a bundle, has odd names, unpacks to more than `most_bytes`, or fails its
    checksums; part of it may then lie in the folder.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            entries = source.infolist()
            if len(entries) > MOST_FILES:
                raise InputError(f"{archive}: holds {len(entries):,} files; at most {MOST_FILES:,} are taken")
            names = [_check_name(archive, entry) for entry in entries]
            if len({name.lower() for name in names}) < len(names):
                raise InputError(f"{archive}: holds a file twice; this is not a bundle of Hudna")
            if f"{TOP}/{SUMS}" not in names:
                raise InputError(f"{archive}: is not a bundle of Hudna ({SUMS} is not there)")
            _check_sizes(archive, entries, most_bytes)
            left, sums = most_bytes, {}
            for name, entry in zip(names, entries, strict=True):
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                sha = hashlib.sha256()
                with source.open(entry) as stream, open(target, "xb") as out:
                    while block := stream.read(_AT_ONCE):  # what comes out counts, not what is promised
                        left -= len(block)
                        if left < 0:
                            raise InputError(f"{archive}: unpacks to over {most_bytes:,} bytes; not taken")
                        sha.update(block)
                        out.write(block)
                sums[name] = sha.hexdigest()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        told = " ".join(str(error).split())[:120]
        raise InputError(f"{archive}: is not a complete zip file ({told})") from None
    except OSError as error:  # a name that is a file and a folder, no room, no right to read it
        raise InputError(f"{archive}: cannot be unpacked ({error.strerror or error})") from None
    _check_sums(archive, folder, sums)
    return folder / TOP


def _check_name(archive: Path, entry: zipfile.ZipInfo) -> str:
    """The name of an entry, if it is that of a plain file inside the folder of the result."""
    mode = entry.external_attr >> 16
    is_file = not stat.S_IFMT(mode) or stat.S_ISREG(mode)
    if not is_file or not is_inside(entry.filename) or entry.compress_type not in _PACKINGS:
        raise InputError(
            f"{archive}: holds {entry.filename[:80]!r}, which no bundle of Hudna has; not unpacked"
        )
    return entry.filename


def _check_sizes(archive: Path, entries: list[zipfile.ZipInfo], most_bytes: int) -> None:
    """Raise InputError for what is promised to be too large; what comes out is counted besides."""
    if sum(entry.file_size for entry in entries) > most_bytes:
        raise InputError(f"{archive}: unpacks to over {most_bytes:,} bytes; not taken")
    for entry in entries:
        if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
            raise InputError(
                f"{archive}: {entry.filename[:80]} unpacks to over {MOST_RATIO} times its size; not taken"
            )


def _check_sums(archive: Path, folder: Path, found: dict[str, str]) -> None:
    own = f"{TOP}/{SUMS}"
    told = {}
    for line in (folder / own).read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        told[f"{TOP}/{name}"] = digest
    rest = {name: digest for name, digest in found.items() if name != own}
    wrong = sorted(name for name in {*told, *rest} if told.get(name) != rest.get(name))
    if wrong:
        raise InputError(f"{archive}: {wrong[0][:80]} is not what was packed")
