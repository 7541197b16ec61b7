"""What a history leaves for the patterns: times of violent events, captivities, answers, deaths."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Rank
from sim.interrupt import heed
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.world.incident import Cause, Incident

SOCIAL = ("kidnapping", "counter_abduction", "revenge_killing", "clash")  # killing or abducting
VIOLENT = (*SOCIAL, "checkpoint_attack", "airbase_attack", "shelling")  # days of battle, bombardment apart
FOLLOWED_DAYS = 56  # an abduction is asked for its answers if the history goes on for so long


@dataclass(frozen=True, slots=True)
class Captivity:
    """One captivity: its days, whether it ended by release (else it was cut), the captive's rank."""

    days: int
    is_over: bool
    rank: Rank


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of one history. Arrays by day, day 0 first."""

    n_unbroken: int  # days from day 1 on before the first break
    violent: NDArray[np.int64]
    social: NDArray[np.int64]  # violent events of the social layer
    fatal: NDArray[np.int64]  # events with at least one death
    deaths: NDArray[np.float64]  # of residents and soldiers
    captivities: tuple[Captivity, ...]
    n_answers: tuple[int, ...]  # counter-abductions by which each abduction was answered
    shelling_lags: tuple[int, ...]  # days from an attack on a checkpoint to the first shelling for it
    n_defections: int
    officer_days: int


def trace(scenario: Scenario, seed: int) -> Trace:
    """Run one history and keep its trace."""
    model = TruceModel(scenario, seed=seed)
    officer_days = 0
    while model.day < scenario.days:
        heed()
        officer_days += model.world.residents.serving.size
        model.step()
    log = [incident for incident in model.world.log if incident.cause != Cause.LAPSED]
    end = model.truce.spells[0].end
    size = model.day + 1
    fatal = [i for i in log if i.deaths + i.soldiers > 0]
    deaths = np.zeros(size)
    np.add.at(deaths, [i.day for i in fatal], [i.deaths + i.soldiers for i in fatal])
    return Trace(
        n_unbroken=model.day if end is None else end - 1,
        violent=_by_day([i for i in log if i.kind in VIOLENT], size),
        social=_by_day([i for i in log if i.kind in SOCIAL], size),
        fatal=_by_day(fatal, size),
        deaths=deaths,
        captivities=_captivities(model, log),
        n_answers=_answers(log, model.day - FOLLOWED_DAYS),
        shelling_lags=_lags(log),
        n_defections=sum(i.kind == "defection" for i in log),
        officer_days=officer_days,
    )


def _by_day(incidents: list[Incident], size: int) -> NDArray[np.int64]:
    return np.bincount(np.array([i.day for i in incidents], np.int64), minlength=size)


def _captivities(model: TruceModel, log: list[Incident]) -> tuple[Captivity, ...]:
    """Captivities by kidnapping; one without a release is cut at the fall of the city, or at the end."""
    released = {i.parent: i.day for i in log if i.kind == "release"}
    falls = [i.day for i in log if i.kind == "fall"]
    found = []
    for taken in (i for i in log if i.kind == "kidnapping"):
        cut = min((day for day in falls if day >= taken.day), default=model.day)
        until = released.get(taken.id, cut)
        rank = Rank(int(model.world.residents.rank[taken.victims[0]]))
        found.append(Captivity(until - taken.day, taken.id in released, rank))
    return tuple(found)


def _answers(log: list[Incident], last: int) -> tuple[int, ...]:
    answered = Counter(i.parent for i in log if i.kind == "counter_abduction")
    return tuple(answered[i.id] for i in log if i.kind == "kidnapping" and i.day <= last)


def _lags(log: list[Incident]) -> tuple[int, ...]:
    attacks = {i.id: i.day for i in log if i.kind == "checkpoint_attack"}
    first: dict[int, int] = {}
    for i in log:
        if i.kind == "shelling" and i.parent in attacks:
            first.setdefault(i.parent, i.day - attacks[i.parent])
    return tuple(first.values())
