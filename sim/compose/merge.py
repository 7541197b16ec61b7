"""What Hydra makes of a primary config, options of groups and values; and what it says when it cannot.

Hydra composes the chosen files again at each call, which takes half a second. Here a choice is composed once,
as long as its files stay what they are (`disk/kept.py`); values are then set on a copy, by Hydra itself.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.compose.grammar import parse_line
from sim.config import files as config_files
from sim.config.document import yaml_complaint
from sim.config.overrides import Rules
from sim.disk import kept
from sim.errors import InputError, closest
from sim.version import library_version

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override
    from omegaconf import DictConfig

_LOCK = threading.RLock()  # Hydra keeps global state


def merge(
    folders: Sequence[Path], primary: str, admitted: Sequence[str], rules: Rules, groups: Collection[str]
) -> dict[str, Any]:
    """The merged values as plain data of the caller's own, references still in place. Raises InputError.

    `folders`: the shipped one first; `primary`: the name of the config to begin with, "config" or "study";
    `admitted`: overrides in Hydra's form; `groups`: the names of all config groups.
    """
    import yaml
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    asked = [parse_line(line) for line in admitted]
    chosen = tuple(line for line, each in zip(admitted, asked, strict=True) if _chooses(each, groups))
    settings = [each for each in asked if not _chooses(each, groups)]
    try:
        files = config_files.fingerprint(*folders)
        values = _find_composed(tuple(folders), files, primary, chosen)
        if settings or _is_open(values):
            return _with_settings(folders[0], values, settings)
        return copy.deepcopy(values)
    except yaml.YAMLError as error:
        file = getattr(getattr(error, "problem_mark", None), "name", "a config file")
        raise InputError(yaml_complaint(error, file)) from None
    except (
        HydraException,
        OmegaConfBaseException,
        ValueError,
        TypeError,
        AssertionError,
        RecursionError,
    ) as error:
        raise InputError(_complaint(error, rules)) from None


def _chooses(asked: Override, groups: Collection[str]) -> bool:
    """Whether Hydra takes the override for the choice of an option. It sets values after all choices."""
    return asked.package is not None or (
        not isinstance(asked.value(), dict) and ("/" in asked.key_or_group or asked.key_or_group in groups)
    )


@lru_cache(maxsize=32)
def _find_composed(
    folders: tuple[Path, ...], files: str, primary: str, chosen: tuple[str, ...]
) -> dict[str, Any]:
    """The composed values, for nobody to change; `files` tells versions of the config files apart."""
    key = key_of(folders, files, primary, chosen)
    values = kept.recall(key)
    if values is None:
        with _hydra(folders[0]):
            values = compose_anew(folders, primary, chosen)
        if config_files.fingerprint(*folders) == files:  # else a file has changed meanwhile
            kept.remember(key, values)
    return values


def key_of(folders: Sequence[Path], files: str, primary: str, chosen: Sequence[str]) -> str:
    """SHA-256 (64 hex digits) of what decides a composition; `files`: the digest of all config files."""
    makers = [_our_code(), *(library_version(name) for name in ("hydra-core", "omegaconf", "pyyaml"))]
    content = [makers, [str(folder) for folder in folders], files, primary, list(chosen)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@cache
def _our_code() -> str:
    """Digest of the code that composes."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def compose_anew(folders: Sequence[Path], primary: str, chosen: Sequence[str]) -> dict[str, Any]:
    """What Hydra, once it is initialised, composes of these choices."""
    from hydra import compose
    from hydra.core.override_parser.types import Quote, QuotedString

    own = [QuotedString(f"file://{folder}", Quote.single).with_quotes() for folder in folders[1:]]
    search = [f"hydra.searchpath=[{','.join(own)}]"] if own else []
    return _plain(compose(primary, overrides=[*chosen, *search]))


def _with_settings(shipped: Path, values: dict[str, Any], settings: Sequence[Override]) -> dict[str, Any]:
    """Plain values with the settings made, in their order, by Hydra and OmegaConf.

    They get only what is concerned, unless there are references, which may lead anywhere, or values missing.
    """
    from hydra._internal.config_loader_impl import ConfigLoaderImpl
    from omegaconf import OmegaConf

    if _is_open(values) or any("${" in str(each.input_line) for each in settings):
        concerned: dict[str, set[str] | None] = dict.fromkeys(values)
    else:
        concerned = _find_sections(settings)
    given: dict[str, Any] = {}
    for name, below in concerned.items():
        section = values.get(name)
        if below is not None and isinstance(section, dict):
            given[name] = {key: section[key] for key in below if key in section}
        elif name in values:
            given[name] = section
    with _hydra(shipped):
        part = OmegaConf.create(given)
        OmegaConf.set_struct(part, True)
        ConfigLoaderImpl._apply_overrides_to_config(list(settings), part)
        changed = _plain(part, throw_on_missing=True)
    result = {name: value for name, value in values.items() if name not in concerned or name in changed}
    for name, value in changed.items():
        is_part = concerned.get(name) is not None and isinstance(value, dict)
        result[name] = {**(values.get(name) or {}), **value} if is_part else value
    return copy.deepcopy(result)


