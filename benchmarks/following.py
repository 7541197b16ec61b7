"""How fast records are followed: the copy of a particle, and 1,000 particles over 13 weeks."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from sim.compose import compose_scenario
from sim.following.filter import follow_record, lean
from sim.following.follower import Follower
from sim.following.particles import PACES, draw_particles
from sim.following.record import Record
from sim.following.truces import read_truce
from sim.model import TruceModel
from sim.study.draws import Uncertainty

DAYS = 91
COPIES = 40
YARD = "SYR-13"  # a truce of many recorded events


def _record(days: int = DAYS) -> Record:
    return read_truce(YARD, most_days=days)


def copy_seconds() -> float:
    """Median processor time of a copy of a particle of al-Rastan that is 40 days old, in kept memory."""
    model = TruceModel(lean(compose_scenario(["scenario=al_rastan"]), DAYS), seed=2)
    Follower(_record()).join(model)
    for _ in range(40):
        model.step()
    rooms = [model.branch() for _ in range(COPIES)]
    return median(_processor(lambda k=k: model.branch(luck=k + 1, room=rooms[k])) for k in range(COPIES))


def day_seconds() -> float:
    """Median processor time of a day of al-Rastan that follows nothing: the least that a particle costs."""
    scenario = compose_scenario(["scenario=al_rastan", f"days={DAYS}"])
    model = TruceModel(scenario, seed=2)
    return median(_processor(model.step) for _ in range(DAYS))


def filter_seconds(particles: int, days: int = DAYS, scenario: str = "al_rastan") -> float:
    """Processor time of a filter of so many particles over so many days, their founding included."""
    draws = draw_particles(Uncertainty(priors=PACES), particles, 1)
    asked = compose_scenario([f"scenario={scenario}"])
    follow_record(asked, _record(2), draws[:1], seed=1)  # compiled, and the city built
    return _processor(lambda: follow_record(asked, _record(days), draws, seed=1))


def _processor(do: Callable[[], object]) -> float:
    start = time.process_time()
    do()
    return time.process_time() - start
