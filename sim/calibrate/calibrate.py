"""Calibration from its file to a folder: screening, waves, posterior, proof, and what the posterior gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibrate.emulator import emulators
from sim.calibrate.fit import (
    FARTHEST,
    Floats,
    agreement_of_runs,
    candidates,
    columns_of,
    drawn,
    effective,
    implausibility,
    log_agreement,
    weights_of,
)
from sim.calibrate.population import ASKED, laws, run_population
from sim.calibrate.posterior import default_unit, pairs_of, parameters_of, values_at
from sim.calibrate.problem import Problem
from sim.calibrate.prove import proved
from sim.calibrate.screen import screened, trajectories
from sim.calibrate.waves import Told, run_wave, values_of
from sim.city.files import replacing
from sim.errors import InputError

PROBLEM = "problem.json"
CHECKED = 48  # points of the posterior that are run at the end


@dataclass
class Calibration:
    """What a calibration found. Tables are described in docs/calibration.md."""

    problem: Problem
    screening: pd.DataFrame
    waves: pd.DataFrame
    parameters: pd.DataFrame
    pairs: pd.DataFrame
    sample: pd.DataFrame  # rows of values, a column a key
    proof: pd.DataFrame
    check: pd.DataFrame  # points of the posterior that were run, with their summaries; the best one first
    laws: pd.DataFrame | None  # how a population of truces may differ; None if none was asked for


def calibrate(
    problem: Problem,
    folder: str | Path,
    *,
    engine: Sequence[str] = (),
    tell: Told = lambda agenda: None,
    say: Callable[[str], None] = lambda words: None,
) -> Calibration:
    """Calibrate in this folder; what is there already is not done again.

    `engine`: overrides of a study's engine. `say` is told in words where it is, `tell` how far the runs are.
    Raises InputError; Unfinished or KeyboardInterrupt if it was stopped: the same call goes on.
    """
    path, names, default = Path(folder), list(problem.priors), default_unit(problem)
    _own(problem, path)
    say("screening")
    unit, table = run_wave(problem, lambda: trajectories(problem), path / "screening", engine, tell)
    screening = screened(problem, unit, table)
    kept = [k for k, key in enumerate(names) if screening.loc[key, "kept"]]
    if len(kept) < 2:
        raise InputError("fewer than two parameters move the targets; widen the priors, or add others")
    asked = candidates(problem.candidates, len(kept), problem.seed)
    columns = columns_of(problem.targets)

    def full(rows: NDArray[np.int64]) -> Floats:
        points = np.tile(default, (len(rows), 1))
        points[:, kept] = asked[rows]
        return points

    told = []
    for wave in range(problem.waves + 1):
        made = emulators(unit[:, kept], table, columns)
        far = implausibility(asked, made, problem.targets)
        weight = weights_of(log_agreement(asked, made, problem.targets))
        open_ = float((far < FARTHEST).mean())
        told.append((wave, len(unit), open_, effective(weight)))
        say(f"emulators of {len(unit)} points: {open_:.2%} of the prior is not ruled out")
        if wave == problem.waves:
            break
        say(f"wave {wave + 1} of {problem.waves}")
        points = partial(full, _chosen(problem, far, weight, wave))
        more, its_table = run_wave(problem, points, path / f"wave-{wave + 1}", engine, tell)
        unit, table = np.concatenate([unit, more]), pd.concat([table, its_table], ignore_index=True)
    say("synthetic truths")
    is_late = np.arange(len(unit)) >= len(unit) - problem.waves * problem.points
    proof = proved(problem, kept, unit[:, kept], table, is_late, made)
    say("what the posterior gives")
    sampled = full(drawn(weight, problem.sample, problem.seed))
    some = sampled[np.linspace(0, len(sampled) - 1, min(CHECKED, len(sampled))).astype(int)]
    ran, check = run_wave(problem, lambda: some, path / "posterior", engine, tell)
    check["agreement"] = agreement_of_runs(check, made, problem.targets)
    values = pd.DataFrame(values_of(problem, ran), columns=names)
    check = pd.concat([values, check], axis=1).sort_values("agreement", ascending=False, ignore_index=True)
    parameters = parameters_of(problem, kept, asked, weight, default, screening)
    return Calibration(
        problem=problem,
        screening=screening,
        waves=pd.DataFrame(told, columns=["wave", "points", "not_ruled_out", "effective_sample"]),
        parameters=parameters,
        pairs=pairs_of([names[k] for k in kept], asked, weight),
        sample=pd.DataFrame(values_of(problem, sampled), columns=names)[[names[k] for k in kept]],
        proof=proof,
        check=check,
        laws=_laws(problem, parameters, path / "population", engine, tell) if problem.truces else None,
    )


def _laws(
    problem: Problem, parameters: pd.DataFrame, folder: Path, engine: Sequence[str], tell: Told
) -> pd.DataFrame:
    """The laws of a population whose truces have the posterior's medians, their paces apart."""
    fitted = parameters.dropna(subset=["median"]).set_index("parameter")["median"]
    own = values_at(ASKED[:1], list(fitted.index))  # what the scenario of local truces says itself stays
    plain = values_at(problem.base, list(fitted.index))
    settings = [
        f"{key}={value:.6g}"
        for key, value in fitted.items()
        if not str(key).startswith("pace.") and own[str(key)] == plain[str(key)]
    ]
    return laws(run_population(problem.truces, settings, folder, engine, tell))


def _own(problem: Problem, folder: Path) -> None:
    """Write what is calibrated into the folder. Raises InputError if it holds anything else."""
    file, text = folder / PROBLEM, problem.model_dump_json(indent=1)
    if file.is_file():
        if file.read_text(encoding="utf-8") != text:
            raise InputError(f"--out {folder}: holds another calibration; name another folder")
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"--out {folder}: has something in it already; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(file) as stream:
        stream.write(text.encode())


def _chosen(problem: Problem, far: Floats, weight: Floats, wave: int) -> NDArray[np.int64]:
    """Rows of the candidates for the next wave: half of what is not ruled out, half of the posterior."""
    luck = np.random.default_rng([problem.seed, 80, wave])
    is_open = np.flatnonzero(far < FARTHEST)
    if is_open.size < problem.points:
        is_open = np.argsort(far)[: 4 * problem.points]
    half = luck.permutation(is_open)[: problem.points // 2]
    flat = weight**0.5
    best = drawn(flat / flat.sum(), 4 * problem.points, problem.seed + wave)
    rest = luck.permutation(np.setdiff1d(best, half))[: problem.points - half.size]
    return np.concatenate([half, rest])
