"""Where the config files are, what they offer, and a check of the user's own before Hydra reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from sim.config.defaults import check_defaults, refuse_circles
from sim.config.document import Document, read_document
from sim.errors import InputError
from sim.schema_tree import Form, Place, find, step

MAX_FOLDER_ENTRIES = 20_000
MAX_FILES = 500

STUDY_GROUPS = frozenset(
    {"engine", "uncertainty", "calibration"}
)  # groups that belong to a study, not to a scenario
_NAME = re.compile(r"[\w.-]+")
_GLOBAL = "_global_"
_HEADER = re.compile(r"^\s*#\s*@")


def shipped_folder() -> Path:
    """The folder of the shipped configs: inside an installed package, or beside `sim` in a checkout.

    Raises InputError if neither is there (a broken installation).
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_configs", package.parent / "configs"):
        if (folder / "config.yaml").is_file():
            return folder
    raise InputError("the shipped configs are missing from this installation of hudna; install it again")


def user_folder(folder: str | Path) -> Path:
    """The user's config folder as an absolute path, once it is known to be there and readable.

    Raises InputError otherwise.
    """
    path = Path(folder).absolute()
    if not path.exists():
        raise InputError(f"--config-dir {folder}: there is no such folder")
    if not path.is_dir():
        raise InputError(f"--config-dir {folder}: this is a file; give the folder of your config groups")
    if not os.access(path, os.R_OK | os.X_OK):
        raise InputError(f"--config-dir {folder}: not readable; check its permissions")
    return path


def groups(*folders: Path) -> dict[str, set[str]]:
    """Options of every config group in these folders, e.g. {"scenario": {"al_rastan", "small_town"}}.

    Raises InputError for a folder with too many files.
    """
    found: dict[str, set[str]] = {}
    for folder in folders:
        for file in _yaml_files(folder):
            group = file.parent.relative_to(folder).as_posix()
            if group != ".":
                found.setdefault(group, set()).add(file.stem)
    return found


def fingerprint(*folders: Path) -> str:
    """A digest (SHA-256, 64 hex digits) of the names and contents of all config files in these folders.

    Also of those in folders whose name begins with an underscore, which offer no options but may be named in
    a defaults list.
    """
    digest = sha256()
    for folder in folders:
        for file in _yaml_files(folder, left_out="."):
            with suppress(OSError):  # gone, or never readable: what it was is another file
                content = file.read_bytes()
                digest.update(f"{file}\n{len(content)}\n".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


def _yaml_files(folder: Path, left_out: str = "._") -> Iterator[Path]:
    """YAML files under a folder in a fixed order, hidden ones left out; InputError if there are too many.

    `left_out`: folders whose names begin with one of these characters are left out too.
    """
    seen: set[str] = set()
    n_entries = n_files = 0
    for at, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(at)
        folders[:] = sorted(name for name in folders if name[0] not in left_out)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        n_entries += len(folders) + len(files)
        yamls = sorted(name for name in files if name.endswith(".yaml") and not name.startswith("."))
        n_files += len(yamls)
        if n_entries > MAX_FOLDER_ENTRIES or n_files > MAX_FILES:
            raise InputError(
                f"--config-dir {folder}: holds too many files to be a folder of configs "
                f"(at most {MAX_FILES} YAML files and {MAX_FOLDER_ENTRIES} others); give that of your groups"
            )
        yield from (Path(at) / name for name in yamls)


def check_user_folder(folder: Path, shipped: Path) -> list[Document]:
    """Check every YAML file of the user's folder, and return those that scenarios are made of.

    Files of a study's groups (STUDY_GROUPS) are checked and left out. Raises InputError with file, line and
    remedy.
    """
    ours = groups(shipped)
    documents: dict[str, Document] = {}
    for file in _yaml_files(folder):
        name = file.relative_to(folder)
        if (shipped / name).is_file():
            raise InputError(f"{file}: a shipped config of this name would win; choose another name")
        group = "" if name.parent == Path() else name.parent.as_posix()
        if any(not _NAME.fullmatch(part) for part in (*name.parent.parts, name.stem)):
            raise InputError(f"{file}: names of configs are made of letters, digits, _, - and .; rename it")
        document = read_document(file)
        check_defaults(document)
        if group.split("/")[0] in STUDY_GROUPS:
            _check_study_package(document, group)
        else:
            _check_package(document, group)
            _check_forms(document)
            _refuse_idle(document)
            documents[f"{group}/{name.stem}".lstrip("/")] = document
    refuse_circles(documents)
    for group in ours:
        for stray in sorted((folder / group).glob("*.yml")):
            raise InputError(f"{stray}: config files end in .yaml; rename it to {stray.stem}.yaml")
    return list(documents.values())


def _check_study_package(document: Document, group: str) -> None:
    if document.package not in ("", group):
        raise InputError(
            f"{document.file}, line 1: '# @package {document.package}' does nothing in a file of {group}; "
            "remove the line"
        )


def _check_package(document: Document, group: str) -> None:
    """Raise InputError for a config whose keys would stand where the scenario has no place for them."""
    from sim.scenario import Scenario

    package = document.package or group.replace("/", ".") or _GLOBAL
    if package == _GLOBAL or (group.split("/")[0] != "scenario" and find(Scenario, package) is not None):
        return
    raise InputError(
        f"{document.file}, line 1: the first line must be '# @package {_GLOBAL}'; "
        f"as it is, the keys of this file would stand under {package}"
    )


def _check_forms(document: Document) -> None:
    """Raise InputError for a list where a section belongs, or a section where a value does."""
    from sim.scenario import Scenario

    inside = Place(Form.SECTION, Scenario)
    if document.package not in ("", _GLOBAL):
        inside = find(Scenario, document.package) or inside
    elif document.package == "" and document.file.parent.name in Scenario.model_fields:
        inside = find(Scenario, document.file.parent.name) or inside
    _check_form(document, document.values, inside, "")


def _refuse_idle(document: Document) -> None:
    """Raise InputError for a file that names a table of people, and how they are to be generated."""
    from sim.city.config import idle_key

    is_city = document.package == "city" or (document.package == "" and document.file.parent.name == "city")
    city = document.values if is_city else document.values.get("city")
    if isinstance(city, dict) and city.get("residents") is not None:
        key = idle_key(f"city.{name}" for name in city)
        if key is not None:
            line = key.removeprefix("city.") if is_city else key
            raise InputError(
                document.place(
                    f"{line}: does nothing, the people are those of the table residents; leave it out"
                )
            )


def _check_form(document: Document, values: Mapping[str, Any], inside: Place, at: str) -> None:
    for name, value in values.items():
        place = step(inside, name)
        if place is None:
            continue
        key = f"{at}.{name}" if at else name
        is_section = place.form is not Form.VALUE
        if is_section and isinstance(value, list):
            raise InputError(document.place(f"{key}: should be a section with keys of its own, not a list"))
        if isinstance(value, dict):
            if not is_section:
                raise InputError(
                    document.place(f"{key}: should be a value, not a section with keys of its own")
                )
            _check_form(document, value, place, key)


def head_comment(name: str, config_dir: str | Path | None = None) -> str:
    """The comment at the head of a config file, on one line; empty if it has none, or is not there.

    `name`: the file below a config folder, "scenario/small_town.yaml"; a shipped one wins.
    """
    folders = [shipped_folder(), *([] if config_dir is None else [Path(config_dir)])]
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path else []:
        if not line.startswith("#"):
            break
        if not _HEADER.match(line):
            lines.append(line.lstrip("# ").rstrip())
    return " ".join(lines)
