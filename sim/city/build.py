"""From a city section to a city: the user's own tables, the caches, or the generator."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sim.city import cache
from sim.city.city import City, lock
from sim.city.config import CityConfig
from sim.city.own_data import load_city, tables_key
from sim.city.population import generate_city

MOST_RESIDENTS_HELD = 5_000_000  # of all cities kept in the process together
_held: OrderedDict[str, City] = OrderedDict()
_one_at_a_time = threading.Lock()


def build_city(config: CityConfig) -> City:
    """Return the city of `config`, with read-only arrays.

    The same settings give the same object in one process and the same numbers in every process. A generated
    city comes from the process, else from the disk cache (`sim.city.cache`), else from the generator; with
    `config.residents` it is read from the user's tables. Raises InputError for tables that cannot be used.
    """
    key = cache.content_key(config) if config.residents is None else tables_key(config)
    with _one_at_a_time:
        city = _held.get(key)
        if city is None:
            city = lock(_find_or_make(config, key))
            _held[key] = city
        _held.move_to_end(key)
        while len(_held) > 1 and sum(each.n_residents for each in _held.values()) > MOST_RESIDENTS_HELD:
            _held.popitem(last=False)
    return city


def _find_or_make(config: CityConfig, key: str) -> City:
    if config.residents is not None:
        return load_city(config)
    city = cache.recall(key)
    if city is None:
        city = generate_city(config)
        cache.remember(key, city)
    return city


def forget_cities() -> None:
    """Empty the process's own cache; the disk cache stays."""
    with _one_at_a_time:
        _held.clear()
