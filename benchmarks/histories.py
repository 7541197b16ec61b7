"""Histories inside this process, with everything compiled: the day, its parts, the start, and the city."""

from __future__ import annotations

import cProfile
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.actors.roster import begin_all
from sim.city.build import build_city, forget_cities
from sim.city.population import generate_city
from sim.compose import compose_scenario
from sim.events import KINDS
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.world.incident import Layer

DAYS = 180
# two sorts of histories; blows among residents happen in both
CALM = [f"events.{name}.enabled=false" for name, kind in KINDS.items() if kind.layer == Layer.STANDOFF]
STANDOFF = ["events.siege.at=[30]", "events.assault.at=[40]"]


class Timed(NamedTuple):
    """One history: seconds to found its world, seconds for all its days, people and events in it."""

    found: float
    days: float
    n_residents: int
    n_events: int

    @property
    def resident_days_a_second(self) -> float:
        """Resident-days simulated in a second."""
        return self.n_residents * DAYS / self.days


def scenario(*overrides: str, n_residents: int = 65_000) -> Scenario:
    """al-Rastan, at another size with the same shares."""
    return compose_scenario([f"days={DAYS}", *overrides_for(n_residents), *overrides])


def overrides_for(n_residents: int) -> list[str]:
    """What gives al-Rastan another size: officers, fighters and references grow along."""
    plain = compose_scenario([])
    size = n_residents / plain.city.n_residents
    if size == 1:
        return []
    return [
        f"reference_residents={n_residents}",
        f"city.n_residents={n_residents}",
        f"city.n_officers={round(plain.city.n_officers * size)}",
        f"city.n_defectors={round(plain.city.n_defectors * size)}",
        f"city.kinship.n_clans={min(5000, max(2, round(plain.city.kinship.n_clans * size)))}",
        *(f"factions.{name}.members={round(each.members * size)}" for name, each in plain.factions.items()),
    ]


def seconds_of(act: Callable[[], Any]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def history(given: Scenario) -> Timed:
    """Run one history on a city that is held by the process."""
    build_city(given.city)
    start = time.perf_counter()
    model = TruceModel.of(given)
    founded = time.perf_counter()
    model.run_model()
    done = time.perf_counter()
    return Timed(founded - start, done - founded, model.world.city.n_residents, len(model.world.log))


def median_history(given: Scenario, n: int = 5) -> Timed:
    """The median of `n` runs of the same history, after one that is not counted."""
    history(given)
    runs = [history(given) for _ in range(n)]
    middle = [statistics.median(each[k] for each in runs) for k in (0, 1)]
    return Timed(middle[0], middle[1], runs[0].n_residents, runs[0].n_events)


def parts_of_the_day(given: Scenario) -> list[tuple[str, float]]:
    """What a day spends its time on: share of each function that `step` calls, largest first.

    By cProfile, which makes small Python functions look slower than they are; compiled ones it leaves alone.
    """
    model = TruceModel.of(given)
    profile = cProfile.Profile()
    profile.runcall(model.run_model)
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    step = next(place for place in stats if place[2] == "step" and place[0].endswith("model.py"))
    total = stats[step][3]
    shares: dict[str, float] = {}
    for place, (_, _, _, _, callers) in stats.items():
        if step in callers:
            name = _spoken(place)
            shares[name] = shares.get(name, 0.0) + callers[step][3] / total
    small = sum(share for share in shares.values() if share < 0.01)
    listed = [(name, share) for name, share in shares.items() if share >= 0.01]
    listed.append(("step itself, and what takes under 1 %", 1 - sum(shares.values()) + small))
    return sorted(listed, key=lambda each: -each[1])


def actors_seconds(given: Scenario, n: int = 200) -> float:
    """Seconds that all actors take to judge a day: the covariates, and what each of them begins."""
    model = TruceModel.of(given)
    for _ in range(30):
        model.step()
    world = model.world

    def judge() -> None:
        begin_all(world, model.day + 1, world.covariates())

    return statistics.median(seconds_of(judge) for _ in range(n))


def share_changed(given: Scenario) -> float:
    """Share of the residents whose fear or anger is not the same number after a day, on day 30."""
    model = TruceModel.of(given)
    for _ in range(30):
        model.step()
    residents = model.world.residents
    fear, anger = residents.fear.copy(), residents.anger.copy()
    model.step()
    n = fear.size  # who entered on this day is left out
    return float(np.mean((residents.fear[:n] != fear) | (residents.anger[:n] != anger)))


def bytes_a_resident(given: Scenario) -> float:
    """Bytes of all columns and ties of a run, city included, for each resident."""
    world = TruceModel.of(given).world
    held: dict[int, int] = {}
    for owner in (world.city, world.residents):
        for value in vars(owner).values():
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, np.ndarray):
                    place = each.ctypes.data  # a column may be held under two names
                    held[place] = max(held.get(place, 0), each.nbytes)
    return sum(held.values()) / world.city.n_residents


def _spoken(place: tuple[str, int, str]) -> str:
    """A function with the path of its file from sim/ on."""
    file, _, name = place
    path = Path(file)
    if "sim" not in path.parts:
        return name
    return f"{Path(*path.parts[len(path.parts) - path.parts[::-1].index('sim') - 1 :])}: {name}"


@contextmanager
def own_cache() -> Iterator[None]:
    """An empty disk cache of cities for the length of the block."""
    before = os.environ.get("HUDNA_CACHE")
    with tempfile.TemporaryDirectory(prefix="hudna-bench-") as folder:
        os.environ["HUDNA_CACHE"] = folder
        try:
            yield
        finally:
            os.environ.pop("HUDNA_CACHE")
            if before is not None:
                os.environ["HUDNA_CACHE"] = before
            forget_cities()


def city_seconds(given: Scenario) -> dict[str, float]:
    """Seconds to make the city, to read it from the disk cache, and to find it in the process."""
    config = given.city
    with own_cache():
        forget_cities()
        build_city(config)  # writes the disk cache
        forget_cities()
        return {
            "generated": statistics.median(seconds_of(lambda: generate_city(config)) for _ in range(3)),
            "read from the disk cache": seconds_of(lambda: build_city(config)),
            "found in the process": seconds_of(lambda: build_city(config)),
        }
