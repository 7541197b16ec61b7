"""Contrasts of an experiment: what one change does to the truce and to those inside, in words.

`contrasts.yaml` of an experiment lists them: what is changed, at which values, against which. Points that
agree in every other factor are compared; where there are several such pairs, their mean is taken run by run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from sim.report.effects import OUTCOMES, Effect, effect_sentence
from sim.report.figures.points import factors_of
from sim.stats.intervals import paired_mean, paired_share
from sim.study.tables import outcome_values


@dataclass(frozen=True)
class Contrast:
    """One change: its name, the values of factors with it and without it."""

    says: str
    at: Mapping[str, Any]
    against: Mapping[str, Any]


def contrasts_of(folder: Path) -> list[Contrast]:
    """The contrasts of an experiment; none where it has no such file."""
    path = folder / "contrasts.yaml"
    if not path.is_file():
        return []
    return [Contrast(**each) for each in yaml.safe_load(path.read_text(encoding="utf-8"))]


def pairs_of(contrast: Contrast, points: pd.DataFrame) -> list[tuple[int, int]]:
    """Numbers of the points with the change and without it, alike in all factors that it does not name.

    Raises ValueError if there is none: the contrast does not fit the study.
    """
    others = [key for key in factors_of(points) if key not in {*contrast.at, *contrast.against}]
    rows = points.to_dict("records")

    def those(wanted: Mapping[str, Any]) -> dict[tuple[Any, ...], int]:
        mine = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
        return {tuple(row[key] for key in others): int(row["point"]) for row in mine}

    ours, theirs = those(contrast.at), those(contrast.against)
    found = [(point, theirs[rest]) for rest, point in ours.items() if rest in theirs]
    if not found or len(found) < max(len(ours), len(theirs)):
        raise ValueError(f"contrast {contrast.says!r} does not fit the points of its study")
    return found


def effect(pairs: Sequence[tuple[int, int]], runs: pd.DataFrame, outcome: str) -> Effect:
    """Mean difference over pairs of points, run by run.

    The interval of one pair of shares is Bonett and Price's, any other one Student's t.
    """
    good = runs[runs["status"] == "ok"]
    columns = {name: good[name].to_numpy() for name in good.columns}
    values = good["broke"].astype(float) if outcome == "broke" else outcome_values(columns, outcome)
    table = good.assign(value=values).pivot(index="run", columns="point", values="value")
    table = table.dropna(subset=sorted({point for pair in pairs for point in pair}))
    ours, theirs = (_mean_over(table, [pair[side] for pair in pairs]) for side in (0, 1))
    interval = paired_share if outcome == "broke" and len(pairs) == 1 else paired_mean
    low, high, _ = interval(ours, theirs)
    difference = float(ours.mean() - theirs.mean())
    return Effect(outcome, difference, low, high, float(theirs.mean()), len(ours))


def _why_none(pairs: Sequence[tuple[int, int]], runs: pd.DataFrame) -> str:
    """Why a point of these pairs has no run that succeeded; empty if all have some."""
    for point in sorted({point for pair in pairs for point in pair}):
        mine = runs[runs["point"] == point]
        if len(mine) and not (mine["status"] == "ok").any():
            return str(mine["error"].iloc[0]).partition(";")[0]
    return ""


def _mean_over(table: pd.DataFrame, points: Sequence[int]) -> NDArray[np.float64]:
    return np.asarray(table[list(points)].to_numpy(np.float64).mean(axis=1))


def sentence(contrast: Contrast, points: pd.DataFrame, runs: pd.DataFrame) -> str:
    """What a change does, in words: to breaks, to deaths, to departures, each against its interval."""
    pairs = pairs_of(contrast, points)
    says = f"{contrast.says[0].upper()}{contrast.says[1:]}"
    if why := _why_none(pairs, runs):
        return f"{says}: not one history could be run: {why}."
    effects = {name: effect(pairs, runs, name) for name in OUTCOMES}
    told = effect_sentence("", effects).strip(": ")
    return f"{says}: {told}."
