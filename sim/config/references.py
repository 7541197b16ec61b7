"""Plain references between values of a config, `${section.key}`, resolved without running anything.

OmegaConf would resolve them too, but with functions, with text around them, and without a bound: lists of
references to lists of references grow without end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.config.document import PLAIN_REFERENCE, reference_complaint
from sim.errors import InputError, closest

MAX_VALUES = 200_000

_PART = re.compile(r"[^.\[\]]+")


def resolve(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of nested plain values in which every reference is replaced by what it names.

    Raises InputError for a reference that leads nowhere, goes in a circle, does more than name a value, or
    if the result is endless.
    """
    result = _Resolver(values).at(values, (), ())
    assert isinstance(result, dict)
    return result


class _Resolver:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.n_values = 0

    def at(self, value: Any, path: tuple[str, ...], following: tuple[tuple[str, ...], ...]) -> Any:
        """The value at a path, resolved; `following` are the references that led here."""
        self.n_values += 1
        if self.n_values > MAX_VALUES:
            where = ".".join(path)
            raise InputError(f"{where}: references expand to more than {MAX_VALUES} values; write them out")
        if isinstance(value, Mapping):
            return {str(key): self.at(entry, (*path, str(key)), following) for key, entry in value.items()}
        if isinstance(value, list):
            return [self.at(entry, (*path, str(i)), following) for i, entry in enumerate(value)]
        if isinstance(value, str) and "${" in value:
            return self.follow(value, path, following)
        return value

    def follow(self, text: str, path: tuple[str, ...], following: tuple[tuple[str, ...], ...]) -> Any:
        """What a reference names."""
        where = ".".join(path)
        match = PLAIN_REFERENCE.fullmatch(text)
        if match is None:
            raise InputError(f"{where}: {reference_complaint(text)}")
        dots, name = match.groups()
        target = (*(path[: len(path) - len(dots)] if dots else ()), *_PART.findall(name))
        if len(dots) > len(path):
            raise InputError(f"{where}: {text} leads above the top of the scenario")
        if target in following or target == path[: len(target)]:
            raise InputError(f"{where}: {text} refers to itself")
        return self.at(self.look_up(target, where, text), target, (*following, target))

    def look_up(self, target: tuple[str, ...], where: str, text: str) -> Any:
        """The bare value at a path."""
        value: Any = self.root
        for part in target:
            if isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, Mapping) and part in value:
                value = value[part]
            else:
                hint = closest(part, map(str, value if isinstance(value, Mapping) else ()))
                raise InputError(f"{where}: {text} leads nowhere: no {part!r}; {hint}")
        return value
