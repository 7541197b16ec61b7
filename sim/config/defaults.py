"""Defaults lists of the user's configs: which other configs a file is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sim.config.document import Document
from sim.errors import InputError

_GROUP = re.compile(r"((optional|override) )*/?[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(@[A-Za-z0-9_.:-]*)?")
_OPTION = re.compile(r"/?[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\.yaml)?(@[A-Za-z0-9_.:-]*)?")


def check_defaults(document: Document) -> None:
    """Raise InputError for a bad defaults list, one that leads out of the configs, and for the key hydra."""
    if "hydra" in document.values:
        raise InputError(document.place("hydra: a config cannot change Hydra itself; remove this key"))
    given = document.values.get("defaults", [])
    if not isinstance(given, list):
        raise InputError(document.place("defaults: defaults is a list, e.g. `defaults: [default]`"))
    for index, entry in enumerate(given):
        if not _is_entry(entry):
            raise InputError(
                document.place(
                    f"defaults[{index}]: an entry of a defaults list is an option of this group (`default`) "
                    "or a group and its option (`override /events: quiet`), no path and no reference"
                )
            )


def refuse_circles(documents: Mapping[str, Document]) -> None:
    """Raise InputError if a config (named GROUP/OPTION) is made of itself by way of others."""
    finished: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " -> ".join([*above[above.index(name) :], name])
            raise InputError(
                documents[name].place(f"defaults: go in a circle, {circle}; leave one of them out")
            )
        if name in finished or name not in documents:
            return
        for other in _name_configs(documents[name], name):
            visit(other, (*above, name))
        finished.add(name)

    for name in documents:
        visit(name, ())


def _name_configs(document: Document, name: str) -> Iterator[str]:
    """GROUP/OPTION of every config that a defaults list takes in; what it overrides is taken in elsewhere."""
    group = PurePosixPath(name).parent
    for entry in document.values.get("defaults", []):
        if isinstance(entry, str):
            yield _path(group, entry)
        elif isinstance(entry, dict):
            for key, chosen in entry.items():
                if not key.startswith("override "):
                    below = _path(group, key.removeprefix("optional "))
                    yield from (
                        f"{below}/{option}" for option in (chosen if isinstance(chosen, list) else [chosen])
                    )


def _path(group: PurePosixPath, entry: str) -> str:
    plain = entry.partition("@")[0].removesuffix(".yaml")
    return plain[1:] if plain.startswith("/") else (group / plain).as_posix()


def _is_entry(entry: Any) -> bool:
    if isinstance(entry, str):
        return _is_option(entry)
    if not isinstance(entry, dict) or len(entry) != 1:
        return False
    group, chosen = next(iter(entry.items()))
    return (
        _GROUP.fullmatch(group) is not None
        and re.search(r"(^|[ /@])hydra\b", group) is None
        and all(
            option is None or (isinstance(option, str) and _is_option(option))
            for option in (chosen if isinstance(chosen, list) else [chosen])
        )
    )


def _is_option(text: str) -> bool:
    return _OPTION.fullmatch(text) is not None and not re.search(r"(^|[/@])hydra\b", text)
