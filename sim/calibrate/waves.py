"""A wave: points of the prior, run as a separate study in a folder; finished work is not done again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.actors.postures import Posture
from sim.calibrate.fit import FARTHEST, Floats
from sim.calibrate.problem import Problem
from sim.calibrate.summaries import SUMMARIES, columns_with, summaries_of
from sim.disk.files import open_aside, write_aside
from sim.disk.tables import read_table
from sim.engines.config import Engine
from sim.errors import InputError
from sim.study.build import build_plan, check_points
from sim.study.design import points_of
from sim.study.plan import Plan, runs_a_chunk
from sim.study.run_queue import RunQueue
from sim.study.store import Store
from sim.study.study import begin

Told = Callable[[RunQueue], None]


def values_of(problem: Problem, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of points in the unit cube of all priors; both float64[points, priors]."""
    at = [prior.whole_at if key in problem.whole else prior.at for key, prior in problem.priors.items()]
    return np.array([[each(u) for each, u in zip(at, row, strict=True)] for row in unit.tolist()], float)


def seed_of(problem: Problem, wave: int) -> int:
    """The first seed of a wave's histories: no two waves share their luck."""
    return int(np.random.SeedSequence([problem.seed, wave]).generate_state(1, np.uint64)[0]) >> 3


def run_wave(
    problem: Problem,
    unit: Callable[[], NDArray[np.float64]],
    folder: Path,
    engine: Sequence[str],
    tell: Told,
    *,
    seed: int,
    luck: str = "independent",
) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Run the points that `unit` gives, in the unit cube; if the folder holds a wave already, its points.

    `luck`: whether all points share theirs ("common"), as differences between points want it, or each
    has its own, as emulators want it. Returns the points (float64[points, priors]) and their summaries, a
    row per point.
    Raises InputError if the folder holds another wave; Unfinished if it was stopped: the same call continues.
    """
    saved = folder / "unit.npy"
    if not saved.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with open_aside(saved) as stream:
            np.save(stream, unit(), allow_pickle=False)
    points: NDArray[np.float64] = np.load(saved, allow_pickle=False)
    done = folder / "summaries.parquet"
    studies = studies_of(problem, points, [f"seed={seed}", f"luck={luck}"], engine)
    if done.is_file():
        if any(Store.open(folder / each.name).plan.digest != each.plan.digest for each in studies):
            raise InputError(f"{folder}: holds runs of other settings; remove it, or name another --out")
    else:
        tables = [_summarize(each, folder, tell) for each in studies]
        table = pd.concat([each.drop(columns="failed") for each in tables], axis=1)
        table["failed"] = sum(each.failed for each in tables)
        with write_aside(done) as aside:
            table.to_parquet(aside)
    return points, read_table(done).to_pandas()


class PointStudy(NamedTuple):
    """The histories of all points of a wave in one scenario."""

    name: str  # of its folder
    plan: Plan
    engine: Engine
    columns: Sequence[str]  # the summaries that are taken from it


def studies_of(
    problem: Problem, unit: NDArray[np.float64], settings: Sequence[str], engine: Sequence[str]
) -> list[PointStudy]:
    """The study of the base, which gives all summaries not taken from another, and the other studies.

    Arguments as for `plan_of`. Raises InputError if one of the points is not a scenario.
    """
    columns = {name: columns_with(each.targets) for name, each in problem.also.items()}
    taken = {column for each in columns.values() for column in each}
    plan, asked = plan_of(problem, unit, settings, engine)
    found = [PointStudy("study", plan, asked, [each for each in SUMMARIES if each not in taken])]
    for name, also in problem.also.items():
        mine = problem.model_copy(update={"base": also.base, "runs": also.runs})
        plan, asked = plan_of(mine, unit, settings, engine)
        found.append(PointStudy(f"study-{name}", plan, asked, columns[name]))
    return found


def _summarize(study: PointStudy, folder: Path, tell: Told) -> pd.DataFrame:
    """Run the study, or what is left of it. The summaries that are taken from it, and `failed`."""
    store = begin(study.plan, study.engine, folder / study.name, tell, command="hudna calibrate")
    runs, events = (read_table(store.folder / f"{name}.parquet").to_pandas() for name in ("runs", "events"))
    start = Posture[study.plan.scenario(0).army.start.upper()]
    return summaries_of(runs, events, start)[[*study.columns, "failed"]]


def plan_of(
    problem: Problem, unit: NDArray[np.float64], settings: Sequence[str], engine: Sequence[str]
) -> tuple[Plan, Engine]:
    """The plan and the engine of the base's study at these points (float64[points, priors], unit cube).

    `settings`: more overrides; `engine`: those of the engine, and no others. Raises InputError if one of the
    points is not a scenario.
    """
    strange = [line for line in engine if re.split(r"[.=]", line)[0] != "engine"]
    if strange:
        raise InputError(
            f"{strange[0]}: only keys of the engine are allowed here; the rest belongs in the file"
        )
    told = [f"runs={problem.runs}", "keep=events", *settings, *engine]
    plan, asked = build_plan([*problem.base, *told], config_dir=problem.config_dir, yes=True)
    points = points_of(list(problem.priors), values_of(problem, unit), problem.whole)
    of_point = np.zeros(len(points), np.int32)
    chunk = runs_a_chunk(plan.scenario(0), plan.study, len(points))
    planned = replace(plan, points=points, of_point=of_point, chunk=chunk)
    check_points(planned)
    return planned, asked


def chosen(
    problem: Problem, far: Floats, agreement: Floats, is_used: NDArray[np.bool_], wave: int
) -> NDArray[np.int64]:
    """Rows of the candidates for the next wave, none of them used before, sorted.

    `far` and `agreement`: float64[candidates], as of `implausibility` and `log_agreement`. Half of the rows
    are drawn from what is not ruled out, the rest with the square root of their weight.
    """
    luck = np.random.default_rng([problem.seed, 80, wave])
    is_open = np.flatnonzero((far < FARTHEST) & ~is_used)
    half = luck.permutation(is_open)[: problem.points // 2]
    keys = 0.5 * agreement + luck.gumbel(size=agreement.size)  # greatest first: drawn without replacement
    keys[is_used] = -np.inf
    keys[half] = -np.inf
    rest = np.argsort(-keys)[: problem.points - half.size]
    return np.sort(np.concatenate([half, rest]))
