"""Histories of one scenario, and what the science tests ask of them: slow tests run hundreds, cheap few."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from sim.actors.postures import BESIEGED, Posture
from sim.compose import compose_scenario
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.stats.survival import fit_weibull
from sim.truce import TruceState
from sim.world.incident import Cause, Incident, Layer

CAMPS = ("loyalist", "uncommitted", "opposition")
WARNING_DAYS = 30
REFITS = 200  # of a bootstrap over histories
FIRST_DAYS = 60  # the scenario's strains begin on day 1; what comes later is to be steady


@dataclass(frozen=True)
class History:
    """One history. Arrays by day, day 0 first."""

    broke_on: int  # 0: it did not break
    ending: str
    days: dict[
        str, NDArray[np.float64]
    ]  # columns of the daily table; `fear`, `anger`, `present` of all camps
    n: dict[str, int]  # events by kind, lapsed ones apart
    answers_in_feud: (
        float  # share of the weight in the window of a feud break that answers have; nan: no feud
    )
    sieges: tuple[tuple[int, str], ...]  # days of each siege, and the posture that ended it; "" if it lasts
    storms: tuple[tuple[int, float, str], ...]  # days of each storm, deaths in it, the posture after it

    @property
    def is_unbroken(self) -> bool:
        """Whether the truce held to the end."""
        return self.broke_on == 0


def history(scenario: Scenario, seed: int) -> History:
    """Run one history."""
    model = TruceModel(scenario, seed=seed)
    model.run_model()
    return told(model)


def told(model: TruceModel) -> History:
    """What the tests ask of a model that has run."""
    days = {name: np.array(values, float) for name, values in model.datacollector.model_vars.items()}
    here = {camp: days[f"present_{camp}"] for camp in CAMPS}
    days["present"] = sum(here.values(), np.zeros(model.day + 1))
    for feeling in ("fear", "anger"):
        felt = sum(np.nan_to_num(days[f"{feeling}_{camp}"]) * here[camp] for camp in CAMPS)
        days[feeling] = felt / np.maximum(days["present"], 1)
    happened = [incident for incident in model.world.log if incident.cause != Cause.LAPSED]
    first = model.truce.spells[0]
    killed = np.zeros(model.day + 1)
    for incident in happened:
        killed[incident.day] += incident.deaths + incident.soldiers
    days["killed"] = killed
    return History(
        broke_on=first.end or 0,
        ending=first.ending,
        days=days,
        n={kind: sum(incident.kind == kind for incident in happened) for kind in model.kinds},
        answers_in_feud=answers_in_feud(model, happened),
        sieges=tuple((end - start, after) for start, end, after in phases(days["posture"], BESIEGED)),
        storms=tuple(
            (end - start, float(killed[start : end + 1].sum()), after)
            for start, end, after in phases(days["posture"], {Posture.STORMING})
        ),
    )


def phases(
    posture: NDArray[np.float64], wanted: frozenset[Posture] | set[Posture]
) -> list[tuple[int, int, str]]:
    """First day, day after the last, and the posture after it, of each phase in the wanted postures."""
    inside = np.isin(posture, [int(each) for each in wanted])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return [
        (int(start), int(end), Posture(int(posture[end])).name.lower() if end < posture.size else "")
        for start, end in edges.reshape(-1, 2)
    ]


def answers_in_feud(model: TruceModel, happened: list[Incident]) -> float:
    """Share of the weighted breaches in the window before a feud break that were answers."""
    first = model.truce.spells[0]
    if first.ending != "feud" or first.end is None:
        return float("nan")
    begin = first.end - model.truce.config.feud.window_days + 1
    window = [
        each for each in happened
        if begin <= each.day <= first.end and model.kinds[each.kind].layer == Layer.SOCIAL
    ]  # fmt: skip
    total = sum(each.breach for each in window)
    return sum(each.breach for each in window if each.cause == Cause.ANSWER) / total


@cache
def histories(n: int, *overrides: str) -> tuple[History, ...]:
    """`n` histories of the scenario of these overrides, with seeds 0 to n - 1; in two processes if many."""
    scenario = compose_scenario(list(overrides))
    if n < 50:
        return tuple(history(scenario, seed) for seed in range(n))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        return tuple(pool.map(partial(history, scenario), range(n), chunksize=5))


def unbroken(many: tuple[History, ...]) -> list[History]:
    """Those that held to the end."""
    return [each for each in many if each.is_unbroken]


def broken_share(many: tuple[History, ...]) -> float:
    """Share that broke."""
    return float(np.mean([not each.is_unbroken for each in many]))


def median_of(many: list[History], column: str, day: int, over: int = 7) -> float:
    """Median over histories of a column's mean over the days up to `day`."""
    return float(np.median([each.days[column][max(0, day - over + 1) : day + 1].mean() for each in many]))


