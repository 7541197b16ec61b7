"""From configs and overrides to one frozen, validated scenario: the only module that knows Hydra.

Hydra (with OmegaConf) reads and merges; it is trusted with nothing else. Overrides are checked against the
schema first, the user's files by `sim.config.files`; references are resolved without OmegaConf's resolvers;
pydantic has the last word. Hydra's global state is put back as it was found.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config import files as config_files
from sim.config.complaints import scenario_from
from sim.config.overrides import Asked, Rules, admit, grammar_complaint
from sim.config.references import resolve
from sim.errors import InputError, closest
from sim.schema_tree import Form, bare, entry_type, find, form

if TYPE_CHECKING:
    from sim.scenario import Scenario

_LOCK = threading.RLock()  # Hydra keeps global state


def compose_scenario(overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> Scenario:
    """The scenario made of the shipped configs, the user's groups in `config_dir`, and overrides.

    Overrides have Hydra's grammar: `scenario=small_town`, `events.kidnapping.at=[12,40]`, `~factions.x`.
    Raises InputError with one line a problem. Neither the current directory nor the environment matters.
    """
    return scenario_from(_composed(overrides, config_dir))


def compose_yaml(overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> str:
    """The composed scenario as YAML. Saved as `scenario/NAME.yaml` it composes to the same scenario.

    Raises InputError as compose_scenario does.
    """
    scenario = compose_scenario(overrides, config_dir)
    from omegaconf import OmegaConf

    values = scenario.model_dump(mode="json")
    _name_removed(values, type(scenario)().model_dump(mode="json"))
    text: str = OmegaConf.to_yaml(OmegaConf.create(values))
    return f"# @package _global_\n{text}"


def catalogue(group: str, config_dir: str | Path | None = None) -> list[str]:
    """Options of a config group such as "scenario", sorted.

    Raises InputError for a group that is not there, or an unreadable config_dir.
    """
    found = config_files.groups(*_folders(config_dir))
    if group not in found:
        raise InputError(f"{group}: no such config group; {closest(group, found)}")
    return sorted(found[group])


def _folders(config_dir: str | Path | None) -> list[Path]:
    """The shipped folder and, once checked, the user's."""
    shipped = config_files.shipped_folder()
    if config_dir is None:
        return [shipped]
    own = config_files.user_folder(config_dir)
    config_files.check_user_folder(own, shipped)
    return [shipped, own]


def _composed(overrides: Sequence[str], config_dir: str | Path | None) -> dict[str, Any]:
    """Plain values of the composed config: references resolved, removed entries gone, not yet validated."""
    from sim.scenario import Scenario

    folders = _folders(config_dir)
    rules = Rules(Scenario, config_files.groups(*folders), _listed_groups(folders[0]))
    admitted = [admit(asked, rules) for asked in _parsed(overrides)]
    values = resolve(_merged(folders, admitted, rules))
    _refuse_runnable(values, "")
    _drop_removed(values, Scenario)
    return values


def _listed_groups(shipped: Path) -> frozenset[str]:
    """Groups in the defaults list of the primary config: they can be chosen without a plus."""
    import yaml

    primary = yaml.safe_load((shipped / "config.yaml").read_text(encoding="utf-8"))
    return frozenset(group for entry in primary["defaults"] if isinstance(entry, dict) for group in entry)


def _parsed(overrides: Sequence[str]) -> Iterator[Asked]:
    """Overrides as Hydra's grammar reads them. Raises InputError in plain words where it cannot."""
    if not overrides:
        return
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import OverrideType
    from hydra.errors import HydraException

    parser = OverridesParser.create()
    for line in overrides:
        complaint = grammar_complaint(line)
        if complaint:
            raise InputError(complaint)
        try:
            parsed = parser.parse_override(line)
            value = None if parsed.is_sweep_override() else parsed.value()
        except (HydraException, RecursionError, AssertionError, ValueError) as error:
            raise InputError(grammar_complaint(line, str(error))) from None
        yield Asked(
            line,
            parsed.key_or_group,
            parsed.package,
            value,
            removes=parsed.type is OverrideType.DEL,
            adds=parsed.type in (OverrideType.ADD, OverrideType.FORCE_ADD),
            sweeps=parsed.is_sweep_override(),
        )


