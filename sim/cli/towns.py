"""What commands print of the town that they take."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

KEY = "town="


def announce_town(overrides: Sequence[str] | None) -> None:
    """Print once, on the error stream, what is assumed of the town among the overrides. InputError."""
    named = [line.removeprefix(KEY) for line in overrides or () if line.startswith(KEY)]
    if len(named) == 1:
        announce(named[0].strip("'\""))


def announce(town: Any) -> None:
    """The same for the town of a composed scenario, if it has one."""
    if not isinstance(town, str) or town == "null":
        return
    from sim.towns.facts import assumption_lines
    from sim.towns.folder import read_town

    for line in assumption_lines(read_town(town)):
        print(f"hudna: {line}", file=sys.stderr)
