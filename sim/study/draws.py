"""Parameters that differ from run to run: drawn from priors, or a row of a sample, the same at every point.

So a study with `uncertainty: posterior` carries the uncertainty of the parameters beside that of luck, and
one with `uncertainty: local_truce` has a population of truces. What is drawn depends only on the seed of the
design and the number of the run. A file of configs/uncertainty/ holds priors, or a sample, or both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from sim.config.complaints import section_from
from sim.config.document import Document, read_document
from sim.core.luck import name_key
from sim.errors import InputError, closest
from sim.schema import Section, text
from sim.study.priors import Prior, check_whole, takes_whole_numbers
from sim.towns.folder import find_town

GROUP = "uncertainty"
TOWN = "town"  # the uncertainty of the town's folder
TELLS: dict[str, Any] = {"unit": "", "source": ""}
_NAME = re.compile(r"\w[\w.-]*")


class Uncertainty(Section):
    """What a file of configs/uncertainty/ holds."""

    says: str = text("", "what it stands for, in one line")
    priors: dict[str, Prior] = Field(
        default_factory=dict, description="key -> prior, drawn independently", json_schema_extra=TELLS
    )
    keys: tuple[str, ...] = Field(
        default=(), strict=False, description="keys of the sample's columns", json_schema_extra=TELLS
    )
    sample: tuple[tuple[float, ...], ...] = Field(
        default=(), strict=False, description="rows of values", json_schema_extra=TELLS
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.keys) != bool(self.sample) or any(len(row) != len(self.keys) for row in self.sample):
            raise ValueError("keys and sample: each row of the sample takes a value for each of the keys")
        every = [*self.priors, *self.keys]
        twice = sorted(key for key in set(every) if every.count(key) > 1)
        if twice:
            raise ValueError(
                f"{twice[0]} stands twice among priors and keys; it can be drawn in one way only"
            )
        return self

    def without(self, given: Collection[str]) -> Uncertainty | None:
        """The same without some keys (all keys below one that ends in a dot); None if nothing is left."""
        above = tuple(key for key in given if key.endswith("."))

        def is_drawn(key: str) -> bool:
            return key not in given and not key.startswith(above)

        columns = [k for k, key in enumerate(self.keys) if is_drawn(key)]
        left = Uncertainty(
            says=self.says,
            priors={key: prior for key, prior in self.priors.items() if is_drawn(key)},
            keys=tuple(self.keys[k] for k in columns),
            sample=tuple(tuple(row[k] for k in columns) for row in self.sample) if columns else (),
        )
        return left if left.keys or left.priors else None


class Draws:
    """The settings of each run that come from uncertainty: (seed, run) -> key -> value.

    `parts`: file name -> its content, no key twice; `whole`: the keys that take whole numbers.
    """

    def __init__(self, parts: Mapping[str, Uncertainty], seed: int, whole: frozenset[str]) -> None:
        self.parts, self.seed, self._whole = dict(parts), seed, whole

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that are drawn."""
        return tuple(key for part in self.parts.values() for key in (*part.priors, *part.keys))

    def settings(self, run: int) -> dict[str, Any]:
        """Key -> value for a run: a row of each sample in turn, and a draw from each prior."""
        drawn: dict[str, Any] = {}
        for part in self.parts.values():
            if part.sample:
                row = part.sample[run % len(part.sample)]
                drawn |= zip(part.keys, row, strict=True)
            for key, prior in part.priors.items():  # each key has its own luck
                u = np.random.default_rng([self.seed, name_key(key), run]).random()
                drawn[key] = prior.whole_at(u) if key in self._whole else prior.at(u)
        return {key: round(value) if key in self._whole else value for key, value in drawn.items()}

    def edges(self) -> list[dict[str, Any]]:
        """Settings that show whether all draws give valid scenarios: each key at its least and greatest."""
        ends = []
        for side in (0.0, 1.0):
            row = {key: prior.at(side) for part in self.parts.values() for key, prior in part.priors.items()}
            for part in self.parts.values():
                pick = min if side == 0 else max
                row |= {key: pick(line[k] for line in part.sample) for k, key in enumerate(part.keys)}
            ends.append({key: round(value) if key in self._whole else value for key, value in row.items()})
        return ends

    @property
    def content(self) -> dict[str, Any]:
        """As plain values, for the plan."""
        return {name: part.model_dump(mode="json") for name, part in self.parts.items()}


def draws_of(content: Mapping[str, Any], seed: int, given: Collection[str] = ()) -> Draws | None:
    """The draws of files of uncertainty (name -> plain values); None if there are none.

    Keys that are `given` are not drawn. Raises InputError for an empty file, a key drawn twice, or one that
    cannot be drawn.
    """
    if not content:
        return None
    parts: dict[str, Uncertainty] = {}
    whole = set()
    for name, values in content.items():
        try:
            part = section_from(values, Uncertainty, name)
        except InputError as error:
            raise InputError(
                "\n".join(f"{GROUP} {name}: {line}" for line in str(error).splitlines())
            ) from None
        if not part.keys and not part.priors:
            raise InputError(f"{GROUP} {name}: is empty; give priors, or keys with a sample")
        for key in (*part.priors, *part.keys):
            is_whole = takes_whole_numbers(key, f"{GROUP} {name}")
            if any(key in (*other.priors, *other.keys) for other in parts.values()):
                raise InputError(
                    f"{GROUP}: {key} is drawn by {name} and by another file; leave one of them out"
                )
            if is_whole:
                whole.add(key)
                _check_whole(key, part, f"{GROUP} {name}")
        if left := part.without(given):
            parts[name] = left
    if not parts:
        return None
    return Draws(parts, seed, frozenset(whole))


def _check_whole(key: str, part: Uncertainty, where: str) -> None:
    if key in part.priors:
        check_whole(key, part.priors[key], where)
        return
    k = part.keys.index(key)
    broken = next((row[k] for row in part.sample if row[k] != round(row[k])), None)
    if broken is not None:
        raise InputError(f"{where}: {key} = {broken:g} in the sample; it takes whole numbers")


def read_uncertainty(
    names: Sequence[str], folders: Sequence[Path], town: str | None = None
) -> dict[str, Document]:
    """Name -> the file uncertainty/NAME.yaml, from the last of the folders that has it.

    The name "town" stands for the file in the folder of `town`. Raises InputError.
    """
    found = {}
    for name in names:
        if not _NAME.fullmatch(name):
            raise InputError(f"{GROUP}={name[:60]}: give names of files in {GROUP}/, without path and ending")
        if names.count(name) > 1:
            raise InputError(f"{GROUP}: {name} is named twice; once is enough")
        file = _file_of_town(town) if name == TOWN else _file_of(name, folders)
        found[name] = read_document(file, f"{GROUP} {name}")
    return found


def _file_of(name: str, folders: Sequence[Path]) -> Path:
    files = [folder / GROUP / f"{name}.yaml" for folder in folders]
    there = [file for file in files if file.is_file()]
    if not there:
        known = sorted({file.stem for folder in folders for file in (folder / GROUP).glob("*.yaml")})
        raise InputError(f"{GROUP}={name[:60]}: there is no such file; {closest(name, known)}")
    return there[-1]


def _file_of_town(town: str | None) -> Path:
    if town is None:
        raise InputError(f"{GROUP}={TOWN}: means the {GROUP}.yaml of a town; add town=DIR")
    file = find_town(town) / f"{GROUP}.yaml"
    if not file.is_file():
        raise InputError(f"{GROUP}={TOWN}: {file} is not there; `hudna calibrate` of the town writes it")
    return file