def _merged(folders: Sequence[Path], admitted: Sequence[str], rules: Rules) -> dict[str, Any]:
    """What Hydra makes of the files and the overrides, with references still in place."""
    import yaml
    from hydra import compose
    from hydra.core.override_parser.types import Quote, QuotedString
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    own = [QuotedString(f"file://{folder}", Quote.single).with_quotes() for folder in folders[1:]]
    search = [f"hydra.searchpath=[{','.join(own)}]"] if own else []
    try:
        with _hydra(folders[0]):
            config = compose("config", overrides=[*admitted, *search])
            values = OmegaConf.to_container(config, resolve=False, throw_on_missing=True)
    except yaml.YAMLError as error:
        file = getattr(getattr(error, "problem_mark", None), "name", "a config file")
        raise InputError(config_files.yaml_complaint(error, file)) from None
    except (HydraException, OmegaConfBaseException, ValueError, TypeError, AssertionError) as error:
        raise InputError(_complaint(error, rules)) from None
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


@contextmanager
def _hydra(shipped: Path) -> Iterator[None]:
    """Hydra initialised on the shipped configs, without resolvers; afterwards the process is as it was.

    OmegaConf offers no way to run without resolvers and to bring back those of a host program: hence its
    private table is exchanged, for the length of one composition and under the lock.
    """
    from hydra import initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from hydra.core.singleton import Singleton
    from hydra.core.utils import JobRuntime
    from hydra.version import VersionBase
    from omegaconf.basecontainer import BaseContainer

    with _LOCK:
        instances = Singleton._instances
        theirs = {kind: instances.pop(kind, None) for kind in (GlobalHydra, JobRuntime, VersionBase)}
        resolvers = BaseContainer._resolvers
        BaseContainer._resolvers = {}
        try:
            with initialize_config_dir(str(shipped), job_name="hudna", version_base="1.3"):
                BaseContainer._resolvers.clear()
                yield
        finally:
            BaseContainer._resolvers = resolvers
            for kind, instance in theirs.items():
                instances.pop(kind, None)
                if instance is not None:
                    instances[kind] = instance


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


def _refuse_runnable(value: Any, at: str) -> None:
    if isinstance(value, dict):
        for key, entry in value.items():
            if key in config_files.RUNNABLE:
                raise InputError(f"{at or 'top level'}: {config_files.runnable_complaint(str(key))}")
            _refuse_runnable(entry, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            _refuse_runnable(entry, f"{at}[{index}]")


def _drop_removed(values: dict[str, Any], model: Any) -> None:
    """An entry of a mapping (a faction, say) that is null is removed: YAML has no other word for it."""
    for key, value in list(values.items()):
        place = find(model, key)
        if place is None or not isinstance(value, dict):
            continue
        _drop_in(value, place.annotation)


def _drop_in(value: dict[str, Any], annotation: Any) -> None:
    kind = form(annotation)
    if kind is Form.MAPPING:
        for name in [name for name, entry in value.items() if entry is None]:
            del value[name]
    for name, entry in value.items():
        if isinstance(entry, dict):
            if kind is Form.MAPPING:
                _drop_in(entry, entry_type(annotation))
            elif kind is Form.SECTION and (field := bare(annotation).model_fields.get(name)):
                _drop_in(entry, field.annotation)


def _name_removed(values: dict[str, Any], defaults: Mapping[str, Any]) -> None:
    """Write null for default entries that this scenario lacks, so that the YAML removes them again."""
    for name, default in defaults.items():
        if name not in values:
            values[name] = None
        elif isinstance(default, dict) and isinstance(values[name], dict):
            _name_removed(values[name], default)
