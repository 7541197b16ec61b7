"""Calibration from its file to a folder: screening, waves, posterior, coverage check, posterior runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibrate.emulator import emulators
from sim.calibrate.evidence import EVIDENCE, WIDTH, content_of, cut_below, log_evidence, read_record
from sim.calibrate.fit import (
    FARTHEST,
    Floats,
    agreement_of_runs,
    candidates,
    draw_balanced,
    effective,
    implausibility,
    log_agreement,
    weights_of,
)
from sim.calibrate.folder import owned
from sim.calibrate.population import ASKED, laws, run_population
from sim.calibrate.posterior import central, measure_narrowing, pairs_of, parameters_of, unit_of
from sim.calibrate.problem import Problem, base_values, base_values_of_all
from sim.calibrate.prove import check_coverage
from sim.calibrate.screen import screen_parameters, trajectories
from sim.calibrate.summaries import columns_of
from sim.calibrate.waves import Told, chosen, run_wave, seed_of, values_of
from sim.compose import compose_scenario
from sim.config.values import numbers_at
from sim.errors import InputError
from sim.following.record import Record


@dataclass
class Calibration:
    """The results of a calibration; docs/calibration.md explains them.

    `screening`: as of `screen_parameters`; `waves`: wave, points, not_ruled_out (share of the prior) and
    effective_sample; `parameters`, `pairs`, `proof` and `laws`: as of `parameters_of`, `pairs_of`,
    `check_coverage` and `laws`; `check`, `central` and `shipped`: a column per key, then the summaries.
    """

    problem: Problem
    screening: pd.DataFrame
    waves: pd.DataFrame
    parameters: pd.DataFrame
    pairs: pd.DataFrame
    sample: pd.DataFrame  # rows of values, a column per key
    proof: pd.DataFrame
    check: pd.DataFrame  # points of the posterior that were run, with their summaries
    central: pd.DataFrame  # points in its middle, run more often; the best-agreeing one first
    shipped: pd.DataFrame  # the defaults, run likewise: one row
    failed: int  # histories of the waves that failed
    laws: pd.DataFrame | None  # how a population of truces may differ; None if not requested
    record: Record | None = None  # the record whose likelihood is a target
    evidence: pd.DataFrame | None = None  # log evidence at each point of the waves


def calibrate(
    problem: Problem,
    folder: str | Path,
    *,
    engine: Sequence[str] = (),
    tell: Told = lambda queue: None,
    say: Callable[[str], None] = lambda words: None,
) -> Calibration:
    """Calibrate in this folder; finished work is not done again.

    `engine`: overrides of a study's engine. `say` receives the stage in words, `tell` the progress of the
    runs. Raises InputError; Unfinished or KeyboardInterrupt if it was stopped: the same call continues.
    """
    path = Path(folder)
    base, record = base_values(problem), read_record(problem)
    with owned(problem, base_values_of_all(problem) | content_of(record), path):
        return _calibrate(problem, record, numbers_at(base, problem.priors), path, engine, tell, say)


def _calibrate(
    problem: Problem,
    record: Record | None,
    defaults: Mapping[str, float],
    path: Path,
    engine: Sequence[str],
    tell: Told,
    say: Callable[[str], None],
) -> Calibration:
    names, default = list(problem.priors), unit_of(problem, defaults)
    say("screening")
    seed = partial(seed_of, problem)
    unit, table = run_wave(
        problem, lambda: trajectories(problem), path / "screening", engine, tell, seed=seed(0), luck="common"
    )
    also = {}
    if record is not None:
        say(f"the record of {record.name}")
        there = path / "screening"
        seen = log_evidence(problem, record, unit, there, engine, tell, seed=seed(0), luck="common")
        table[EVIDENCE], also = cut_below(seen, record), {EVIDENCE: WIDTH}
    screening = screen_parameters(problem, unit, table, also)
    kept = [k for k, key in enumerate(names) if screening.loc[key, "kept"]]
    if len(kept) < 2:
        raise InputError("fewer than two parameters move the targets; widen the priors, or add others")
    asked = candidates(problem.candidates, len(kept), problem.seed)
    columns = columns_of(problem.all_targets)

    def full(points: Floats) -> Floats:
        whole = np.tile(default, (len(points), 1))
        whole[:, kept] = points
        return whole

    # Points of the screening share their luck, which emulators would take for signal: they are not reused.
    points = candidates(problem.points, len(kept), problem.seed + 2)
    is_used = np.zeros(len(asked), bool)
    units: list[Floats] = []
    tables: list[pd.DataFrame] = []
    told = []
    for wave in range(1, problem.waves + 1):
        say(f"wave {wave} of {problem.waves}")
        more, its_table = run_wave(
            problem, partial(full, points), path / f"wave-{wave}", engine, tell, seed=seed(wave)
        )
        if record is not None:
            its_table[EVIDENCE] = log_evidence(
                problem, record, more, path / f"wave-{wave}", engine, tell, seed=seed(wave)
            )
        units, tables = [*units, more], [*tables, its_table]
        unit, table = np.concatenate(units)[:, kept], pd.concat(tables, ignore_index=True)
        if record is not None:
            seen = table[EVIDENCE].to_numpy(float)
            table[EVIDENCE] = cut_below(seen, record)
        made = emulators(unit, table, [*columns, *also])
        far = implausibility(asked, made, problem.all_targets)
        agreement = before = log_agreement(asked, made, problem.all_targets)
        if record is not None:
            agreement = before + made[EVIDENCE].at(asked)[0]
        weight = weights_of(agreement)
        open_ = float((far < FARTHEST).mean())
        told.append((wave, len(unit), open_, effective(weight)))
        say(f"emulators of {len(unit)} points: {open_:.2%} of the prior is not ruled out")
        rows = chosen(problem, far, agreement, is_used, wave)
        points, is_used[rows] = asked[rows], True
    say("synthetic truths")
    proof = check_coverage(problem, kept, unit, table, made)
    say("what the posterior gives")
    sampled = full(asked[draw_balanced(asked, weight, problem.sample, problem.seed)])
    some = sampled[np.linspace(0, len(sampled) - 1, min(problem.checked, len(sampled))).astype(int)]
    check = _run_checked(problem, some, path / "posterior", engine, tell, seed=seed(problem.waves + 1))
    say("the middle of the posterior")
    middle = full(asked[central(asked, weight, agreement, problem.central)])
    middle = np.vstack([middle, default])
    best = _run_checked(
        problem.more_often(problem.times),
        middle,
        path / "central",
        engine,
        tell,
        seed=seed(problem.waves + 2),
    )
    best["agreement"] = agreement_of_runs(best, made, problem.all_targets, problem.times)
    if record is not None:
        best["agreement"] += made[EVIDENCE].at(middle[:, kept])[0]
    parameters = parameters_of(problem, kept, asked, weight, defaults, screening)
    if record is not None:
        parameters["by_record"] = measure_narrowing(problem, kept, asked, weights_of(before), weight)
    return Calibration(
        problem=problem,
        screening=screening,
        waves=pd.DataFrame(told, columns=["wave", "points", "not_ruled_out", "effective_sample"]),
        parameters=parameters,
        pairs=pairs_of([names[k] for k in kept], asked, weight),
        sample=pd.DataFrame(values_of(problem, sampled), columns=names)[[names[k] for k in kept]],
        proof=proof,
        check=check,
        failed=int(table["failed"].sum()),
        central=best[:-1].sort_values("agreement", ascending=False, ignore_index=True),
        shipped=best[-1:].reset_index(drop=True),
        laws=_laws(problem, parameters, path / "population", engine, tell) if problem.truces else None,
        record=record,
        evidence=_evidence_table(problem, units, seen) if record is not None else None,
    )


def _evidence_table(problem: Problem, units: Sequence[Floats], seen: Floats) -> pd.DataFrame:
    values = pd.DataFrame(values_of(problem, np.concatenate(units)), columns=list(problem.priors))
    wave = np.repeat(np.arange(1, len(units) + 1), [len(each) for each in units])
    return values.assign(wave=wave, log_evidence=seen)


def _run_checked(
    problem: Problem, points: Floats, folder: Path, engine: Sequence[str], tell: Told, *, seed: int
) -> pd.DataFrame:
    """Values and summaries of points that are run. Raises InputError if the folder holds other points."""
    ran, table = run_wave(problem, lambda: points, folder, engine, tell, seed=seed)
    if ran.shape != points.shape or not np.allclose(ran, points):
        raise InputError(f"{folder}: holds points of another posterior; remove this folder and try again")
    return pd.concat([pd.DataFrame(values_of(problem, ran), columns=list(problem.priors)), table], axis=1)


def _laws(
    problem: Problem, parameters: pd.DataFrame, folder: Path, engine: Sequence[str], tell: Told
) -> pd.DataFrame:
    """The laws of a population whose truces have the posterior's medians except for their paces."""
    fitted = parameters.dropna(subset=["median"]).set_index("parameter")["median"]
    own = numbers_at(compose_scenario(ASKED[:1]).model_dump(mode="json"), fitted.index)
    plain = numbers_at(base_values(problem), fitted.index)  # what local_truce sets itself is kept
    settings = [
        f"{key}={int(value) if key in problem.whole else float(f'{value:.6g}')}"
        for key, value in fitted.items()
        if not str(key).startswith("pace.") and own.get(str(key)) == plain[str(key)]
    ]
    return laws(run_population(problem.truces, settings, folder, engine, tell))
