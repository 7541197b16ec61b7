"""What users ask for, made a scenario or the request of a study."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.city.config import refuse_idle
from sim.compose.grammar import parse
from sim.compose.merge import merge
from sim.config import files as config_files
from sim.config.complaints import scenario_from
from sim.config.document import Document, placing, read_document
from sim.config.overrides import Asked, Rules, admit, names_group, shorten
from sim.config.sweeps import Number, Request, Sweep, check_values, exact_range, matching
from sim.config.values import leaf_keys, name_removed, settle
from sim.errors import InputError, closest
from sim.schema_tree import bare, find, nearest

if TYPE_CHECKING:
    from pydantic import BaseModel

    from sim.scenario import Scenario

TOWN = "town"
QUESTION = "question="


def compose_scenario(overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> Scenario:
    """The scenario made of the shipped configs, the user's groups in `config_dir`, and overrides.

    Overrides have Hydra's grammar: `scenario=small_town`, `events.kidnapping.at=[12,40]`, `~factions.x`.
    Raises InputError with one line a problem. Neither the current directory nor the environment matters.
    """
    composer = Composer(config_dir)
    with placing(composer.documents, overrides):
        scenario = scenario_from(settle(composer.values(overrides), composer.rules.model))
    refuse_idle(scenario.city, composer.keys_set(overrides))
    return scenario


def compose_yaml(overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> str:
    """The composed scenario as YAML. Saved as `scenario/NAME.yaml` it composes to the same scenario.

    Raises InputError as compose_scenario does.
    """
    scenario = compose_scenario(overrides, config_dir)
    from omegaconf import OmegaConf

    values = scenario.model_dump(mode="json")
    name_removed(values, type(scenario)().model_dump(mode="json"))
    text: str = OmegaConf.to_yaml(OmegaConf.create(values))
    return f"# @package _global_\n{text}"


def catalogue(group: str, config_dir: str | Path | None = None) -> list[str]:
    """Options of a config group such as "scenario", sorted.

    Raises InputError for a group that is not there, or an unreadable config_dir.
    """
    folders, _ = _check_folders(config_dir)
    found = config_files.groups(*folders)
    if group not in found:
        raise InputError(f"{group}: no such config group; {closest(group, found)}")
    return sorted(found[group])


def _check_folders(config_dir: str | Path | None) -> tuple[list[Path], list[Document]]:
    """The shipped folder and the user's, with the user's files once they are checked."""
    shipped = config_files.shipped_folder()
    if config_dir is None:
        return [shipped], []
    own = config_files.user_folder(config_dir)
    return [shipped, own], config_files.check_user_folder(own, shipped)


class Composer:
    """The configs, found and checked once, for one composition or for all of a study.

    Raises InputError for a `config_dir` that is not there or holds a bad file.
    """

    def __init__(self, config_dir: str | Path | None = None) -> None:
        from sim.scenario import Scenario

        self.folders, self.documents = _check_folders(config_dir)
        self.groups = config_files.groups(*self.folders)
        options = {
            name: group for name, group in self.groups.items() if name not in config_files.STUDY_GROUPS
        }
        self.rules = Rules(Scenario, options, _listed_groups(self.folders[0]))

    def values(self, overrides: Sequence[str], choices: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Plain values of the composed config, references still in place. Raises InputError.

        `choices`: config group -> option, besides the overrides.
        """
        asked = [*parse(overrides)]
        for group, option in (choices or {}).items():
            asked.append(
                Asked(f"{group}={option}", group, None, option, removes=False, adds=False, sweeps=False)
            )
        towns = [each for each in asked if each.key == TOWN and (each.sweeps or each.value is not None)]
        if towns:
            asked = self._with_town(towns, [each for each in asked if each.key != TOWN])
        admitted = [admit(each, self.rules) for each in asked]
        values = merge(self.folders, "config", admitted, self.rules, self.groups)
        if any(isinstance(each, str | dict) for each in _find_schedules(values)):
            from sim.towns.schedule import place_schedules

            return place_schedules(values)
        return values

    def _with_town(self, towns: list[Asked], others: list[Asked]) -> list[Asked]:
        """Groups are chosen first, then come the town's values, then the user's own."""
        if len(towns) > 1:
            raise InputError(f"{shorten(towns[1].line)}: a town is chosen already; one run has one town")
        if towns[0].sweeps or not isinstance(towns[0].value, str):
            raise InputError(
                f"{shorten(towns[0].line)}: one town at a time, the folder or the name of one; "
                "`hudna show towns` lists those that are shipped"
            )
        chosen = [each for each in others if not each.sweeps and names_group(each, self.rules)]
        given = [each for each in others if each not in chosen]
        there = self.rules.entries("factions")
        if chosen:  # an option may bring factions of its own
            admitted = [admit(each, self.rules) for each in chosen]
            merged = merge(self.folders, "config", admitted, self.rules, self.groups)
            there = [name for name, group in merged["factions"].items() if group]
        from sim.towns.folder import read_town
        from sim.towns.settings import derive, override_lines

        town = read_town(towns[0].value)
        with placing([town.document]):
            values = derive(town).values
            lines = override_lines(values, there)
            of_town = [*parse(lines)]
            for each in of_town:
                admit(each, self.rules)
        return [*chosen, *of_town, *given]

    def split(self, overrides: Sequence[str], study: type[BaseModel]) -> Request:
        """Tell apart what the study is told, what every run has in common, and what is swept.

        `study`: the class of a study's own settings. A key that comes twice counts as it came last. Raises
        InputError.
        """
        fixed: dict[str, str] = {}
        sweeps: dict[str, Sweep] = {}
        told: dict[str, Any] = {}
        plain = [line for line in overrides if line.startswith(QUESTION)]
        for line in plain:  # plain words: commas and brackets in them are no grammar
            told["question"] = _unquote(line.removeprefix(QUESTION))
        for asked in parse([line for line in overrides if line not in plain]):
            top = re.split(r"[./]", asked.key)[0]
            if top in study.model_fields and asked.package is None:
                told[asked.key] = _study_value(asked, study)
            elif asked.sweeps and asked.key == TOWN:
                raise InputError(f"{shorten(asked.line)}: a study has one town; run one study for each")
            elif asked.sweeps:
                sweeps[asked.key] = self._expand(asked)
                fixed.pop(asked.key, None)
            else:
                admit(asked, self.rules)
                fixed[asked.key] = asked.line
                sweeps.pop(asked.key, None)
        return Request(fixed, sweeps, told)

    def keys_set(self, overrides: Sequence[str]) -> list[str]:
        """The dotted keys that overrides set, those inside a section one by one (see `leaf_keys`)."""
        values = ((asked.key, None if asked.removes else asked.value) for asked in parse(overrides))
        return [key for name, value in values for key in leaf_keys(name, value)]

    def factor(self, key: str, given: Any) -> Sweep:
        """A factor of a study file: a list of values, or text in the grammar of sweeps. Raises InputError."""
        if key == TOWN:
            raise InputError("factors.town: a study has one town, named in base; run one study for each")
        if isinstance(given, str):
            (asked,) = parse([f"{key}={given}"])
            if asked.sweeps:
                return self._expand(asked)
            given = [asked.value]
        if not isinstance(given, list):
            raise InputError(f'factors.{key}: give a list of values, or text such as "range(0,1,0.1)"')
        line = f"{key}={given}"
        return self._sweep(Asked(line, key, None, None, removes=False, adds=False, sweeps=True), given)

    def engine(self, name: str, study: type[BaseModel]) -> dict[str, Any]:
        """Values of an engine config, shipped or the user's own; `study` as in `split`. Raises InputError."""
        rules = Rules(study, {"engine": self.groups.get("engine", set())}, frozenset({"engine"}))
        if name not in rules.options["engine"]:
            hint = closest(name, rules.options["engine"])
            raise InputError(f"engine={name[:60]}: no such engine; {hint}")
        values = settle(merge(self.folders, "study", [f"engine='{name}'"], rules, self.groups), study)
        engine: dict[str, Any] = values["engine"]
        return engine

    def _expand(self, asked: Asked) -> Sweep:
        """The values that a parsed sweep stands for."""
        from hydra.core.override_parser.types import ChoiceSweep, Glob, IntervalSweep, Override, RangeSweep

        sweep = asked.sweep
        if getattr(sweep, "shuffle", False):
            raise InputError(f"{shorten(asked.line)}: the order of points is fixed; leave shuffle out")
        if isinstance(sweep, Glob):
            known = self.rules.options.get(asked.key)
            if known is None:
                raise InputError(f"{shorten(asked.line)}: glob chooses among the files of a config group")
            return self._sweep(asked, matching(known, sweep.include, sweep.exclude))
        if isinstance(sweep, RangeSweep):
            start, stop, step = (_number(number) for number in (sweep.start, sweep.stop, sweep.step))
            return self._sweep(asked, exact_range(start, stop, step, asked.line))
        if isinstance(sweep, IntervalSweep):
            return self._interval(asked, sweep.start, sweep.end, sweep.tags)
        if not isinstance(sweep, ChoiceSweep):
            raise InputError(f"{shorten(asked.line)}: not a sweep that is known here")
        return self._sweep(asked, [Override._convert_value(value) for value in sweep.list])

    def _sweep(self, asked: Asked, values: Sequence[Any]) -> Sweep:
        if asked.removes or asked.package is not None:
            raise InputError(f"{shorten(asked.line)}: a factor is a plain key, without ~ and @")
        is_group = False
        for value in values:
            one = Asked(
                f"{asked.key}=...", asked.key, None, value, removes=False, adds=asked.adds, sweeps=False
            )
            admit(one, self.rules)
            is_group = names_group(one, self.rules)
        place = find(self.rules.model, asked.key)
        if place is not None and bare(place.annotation) is float:
            values = [float(value) if type(value) is int else value for value in values]
        made = Sweep(asked.key, tuple(values), is_group=is_group, adds=asked.adds)
        check_values(made, asked.line)
        return made

    def _interval(self, asked: Asked, start: Any, end: Any, tags: set[str]) -> Sweep:
        place = find(self.rules.model, asked.key)
        if place is None:
            raise InputError(self.rules.unknown(asked.key))
        low, high = float(start), float(end)
        if bare(place.annotation) not in (int, float):
            raise InputError(f"{shorten(asked.line)}: an interval is for numbers; list the values instead")
        if not low < high < float("inf") or not low > -float("inf"):
            raise InputError(
                f"{shorten(asked.line)}: interval(low,high) takes finite numbers, low below high"
            )
        if tags - {"log"} or ("log" in tags and low <= 0):
            raise InputError(
                f"{shorten(asked.line)}: tag(log, interval(low,high)) with low above 0 is known alone"
            )
        whole = bare(place.annotation) is int
        return Sweep(asked.key, (), (low, high), is_log="log" in tags, is_whole=whole, adds=asked.adds)


