"""The parameters behind a result: each with its value, unit, source, and whether it is seen or assumed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from sim.compose import compose_scenario
from sim.config.sweeps import canonical
from sim.errors import InputError
from sim.scenario import Scenario
from sim.schema_tree import leaves


@dataclass(frozen=True)
class Parameter:
    """One value of a scenario, as text. `default` is text where the value differs from it, else empty."""

    key: str
    value: str
    unit: str
    status: str  # seen, assumed, set for this result, or a name
    source: str
    says: str
    default: str = ""


def parameters(scenario: Scenario) -> list[Parameter]:
    """All parameters of a scenario, in the order of the schema."""
    usual = {leaf.key: leaf.value for leaf in leaves(compose_scenario([]))}
    found = []
    for leaf in leaves(scenario):
        default = ""
        if leaf.key not in usual:
            default = "not there"
        elif usual[leaf.key] != leaf.value:
            default = _text(usual[leaf.key])
        status, source = status_of(leaf.source), leaf.source
        if default:  # a source supports the default, not the value that replaced it
            status, source = "set", f"default: {source}" if source else ""
        found.append(Parameter(leaf.key, _text(leaf.value), leaf.unit, status, source, leaf.says, default))
    return found


def status_of(source: str) -> str:
    """What a source is: "assumed", "calibrated", "seen" (anything else), or "name" where there is none."""
    for status in ("assumed", "calibrated"):
        if source.startswith(status):
            return status
    return "seen" if source else "name"


def _text(value: Any) -> str:
    plain = _plain(value)
    return plain if isinstance(plain, str) else canonical(plain)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if hasattr(value, "items"):
        return {str(key): _plain(each) for key, each in value.items()}
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return getattr(value, "value", value)


def run_command(scenario: Scenario) -> str:
    """A command that gives exactly this scenario; empty if overrides alone cannot."""
    start = [f"scenario={scenario.name}"]
    try:
        base = compose_scenario(start)
    except InputError:
        start, base = [], compose_scenario([])
    usual = {leaf.key: leaf.value for leaf in leaves(base)}
    given = [
        f"{leaf.key}={_text(leaf.value)}" for leaf in leaves(scenario) if usual.get(leaf.key) != leaf.value
    ]
    try:
        same = compose_scenario([*start, *given]) == scenario
    except InputError:
        return ""
    return shlex.join(["hudna", "run", *start, *given]) if same else ""
