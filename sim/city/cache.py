"""Generated cities on disk: one uncompressed .npz a city, named by its content.

The name is a hash of the generator's version and of every setting that decides the city, so a file is never
stale, only superfluous. A damaged or altered file counts as absent, an unwritable folder as no cache at all
(`sim/disk/cache.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp, Role, Sex, Tie
from sim.city.config import CityConfig
from sim.disk.cache import cache_folder, prune
from sim.disk.files import open_aside

GENERATOR_VERSION = 3  # raise it when the generator makes another city from the same settings
MOST_FILES = 20
MOST_RESIDENTS = 2_000_000  # larger cities are not kept: they would fill the disk
DECIDING_FIELDS = frozenset(
    {"seed", "n_residents", "n_quarters", "camps", "clan_share", "household_share", "kinship"}
)
_SMALL = ("seed", "n_quarters", "faction_names", "facts")  # fields that are no arrays


def content_key(config: CityConfig) -> str:
    """SHA-256 (64 hex digits) of what decides a generated city; who serves or defects does not."""
    content = {
        "generator": GENERATOR_VERSION,
        "city": config.model_dump(mode="json", include=set(DECIDING_FIELDS)),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def recall(key: str) -> City | None:
    """The city stored under `key`, or None if it is not there or cannot be read."""
    folder = cache_folder("cities")
    if folder is None:
        return None
    path = folder / f"{key}.npz"
    try:
        with np.load(path, allow_pickle=False) as stored:
            text, sum_there = str(stored["small"]), str(stored["sha256"])
            arrays = {each.name: stored[each.name] for each in fields(City) if each.name not in _SMALL}
        small = json.loads(text)
        city = City(**arrays, **{**small, "faction_names": tuple(small["faction_names"])})
        if sum_there != _checksum(key, text, arrays) or not _fits(city):
            return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, IndexError, zipfile.BadZipFile):
        return None  # absent or damaged: it is built again and overwritten
    with suppress(OSError):
        os.utime(path)  # recently used files are kept longest
    return city


def _fits(city: City) -> bool:
    """True if the arrays of a stored city have the lengths they must have, and point where something is."""
    n, n_households, n_ties = city.n_residents, city.n_households, city.neighbours.size
    residents = (city.household, city.camp, city.sex, city.age, city.role, city.rank, city.faction)
    households = (city.clan, city.quarter, city.lean)
    return bool(
        all(column.shape == (n,) for column in residents)
        and all(column.shape == (n_households,) for column in households)
        and city.first.shape == city.offsets.shape == (n_households + 1,)
        and city.tie_kind.shape == (n_ties,)
        and city.first[-1] == n
        and city.offsets[-1] == n_ties
        and city.first[0] == city.offsets[0] == 0
        and (np.diff(city.first) > 0).all()
        and (np.diff(city.offsets) >= 0).all()
        and np.array_equal(city.household, np.repeat(np.arange(n_households), np.diff(city.first)))
        and _within(city.neighbours, n_households)
        and _within(city.quarter, city.n_quarters)
        and _within(city.camp, len(Camp))
        and _within(city.sex, len(Sex))
        and _within(city.role, len(Role))
        and _within(city.tie_kind, 1 + max(Tie))
        and _within(city.clan, np.iinfo(np.int16).max)
        and _within(city.age, np.iinfo(np.int16).max)
    )


def _within(values: NDArray[np.integer[Any]], end: int) -> bool:
    return not values.size or bool(values.min() >= 0 and values.max() < end)


def _checksum(key: str, small: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 (64 hex digits) of everything that a file of the cache holds, and of its name."""
    sha = hashlib.sha256(f"{key} {small}".encode())
    for name, array in sorted(arrays.items()):
        sha.update(f"{name} {array.dtype.str} {array.shape}".encode())
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()


def remember(key: str, city: City) -> None:
    """Store the city under `key`; does nothing where that is impossible or the city is too large."""
    folder = cache_folder("cities")
    if folder is None or city.n_residents > MOST_RESIDENTS:
        return
    arrays = {each.name: getattr(city, each.name) for each in fields(City) if each.name not in _SMALL}
    small = json.dumps({name: getattr(city, name) for name in _SMALL})
    with suppress(OSError):
        with open_aside(folder / f"{key}.npz") as stream:
            sha256 = np.array(_checksum(key, small, arrays))
            np.savez(stream, small=np.array(small), sha256=sha256, **arrays)
        prune(folder, "*.npz", MOST_FILES)
