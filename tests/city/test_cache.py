"""The caches: a hit is the same city, damage and refusal go unnoticed, several writers do no harm."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from sim.city import build, cache
from sim.city.build import build_city, forget_cities
from sim.city.config import CityConfig, Kinship
from sim.city.population import generate_city

SMALL = CityConfig(n_residents=400, seed=9)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_one_process_builds_a_city_once():
    assert build_city(SMALL) is build_city(CityConfig(n_residents=400, seed=9))


def test_a_stored_city_equals_the_built_one(cache_folder, monkeypatch, differing):
    built = build_city(SMALL)
    forget_cities()
    monkeypatch.setattr(build, "generate_city", None)  # a second build would fail
    stored = build_city(SMALL)
    assert stored is not built
    assert differing(stored, built) == set()
    assert files(cache_folder) == [f"{cache.content_key(SMALL)}.npz"]


@pytest.mark.parametrize("change", ["all camps 0", "a neighbour that is not there", "of another city"])
@pytest.mark.parametrize("signed", [False, True])
def test_a_file_that_was_altered_is_built_anew(cache_folder, change, signed, differing):
    built = build_city(SMALL)
    path = cache_folder / f"{cache.content_key(SMALL)}.npz"
    with np.load(path) as stored:
        arrays = dict(stored)
    if change == "all camps 0":
        arrays["camp"] = np.zeros_like(arrays["camp"])
    elif change == "of another city":
        other = generate_city(CityConfig(n_residents=400, seed=10))
        arrays |= {name: getattr(other, name) for name in arrays if hasattr(other, name)}
    else:
        arrays["neighbours"] = arrays["neighbours"].copy()
        arrays["neighbours"][0] = 2**30
    if signed and change == "a neighbour that is not there":  # whoever can make a sum cannot crash us
        content = {name: array for name, array in arrays.items() if name not in ("small", "sha256")}
        key = cache.content_key(SMALL)
        arrays["sha256"] = np.array(cache._checksum(key, str(arrays["small"]), content))
    np.savez(path, **arrays)
    forget_cities()
    assert differing(build_city(SMALL), built) == set()


def test_arrays_cannot_be_written(cache_folder):
    for _ in ("built", "stored"):
        city = build_city(SMALL)
        with pytest.raises(ValueError, match="read-only"):
            city.camp[0] = 1
        with pytest.raises(ValueError, match="read-only"):
            city.neighbours[0] = 1
        forget_cities()


@pytest.mark.parametrize("damage", ["cut", "garbage", "empty", "flipped", "other arrays", "wrong lengths"])
def test_a_damaged_file_is_built_anew(cache_folder, damage, differing):
    built = build_city(SMALL)
    path = cache_folder / f"{cache.content_key(SMALL)}.npz"
    content = path.read_bytes()
    if damage == "other arrays":
        np.savez(path, camp=np.zeros(3))
    elif damage == "wrong lengths":
        with np.load(path) as stored:
            arrays = dict(stored)
        np.savez(path, **{**arrays, "camp": arrays["camp"][:-1]})
    else:
        middle = content.index(built.neighbours.tobytes()) + 9  # between two arrays nothing is lost by a flip
        flipped = content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
        path.write_bytes(
            {"cut": content[:middle], "garbage": b"no city", "empty": b"", "flipped": flipped}[damage]
        )
    forget_cities()
    assert differing(build_city(SMALL), built) == set()
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_no_cache(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HUDNA_CACHE", str(tmp_path / "file" / "cache"))
    assert build_city(SMALL).n_residents == 400
    assert cache.cache_folder("cities") is None


def test_a_folder_that_cannot_be_written_is_no_cache(cache_folder, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "no")

    monkeypatch.setattr("sim.city.cache.open_aside", refuse)
    assert build_city(SMALL).n_residents == 400
    assert files(cache_folder) == []


def test_the_cache_can_be_switched_off(tmp_path, monkeypatch):
    monkeypatch.setenv("HUDNA_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    build_city(SMALL)
    assert list(tmp_path.rglob("*.npz")) == []


def test_only_what_decides_the_city_decides_the_key():
    same = CityConfig(n_residents=400, seed=9, n_officers=3, n_defectors=1, senior_share=0.7)
    assert cache.content_key(same) == cache.content_key(SMALL)
    others = [
        CityConfig(n_residents=401, seed=9),
        CityConfig(n_residents=400, seed=8),
        CityConfig(n_residents=400, seed=9, n_quarters=3),
        CityConfig(n_residents=400, seed=9, clan_share=0.2),
        CityConfig(n_residents=400, seed=9, household_share=0.2),
        CityConfig(n_residents=400, seed=9, kinship=Kinship(n_clans=3)),
    ]
    keys = {cache.content_key(config) for config in [SMALL, *others]}
    assert len(keys) == 1 + len(others)


def test_every_setting_either_decides_the_city_or_is_known_not_to():
    of_others = {"n_officers", "n_defectors", "senior_share", "clan_recruiting", "residents", "ties"}
    assert set(CityConfig.model_fields) == cache.DECIDING_FIELDS | of_others


def test_the_newest_files_are_kept(cache_folder, monkeypatch):
    monkeypatch.setattr(cache, "MOST_FILES", 3)
    city = generate_city(SMALL)
    for k in range(5):
        cache.remember(f"key{k}", city)
        os.utime(cache_folder / f"key{k}.npz", (k, k))
    cache.remember("key5", city)
    assert files(cache_folder) == ["key3.npz", "key4.npz", "key5.npz"]


def test_large_cities_are_not_stored(cache_folder, monkeypatch):
    monkeypatch.setattr(cache, "MOST_RESIDENTS", 399)
    build_city(SMALL)
    assert not cache_folder.exists() or files(cache_folder) == []


def test_files_left_by_a_dead_process_are_removed(cache_folder):
    cache_folder.mkdir(parents=True)
    old, new = (cache_folder / f"{name}.npz.x.unfinished" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half a city")
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    build_city(SMALL)
    assert not old.exists()
    assert new.exists()


def test_the_process_holds_no_more_cities_than_it_may(monkeypatch):
    monkeypatch.setattr(build, "MOST_RESIDENTS_HELD", 900)
    first, second, third = (CityConfig(n_residents=400, seed=seed) for seed in range(3))
    kept = build_city(first)
    build_city(second)
    assert build_city(first) is kept
    build_city(third)  # pushes out the second, which was used longest ago
    assert build_city(first) is kept
    assert len(build._held) == 2


def test_threads_share_one_city():
    cities = []
    threads = [threading.Thread(target=lambda: cities.append(build_city(SMALL))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cities) == 8
    assert len({id(city) for city in cities}) == 1


ONE_OF_MANY = """
import zlib
from sim.city.build import build_city
from sim.city.config import CityConfig
city = build_city(CityConfig(n_residents=30_000, seed=1))
print(zlib.crc32(city.camp.tobytes() + city.neighbours.tobytes()))
"""


def test_processes_that_want_one_city_at_once_get_the_same(cache_folder):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ONE_OF_MANY], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(set(said)) == 1
    assert said[0]
    assert len(files(cache_folder)) == 1
