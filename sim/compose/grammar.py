"""Overrides as Hydra's grammar reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.config.overrides import Asked, grammar_complaint
from sim.errors import InputError

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override


def parse(overrides: Sequence[str]) -> Iterator[Asked]:
    """Each override as parsed. Raises InputError in plain words where it cannot be read."""
    if not overrides:
        return
    from hydra.core.override_parser.types import OverrideType
    from hydra.errors import HydraException

    for line in overrides:
        complaint = grammar_complaint(line)
        if complaint:
            raise InputError(complaint)
        try:
            parsed = parse_line(line)
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
            sweep=parsed.value() if parsed.is_sweep_override() else None,
        )


@lru_cache(maxsize=512)
def parse_line(line: str) -> Override:
    """One override as Hydra's parser gives it; each call of its `value` makes new values.

    Raises what Hydra raises.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser

    return OverridesParser.create().parse_override(line)
