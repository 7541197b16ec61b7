"""Cities for the tests. No test reads or writes the user's own cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from sim.city.build import forget_cities
from sim.city.city import City
from sim.city.config import CityConfig
from sim.city.population import generate_city


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HUDNA_CACHE", str(tmp_path / "cache"))
    forget_cities()
    yield tmp_path / "cache" / "cities"
    forget_cities()


@pytest.fixture(scope="session")
def al_rastan() -> list[City]:
    """The default city with city seeds 0 to 4."""
    return [generate_city(CityConfig(seed=seed)) for seed in range(5)]


@pytest.fixture(scope="session")
def differing() -> Callable[[City, City], set[str]]:
    """Names of the fields in which two cities differ, in type or in value."""

    def names(one: City, other: City) -> set[str]:
        out = set()
        for each in fields(City):
            a, b = getattr(one, each.name), getattr(other, each.name)
            same = a.dtype == b.dtype and np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
            if not same:
                out.add(each.name)
        return out

    return names
