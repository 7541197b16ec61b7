"""What a history leaves for the patterns: times of violent events, captivities, answers, deaths."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.actors.postures import Posture
from sim.city.columns import Rank
from sim.events import KINDS, MOVES
from sim.events.agreement import OUTSIDE
from sim.kinds.order import ArmyOrder
from sim.world.incident import Layer

VIOLENT = tuple(name for name, kind in KINDS.items() if kind.is_violent)
BEGUN = tuple(name for name in VIOLENT if KINDS[name].actor != "army")  # by people of the city
SOCIAL = tuple(name for name in VIOLENT if KINDS[name].layer == Layer.SOCIAL)
SHELLED = tuple(name for name, kind in KINDS.items() if kind.is_by_guns)
ORDERS = {name: kind.target for name, kind in KINDS.items() if issubclass(kind, ArmyOrder)}
FEUD_DAYS = 14  # window of a break by feud, as shipped (truce.feud.window_days)
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
    begun: NDArray[np.int64]  # violent events but those by the army
    social: NDArray[np.int64]  # violent events of the social layer
    fatal: NDArray[np.int64]  # events with at least one death
    deaths: NDArray[np.float64]  # of residents and soldiers
    shelled: NDArray[np.float64]  # of them by shelling and bombardment
    posture: NDArray[np.int8]  # of the army at the end of each day
    captivities: tuple[Captivity, ...]
    n_answers: tuple[int, ...]  # counter-abductions by which each abduction was answered
    shelling_lags: tuple[int, ...]  # days from an attack on a checkpoint to the first shelling for it
    n_defections: int
    officer_days: int
    ending: str = ""  # of the first break
    agreed: int | None = None  # day on which a truce was agreed first
    strained: float = nan  # share of the days before the first break
    lowest_passage: float = nan  # before the first break
    feud_answers: float = nan  # share of the breaches in the window of a break by feud that answers have


def traces_of(runs: pd.DataFrame, events: pd.DataFrame, start: Posture) -> list[Trace]:
    """The traces of the histories of a study that kept its events, in the order of its run rows.

    `runs` and `events` are the tables of that name, with the columns `point` and `run`; histories that
    failed are left out. `start`: the army's posture on day 0, in all of them.
    """
    happened = events[(events.cause != "lapsed") & ~events.kind.isin((*MOVES, "rumour"))]
    logs = dict(iter(happened.groupby(["point", "run"], sort=False)))
    runs = runs[runs.status == "ok"] if "status" in runs else runs
    none = happened.iloc[:0]
    return [_trace(row, logs.get((row.point, row.run), none), start) for row in runs.itertuples()]


def _trace(run: object, log: pd.DataFrame, start: Posture) -> Trace:
    values = run._asdict()  # type: ignore[attr-defined]
    days, first = int(values["days"]), values["first_break_day"]
    size = days + 1
    kind, day = log.kind.to_numpy(), log.day.to_numpy()
    dead = log.deaths.to_numpy() + log.soldiers.to_numpy()

    def by_day(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(day[chosen], minlength=size)

    def dead_by_day(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(day[chosen], weights=dead[chosen], minlength=size).astype(np.float64)

    agreements = day[kind == "agreement"]
    return Trace(
        n_unbroken=days if pd.isna(first) else int(first) - 1,
        violent=by_day(np.isin(kind, VIOLENT)),
        begun=by_day(np.isin(kind, BEGUN)),
        social=by_day(np.isin(kind, SOCIAL)),
        fatal=by_day(dead > 0),
        deaths=dead_by_day(np.ones(day.size, bool)),
        shelled=dead_by_day(np.isin(kind, SHELLED)),
        posture=_postures(log, start, size),
        captivities=_captivities(log, days),
        n_answers=_answers(log, days - FOLLOWED_DAYS),
        shelling_lags=_lags(log),
        n_defections=int(values["defections"]),
        officer_days=int(values["officer_days"]),
        ending="" if pd.isna(first) else str(values["ending"]),
        agreed=int(agreements.min()) if agreements.size else None,
        strained=float(values["strained_share"]),
        lowest_passage=float(values["lowest_passage"]),
        feud_answers=_feud_answers(log, int(first)) if values["ending"] == "feud" else nan,
    )


def _feud_answers(log: pd.DataFrame, day: int) -> float:
    """Share of the breaches of the residents in the days up to a break by feud that were answers."""
    window = log[log.day.between(day - FEUD_DAYS + 1, day) & (log.layer == "social")]
    return float(window.breach[window.cause == "answer"].sum() / window.breach.sum())


def _postures(log: pd.DataFrame, start: Posture, size: int) -> NDArray[np.int8]:
    """The army's posture at the end of each day, from the orders that were carried out and agreements."""
    found = np.full(size, start, np.int8)
    chosen = log[log.kind.isin((*ORDERS, "agreement"))]
    for kind, day in zip(chosen.kind.tolist(), chosen.day.tolist(), strict=True):
        if kind != "agreement":
            found[day:] = ORDERS[kind]
        elif found[day] in OUTSIDE:
            found[day:] = Posture.OBSERVING
    return found


def _captivities(log: pd.DataFrame, days: int) -> tuple[Captivity, ...]:
    """Captivities by kidnapping; one without a release is cut at the fall of the city, or at the end."""
    release = log[log.kind == "release"]
    released = dict(zip(release.parent.tolist(), release.day.tolist(), strict=True))
    falls = log.day[log.kind == "fall"].tolist()
    found = []
    taken = log[log.kind == "kidnapping"]
    for event, day, rank in zip(
        taken.event.tolist(), taken.day.tolist(), taken["rank"].tolist(), strict=True
    ):
        cut = min((fall for fall in falls if fall >= day), default=days)
        found.append(Captivity(released.get(event, cut) - day, event in released, Rank(rank)))
    return tuple(found)


def _answers(log: pd.DataFrame, last: int) -> tuple[int, ...]:
    answered = log.parent[log.kind == "counter_abduction"].value_counts().to_dict()
    asked = log.event[(log.kind == "kidnapping") & (log.day <= last)]
    return tuple(int(answered.get(event, 0)) for event in asked.tolist())


def _lags(log: pd.DataFrame) -> tuple[int, ...]:
    attack = log[log.kind == "checkpoint_attack"]
    attacks = dict(zip(attack.event.tolist(), attack.day.tolist(), strict=True))
    first: dict[int, int] = {}
    shelling = log[log.kind == "shelling"]
    for parent, day in zip(shelling.parent.tolist(), shelling.day.tolist(), strict=True):
        if parent in attacks:
            first.setdefault(parent, day - attacks[parent])
    return tuple(first.values())