def _plain(config: DictConfig, throw_on_missing: bool = False) -> dict[str, Any]:
    from omegaconf import OmegaConf

    values = OmegaConf.to_container(config, resolve=False, throw_on_missing=throw_on_missing)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def _find_sections(settings: Sequence[Override]) -> dict[str, set[str] | None]:
    """The sections that are set, each with the names set in it; None for the whole section.

    Where something is removed it is the whole, since what is added afterwards stands last.
    """
    concerned: dict[str, set[str] | None] = {}
    for each in settings:
        name, _, rest = each.key_or_group.partition(".")
        below = concerned.setdefault(name, set())
        if not rest or each.is_delete():
            concerned[name] = None
        elif below is not None:
            below.add(rest.split(".")[0])
    return concerned


def _is_open(value: Any) -> bool:
    """Whether something in these values refers to others, or has yet to be given."""
    if isinstance(value, dict):
        return any(map(_is_open, value.values()))
    if isinstance(value, list):
        return any(map(_is_open, value))
    return isinstance(value, str) and ("${" in value or value == "???")


@contextmanager
def _hydra(shipped: Path) -> Iterator[None]:
    """Hydra initialised on the shipped configs, without resolvers; afterwards the process is as it was.

    OmegaConf offers no way to run without resolvers and to bring back those of a host program: hence its
    private table is exchanged, for the length of one composition and under the lock; likewise its reader of
    YAML, which takes ten times as long as libyaml's.
    """
    from hydra import initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from hydra.core.singleton import Singleton
    from hydra.core.utils import JobRuntime
    from hydra.version import VersionBase
    from omegaconf import _utils
    from omegaconf.basecontainer import BaseContainer

    with _LOCK:
        instances = Singleton._instances
        theirs = {kind: instances.pop(kind, None) for kind in (GlobalHydra, JobRuntime, VersionBase)}
        resolvers = BaseContainer._resolvers
        BaseContainer._resolvers = {}
        loader, quick = _utils.get_yaml_loader, _quick_loader()
        try:
            with initialize_config_dir(str(shipped), job_name="hudna", version_base="1.3"):
                BaseContainer._resolvers.clear()
                _utils.get_yaml_loader = lambda: quick
                yield
        finally:
            _utils.get_yaml_loader = loader
            BaseContainer._resolvers = resolvers
            for kind, instance in theirs.items():
                instances.pop(kind, None)
                if instance is not None:
                    instances[kind] = instance


@cache
def _quick_loader() -> type:
    """OmegaConf's YAML loader on top of libyaml where there is one. Duplicate keys were refused before."""
    import yaml
    from omegaconf._utils import get_yaml_loader

    ours: type = get_yaml_loader()
    if not hasattr(yaml, "CSafeLoader"):
        return ours
    members = {name: getattr(ours, name) for name in ("yaml_constructors", "yaml_implicit_resolvers")}
    return type("QuickLoader", (yaml.CSafeLoader,), members)


def _complaint(error: Exception, rules: Rules) -> str:
    """One line for what Hydra says in many."""
    text = str(error) or str(error.__cause__ or type(error).__name__)
    where = re.match(r"In '([^']+)': ", text)
    file = f"{where.group(1)}.yaml: " if where else ""
    if missing := getattr(error, "missing_cfg_file", None):
        group, _, option = str(missing).rpartition("/")
        known = rules.options.get(group, set())
        return f"{file}there is no config {missing!r}; {closest(option, known)}"
    if found := re.match(r"(?:In '[^']+': )?Could not (?:override|delete) '(?:\+?)([\w./@-]+)'", text):
        return f"{file}{rules.not_there(found.group(1))}"
    if found := re.match(r"Could not delete from config\. '([\w./-]+)'", text):
        return rules.not_there(found.group(1))
    if found := re.match(r"Multiple values for ([\w./@-]+)\.|([\w./@-]+) appears more than once", text):
        group = found.group(1) or found.group(2)
        return f"{file}{group} is chosen twice; in a defaults list write `override /{group}: OPTION`"
    lines = [line.strip() for line in text[where.end() if where else 0 :].splitlines() if line.strip()]
    key = next((line.split()[-1] + ": " for line in lines if line.startswith("full_key:")), "")
    told = [line for line in lines if "raised while composing" not in line and "full_key:" not in line]
    return f"{file}{key}{told[0] if told else 'cannot be merged'}"
