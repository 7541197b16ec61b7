"""The user's own files, tables and towns, that a result was made from: a bundle carries them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.disk.files import sha256
from sim.errors import InputError
from sim.towns.folder import CATALOGUE

INPUTS = "inputs"  # their folder in a bundle


def input_name(file: str, digest: str) -> str:
    """The name of an input in a bundle, from its file name and its SHA-256 (hex)."""
    return f"{INPUTS}/{digest[:16]}{Path(file).suffix.lower()}"


def inputs_to_pack(
    folder: Path, manifest: Mapping[str, Any], moved_to: Path | None = None
) -> dict[str, Path]:
    """Name in the bundle -> file, of all inputs that a manifest names.

    `moved_to`: the folder that files which are gone lie in now. Raises InputError if one is gone or has
    changed.
    """
    return {
        input_name(file, digest): _locate(folder, file, digest, moved_to)
        for file, digest in _inputs(folder, manifest)
    }


def inputs_to_read(folder: Path, manifest: Mapping[str, Any], moved_to: Path | None = None) -> dict[str, str]:
    """File as the manifest names it -> file to read: the copy in the bundle, if it carries one.

    `moved_to` and InputError as in `inputs_to_pack`.
    """
    found = _inputs(folder, manifest)
    return {file: str(_locate(folder, file, digest, moved_to)) for file, digest in found}


def _inputs(folder: Path, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = manifest.get("inputs", {})
    if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
        raise InputError(f"{folder}: its list of inputs cannot be read; run it again")
    return sorted(told.items())


def _locate(folder: Path, file: str, digest: str, moved_to: Path | None = None) -> Path:
    carried = folder / input_name(file, digest)
    path = carried if carried.is_file() else Path(file)
    if not path.is_file() and (CATALOGUE / file).is_file():
        path = CATALOGUE / file
    if moved_to is not None and not path.is_file():
        path = _find(moved_to, Path(file).name, digest) or path
    if not path.is_file():
        raise InputError(
            f"{file}: this file is not there, and the result was made from it; put it back, name the "
            "folder it lies in now with --inputs DIR, or take a bundle, which carries it"
        )
    if sha256(path) != digest:
        raise InputError(
            f"{path}: this file was changed since the result was made from it (SHA-256 was "
            f"{digest[:16]}...); put the old one back, or run anew"
        )
    return path


def _find(folder: Path, name: str, digest: str) -> Path | None:
    """The file of this name in the folder: the one with this SHA-256, else any."""
    if not folder.is_dir():
        raise InputError(f"--inputs {folder}: is not a folder; name the one that the inputs lie in now")
    found = sorted(path for path in folder.rglob(name) if path.is_file())
    return next((path for path in found if sha256(path) == digest), found[0] if found else None)