def mean_of(many: list[History], column: str, day: int, over: int = 14) -> float:
    """Mean over histories of a column's mean over the days up to `day`."""
    return float(np.mean([each.days[column][max(0, day - over + 1) : day + 1].mean() for each in many]))


def break_chance_by_state(many: tuple[History, ...]) -> tuple[float, float]:
    """P(break within 30 days) given holding today, and given strained today, over all unbroken days."""
    days, breaks = np.zeros(2), np.zeros(2)
    for each in many:
        truce = each.days["truce"]
        last = each.broke_on - 1 if each.broke_on else truce.size - 1 - WARNING_DAYS
        for day in range(1, min(last, truce.size - 1 - WARNING_DAYS) + 1):
            state = int(truce[day] == TruceState.STRAINED)
            days[state] += 1
            breaks[state] += bool(each.broke_on) and each.broke_on <= day + WARNING_DAYS
    return float(breaks[0] / days[0]), float(breaks[1] / days[1])


def change_a_year(many: list[History], column: str, first: int, last: int) -> float:
    """Change of a column's mean over the histories, between two days, a year, as a share of its level.

    A feeling so low that its change is nothing is measured against a twentieth of its scale.
    """
    levels = [mean_of(many, column, day, over=60) for day in (first, last)]
    least = 0.05 if column in ("fear", "anger") else 0.0
    return (levels[1] - levels[0]) / max(levels[0], least) * 365 / (last - first)


def officers_kept(many: list[History]) -> float:
    """Officers in the city in the last two weeks, as a share of those of the first days: the median."""
    columns = [each.days["officers_in_city"] for each in many]
    return float(np.median([column[-14:].mean() / column[:3].mean() for column in columns]))


def strained_share(many: list[History]) -> float:
    """Share of days on which the truce is strained, median over the histories."""
    return float(np.median([np.mean(each.days["truce"][1:] == 1) for each in many]))


def shape_of(many: tuple[History, ...], horizon: int) -> tuple[float, float, float]:
    """Shape of a Weibull law fitted to the first breaks, with its 95 % interval by bootstrap."""
    broke = np.array([not each.is_unbroken for each in many])
    days = np.array([each.broke_on or horizon for each in many])
    luck = np.random.default_rng(0)
    drawn = (luck.integers(broke.size, size=broke.size) for _ in range(REFITS))
    shapes = [fit_weibull(days[rows], broke[rows]).shape for rows in drawn]
    low, high = np.percentile(shapes, [2.5, 97.5])
    return float(fit_weibull(days, broke).shape), float(low), float(high)


def difference(
    one: list[float] | NDArray[np.float64], other: list[float] | NDArray[np.float64]
) -> tuple[float, float]:
    """Mean of paired differences and its standard error."""
    apart = one - other
    return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(apart.size))


def broke(many: tuple[History, ...]) -> NDArray[np.float64]:
    """1 for each history that broke, else 0."""
    return np.array([not each.is_unbroken for each in many], float)


def total(many: tuple[History, ...], *kinds: str) -> NDArray[np.float64]:
    """Events of these kinds in each history."""
    return np.array([sum(each.n[kind] for kind in kinds) for each in many], float)
