"""What differs in the settings of two results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.config.sweeps import canonical

MOST_SHOWN = 12


def flat(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested plain values under dotted keys."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            found |= flat(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = value
    return found


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Dotted key and the two values where they differ; "not there" for a key that is missing."""
    ours, theirs = flat(one), flat(other)
    missing = object()
    found = []
    for key in dict.fromkeys([*ours, *theirs]):
        mine, their = ours.get(key, missing), theirs.get(key, missing)
        if mine != their:
            told = ["not there" if each is missing else _text(each) for each in (mine, their)]
            found.append((key, told[0], told[1]))
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value else canonical(value)


def settings_lines(found: list[tuple[str, str, str]]) -> list[str]:
    """What `differing` found, in lines, a dozen settings at most."""
    if not found:
        return ["Settings: the same."]
    lines = [f"Settings that differ ({len(found)}):"]
    lines += [f"  {key}: {one} / {other}" for key, one, other in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        lines.append(f"  and {len(found) - MOST_SHOWN} more")
    return lines
