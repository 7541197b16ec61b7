"""A result as one zip for an archive: the same result gives the same bytes, wherever it is packed."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from sim.archive.environment import environment_text
from sim.archive.inputs import inputs_to_pack
from sim.archive.names import TOP, is_plain
from sim.config.complaints import scenario_from
from sim.disk.results import write_file
from sim.disk.target import check_new_file
from sim.errors import InputError
from sim.report.source import Source, read
from sim.study.file import study_values

SUMS = "SHA256SUMS"
_LEFT_OUT = frozenset(("lock",))
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell
_AT_ONCE = 1 << 20


def bundle(folder: Path, out: Path, force: bool = False, moved_to: Path | None = None) -> None:
    """Pack the folder of a run or a finished study into the zip `out`, with configs, inputs and citation.

    `force` replaces a file that is there; `moved_to`: the folder that inputs which are gone lie in now.
    Raises InputError for a folder that holds no such result, one whose scenario or inputs cannot be had
    again, or an `out` inside it; then nothing is written.
    """
    if folder.is_dir() and out.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"--out {out}: lies in the result itself; name a file outside of it")
    check_new_file(out, force)
    source = read(folder)
    extra, files = _extra(source), dict(_files(folder))
    files |= inputs_to_pack(folder, source.manifest, moved_to)
    write_file(out, force, lambda aside: _write(aside, files, extra))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name in the zip -> file, hidden ones, links and the lock left out."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_symlink() or is_hidden or name in _LEFT_OUT or not path.is_file():
            continue
        if not is_plain(name):
            raise InputError(f"{path}: no name for a file in a bundle; rename it, or move it away")
        yield name, path


def _extra(source: Source) -> dict[str, bytes]:
    """What a reader of the archive needs beside the result."""
    folder = source.folder
    if source.note:
        raise InputError(f"{folder}: this study is not finished; `hudna resume {folder}` goes on")
    if source.what == "run":
        _check_scenario(folder, source.manifest["scenario"])
        configs = {"configs/scenario.yaml": source.manifest["scenario"]}
    else:
        values = study_values(source.store.plan)
        configs = {} if values is None else {"configs/study.yaml": values}
        for number, each in enumerate(source.store.plan.combinations):
            configs[f"configs/combination_{number}.yaml"] = each.values
    found = {
        name: yaml.safe_dump(values, sort_keys=False, allow_unicode=True).encode()
        for name, values in configs.items()
    }
    found["environment.txt"] = environment_text(source.manifest).encode()
    citation = _citation()
    if citation is not None:
        found["CITATION.cff"] = citation.read_bytes()
    return found


def _check_scenario(folder: Path, scenario: object) -> None:
    """Raise InputError for a run that nobody could run again."""
    if not isinstance(scenario, dict):
        raise InputError(f"{folder}: its scenario is not a mapping; run it again")
    try:
        scenario_from(scenario)
    except InputError as error:
        first = str(error).splitlines()[0]
        raise InputError(f"{folder}: its scenario is none that can be run ({first}); run it again") from None


def _citation() -> Path | None:
    """The citation file of the package, or of the checkout it runs from."""
    package = Path(__file__).resolve().parents[1]
    for path in (package / "_CITATION.cff", package.parent / "CITATION.cff"):
        if path.is_file():
            return path
    return None


def _write(target: Path, files: dict[str, Path], extra: dict[str, bytes]) -> None:
    """Stored, not deflated: what deflating makes differs from one zlib to the next, and tables are packed."""
    sums: dict[str, str] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted({*files, *extra}):
            sha = hashlib.sha256()
            with archive.open(_entry(name), "w", force_zip64=True) as stream:
                if name in files:
                    with open(files[name], "rb") as source:
                        while block := source.read(_AT_ONCE):
                            sha.update(block)
                            stream.write(block)
                else:
                    sha.update(extra[name])
                    stream.write(extra[name])
            sums[name] = sha.hexdigest()
        text = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
        archive.writestr(_entry(SUMS), text.encode())


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"{TOP}/{name}", _BEGINNING)
    info.create_system = 3  # of the mode below; the same on every system
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info
