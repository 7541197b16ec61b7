"""One side of the page: what the user set on it, checked, and the same as overrides, command and YAML."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.compose import compose_scenario, compose_yaml
from sim.config.complaints import scenario_from
from sim.config.sweeps import canonical
from sim.config.values import with_settings
from sim.errors import InputError
from sim.scenario import Scenario
from sim.schema_tree import Form, find, nearest

MOST_VALUES = 2000
_KEY = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")


class GivenUp(Exception):  # noqa: N818 (nothing went wrong: a newer setting took its place)
    """The history of a side is not wanted any more."""


@dataclass(frozen=True)
class Side:
    """What one history is made of: overrides it starts from, values set on the page, events taken out.

    `base` is as on the command line, `values` maps dotted keys to plain values, `without` holds ids of events
    (as in the event log) that never strike.
    """

    base: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[int, ...] = ()
    config_dir: Path | None = None

    @classmethod
    def read(cls, given: Any, config_dir: Path | None = None) -> Side:
        """What the page sent, as a side. Raises InputError for what is none."""
        if not isinstance(given, dict):
            raise InputError("the page sent no settings; reload it")
        base, values, without = (given.get(name) or empty for name, empty in _PARTS)
        if not isinstance(base, list) or not all(isinstance(line, str) for line in base):
            raise InputError("the page sent no list of overrides; reload it")
        if not isinstance(values, dict) or len(values) > MOST_VALUES:
            raise InputError("the page sent no values; reload it")
        try:
            ids = tuple(int(each) for each in without)
        except (TypeError, ValueError):
            raise InputError("the page sent ids of events that are not numbers; reload it") from None
        return cls(tuple(base), {str(key): value for key, value in values.items()}, ids, config_dir)

    @property
    def digest(self) -> str:
        """A text that is the same for the same history, within one folder of configs."""
        return canonical([list(self.base), dict(self.values), list(self.without)])

    def scenario(self) -> Scenario:
        """The validated scenario; events that are taken out (`without`) are no part of it.

        Raises InputError with one line a problem, each beginning with its key.
        """
        start = start_of(self.base, self.config_dir)
        for key in self.values:
            place = find(Scenario, key) if _KEY.fullmatch(key) else None
            if place is None:
                raise InputError(f"{key}: no such key; {nearest(Scenario, key, start)}")
            if place.form is not Form.VALUE:
                raise InputError(f"{key}: is a section; set the values in it one by one")
        return scenario_from(with_settings(start.model_dump(mode="json"), self.values))

    def overrides(self) -> list[str]:
        """The overrides that make this scenario: those of the start, then what differs from it.

        No override takes out single events (`without`). Raises InputError.
        """
        start = start_of(self.base, self.config_dir).model_dump(mode="json")
        return [
            *self.base,
            *(f"{key}={write_value(value)}" for key, value in find_changed(start, self.values).items()),
        ]

    def command(self) -> str:
        """The command line that makes this history, with the events that are taken out still in it."""
        return shlex.join(["hudna", "run", *self.overrides(), *config_option(self.config_dir)])

    def yaml(self) -> str:
        """The composed scenario as YAML, which `--config-dir` takes. Raises InputError."""
        return compose_yaml(self.overrides(), self.config_dir)


_PARTS: tuple[tuple[str, Any], ...] = (("base", []), ("values", {}), ("without", []))


@lru_cache(maxsize=32)
def start_of(base: tuple[str, ...], config_dir: Path | None = None) -> Scenario:
    """The scenario that these overrides make; kept, since composing takes longer than a history may.

    Raises InputError.
    """
    return compose_scenario(base, config_dir)


def config_option(config_dir: Path | None) -> list[str]:
    """The option of a command that names the folder of one's own configs; nothing without one."""
    return ["--config-dir", str(config_dir)] if config_dir else []


def find_changed(start: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values (dotted key -> value) that differ from the start, given as nested plain values."""
    found = {}
    for key, value in values.items():
        at: Any = start
        for part in key.split("."):
            at = at.get(part) if isinstance(at, Mapping) else None
        if canonical(at) != canonical(value) and not _same_number(at, value):
            found[key] = value
    return found


def _same_number(one: Any, other: Any) -> bool:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (one, other))
    return numbers and float(one) == float(other)


def write_value(value: Any) -> str:
    """A value as Hydra's grammar reads it."""
    if isinstance(value, str):
        return (
            value if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) else "'" + value.replace("'", "\\'") + "'"
        )
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{write_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(write_value(each) for each in value) + "]"
    return canonical(value)


def complaints(error: InputError) -> list[dict[str, str]]:
    """An error as the page shows it: one entry a line, with the key of the field it belongs to, if any."""
    found = []
    for line in str(error).splitlines():
        match = re.match(rf"(?:[\w ]*: )?({_KEY.pattern})(?: =|:)", line)
        key = match.group(1) if match else ""
        found.append({"key": key if find(Scenario, key or "?") else "", "text": line})
    return found
