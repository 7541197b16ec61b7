"""Where the config files are, what they offer, and a check of the user's own before anything reads them.

A folder given with --config-dir is not trusted: its YAML may be broken, endless (aliases that multiply) or
try to run or read something. All of it is found here, by looking at the bare YAML, never by building it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.errors import InputError

MAX_FOLDER_ENTRIES = 20_000
MAX_FILES = 500
MAX_BYTES = 200_000
MAX_DEPTH = 50
MAX_NODES = 50_000

STUDY_GROUPS = frozenset(
    {"engine", "uncertainty", "calibration"}
)  # groups that belong to a study, not to a scenario
RUNNABLE = frozenset({"_target_", "_args_", "_partial_", "_recursive_", "_convert_"})
PLAIN_REFERENCE = re.compile(r"\$\{(\.*)([A-Za-z0-9_.\-\[\]]+)\}")

_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value")
)
_GROUP = re.compile(r"((optional|override) )*/?[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(@[A-Za-z0-9_.:-]*)?")
_OPTION = re.compile(r"/?[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\.yaml)?(@[A-Za-z0-9_.:-]*)?")
_PACKAGE = re.compile(r"^\s*#\s*@(.*)$", re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    """Options of every config group in these folders, e.g. {"scenario": {"al_rastan", "small_town"}}."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for file in _yaml_files(folder):
            group = file.parent.relative_to(folder).as_posix()
            if group != ".":
                found.setdefault(group, set()).add(file.stem)
    return found


def _yaml_files(folder: Path) -> Iterator[Path]:
    """YAML files under a folder in a fixed order, hidden ones left out; InputError if there are too many."""
    seen: set[str] = set()
    n_entries = n_files = 0
    for at, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(at)
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
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


def check_user_folder(folder: Path, shipped: Path) -> None:
    """Check every YAML file of the user's folder. Raises InputError with file, line and remedy."""
    ours = groups(shipped)
    for file in _yaml_files(folder):
        name = file.relative_to(folder)
        if (shipped / name).is_file():
            raise InputError(f"{file}: a shipped config of this name would win; choose another name")
        check_file(file)
    for group in ours:
        for stray in sorted((folder / group).glob("*.yml")):
            raise InputError(f"{stray}: config files end in .yaml; rename it to {stray.stem}.yaml")


def check_file(file: Path) -> None:
    """Check one YAML file: size, depth, aliases, tags, keys that run something, references, defaults list."""
    text = _read(file)
    for header in _PACKAGE.finditer(text[:512]):
        if not re.fullmatch(r"package\s+(?!hydra\b)[A-Za-z0-9_.]+\s*", header.group(1)):
            found = header.group(1)[:60]
            raise InputError(f"{file}: '# @{found}' is no header; write '# @package _global_', or nothing")
    try:
        _check_depth(file, text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise InputError(yaml_complaint(error, file)) from None
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{file}, line 1: a config is made of `key: value` lines")
    _check_size(file, root, {})
    _check_nodes(file, root)
    for key, value in root.value:
        if key.value == "hydra":
            raise InputError(f"{_at(file, key)}: a config cannot change Hydra itself; remove the key hydra")
        if key.value == "defaults":
            _check_defaults(file, value)


def yaml_complaint(error: yaml.YAMLError, file: Path | str) -> str:
    """A line that says where YAML is broken, and how."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    where = f"{file}, line {mark.line + 1}" if mark is not None else f"{file}"
    return f"{where}: broken YAML: {problem}; check indentation, colons and quotes there"


def _read(file: Path) -> str:
    if not file.is_file():
        raise InputError(f"{file}: not a regular file")
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise InputError(f"{file}: {size} bytes is too large for a config; at most {MAX_BYTES}")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{file}: not text in UTF-8") from None
    except OSError as error:
        raise InputError(f"{file}: not readable: {error.strerror}") from None


def _at(file: Path, thing: yaml.Node | yaml.Event) -> str:
    mark = thing.start_mark
    return f"{file}, line {mark.line + 1}" if mark is not None else str(file)


def _check_depth(file: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise InputError(f"{_at(file, event)}: nested deeper than {MAX_DEPTH} levels")


def _check_size(file: Path, node: yaml.Node, sizes: dict[int, int]) -> int:
    """Number of nodes once every alias is written out; aliases that go in a circle count as endless."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) in sizes:
        if sizes[id(node)] == 0:
            raise InputError(f"{_at(file, node)}: this alias contains itself")
        return sizes[id(node)]
    sizes[id(node)] = 0
    total = 1
    for child in node.value:
        for part in child if isinstance(child, tuple) else (child,):
            total += _check_size(file, part, sizes)
            if total > MAX_NODES:
                raise InputError(
                    f"{_at(file, node)}: aliases expand to more than {MAX_NODES} values; write them out"
                )
    sizes[id(node)] = total
    return total


def _check_nodes(file: Path, node: yaml.Node) -> None:
    if node.tag not in _PLAIN_TAGS:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise InputError(f"{_at(file, node)}: the tag {tag} is not allowed; write the value without it")
    if isinstance(node, yaml.ScalarNode):
        if "${" in node.value and not PLAIN_REFERENCE.fullmatch(node.value):
            raise InputError(f"{_at(file, node)}: {reference_complaint(node.value)}")
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _check_nodes(file, child)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise InputError(f"{_at(file, key)}: a key is a plain word")
            if key.value in RUNNABLE:
                raise InputError(f"{_at(file, key)}: {runnable_complaint(key.value)}")
            _check_nodes(file, key)
            _check_nodes(file, value)


def runnable_complaint(key: str) -> str:
    """Why a key such as `_target_` is refused."""
    return f"the key {key} is refused: a config holds values and runs nothing"


def reference_complaint(text: str) -> str:
    """Why an interpolation is refused."""
    return (
        f"{text[:60]!r} is refused: a value may refer to another value of the scenario as ${{section.key}}, "
        "without environment, functions or text around it"
    )


def _check_defaults(file: Path, node: yaml.Node) -> None:
    if not isinstance(node, yaml.SequenceNode):
        raise InputError(f"{_at(file, node)}: defaults is a list, e.g. `defaults: [default]`")
    for entry in node.value:
        if isinstance(entry, yaml.ScalarNode) and _is_option(entry.value):
            continue
        if isinstance(entry, yaml.MappingNode) and len(entry.value) == 1:
            group, chosen = entry.value[0]
            options = chosen.value if isinstance(chosen, yaml.SequenceNode) else [chosen]
            if _GROUP.fullmatch(str(group.value)) and all(
                isinstance(option, yaml.ScalarNode) and (option.value == "null" or _is_option(option.value))
                for option in options
            ):
                if not re.search(r"(^|[ /@])hydra\b", group.value):
                    continue
        raise InputError(
            f"{_at(file, entry)}: an entry of a defaults list is an option of this group (`default`) or "
            "a group and its option (`override /events: quiet`), no path and no reference"
        )


def _is_option(text: str) -> bool:
    return _OPTION.fullmatch(text) is not None and not re.search(r"(^|[/@])hydra\b", text)


def head_comment(name: str, config_dir: str | Path | None = None) -> str:
    """The comment at the head of a config file, on one line; empty if it has none."""
    folders = [shipped_folder(), *([] if config_dir is None else [Path(config_dir)])]
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path else []:
        if not line.startswith("#"):
            break
        if not _PACKAGE.match(line):
            lines.append(line.lstrip("# ").rstrip())
    return " ".join(lines)