def _unquote(words: str) -> str:
    """Plain words without the quotes around them, if there are any."""
    words = words.strip()
    is_quoted = len(words) > 1 and words[0] == words[-1] and words[0] in "'\""
    return words[1:-1] if is_quoted else words


def _number(value: Any) -> Number:
    """A number as the parser gives it: floats as such, for they are expanded from their decimals."""
    return value if isinstance(value, int) else float(value)


def _find_schedules(values: Mapping[str, Any]) -> Iterator[Any]:
    """What stands at every events.KIND.at: entries of lists, or the name of a file."""
    events = values.get("events")
    for kind in events.values() if isinstance(events, dict) else ():
        at = kind.get("at") if isinstance(kind, dict) else None
        yield from at if isinstance(at, list) else [at]


def _study_value(asked: Asked, study: type[BaseModel]) -> Any:
    """The value of a study's own key. Raises InputError for an unknown one, or several values."""
    if asked.sweeps:
        raise InputError(
            f"{shorten(asked.line)}: a study has one value of {asked.key}; only the scenario is swept"
        )
    if find(study, asked.key) is None:
        raise InputError(f"{asked.key}: no such key; {nearest(study, asked.key, study())}")
    if asked.removes or asked.key.split(".")[0] in ("base", "factors"):
        raise InputError(f"{shorten(asked.line)}: on the command line, write the overrides themselves")
    return asked.value


def _listed_groups(shipped: Path) -> frozenset[str]:
    """Groups in the defaults list of the primary config: they can be chosen without a plus."""
    primary = read_document(shipped / "config.yaml").values
    return frozenset(group for entry in primary["defaults"] if isinstance(entry, dict) for group in entry)
