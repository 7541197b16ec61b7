"""From what the user wrote to a plan: study file, overrides with sweeps, and a check of all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.config import refuse_idle
from sim.compose import Composer
from sim.config.complaints import nest, scenario_from, section_from
from sim.config.document import Document, placing, read_document
from sim.config.sweeps import Request, Sweep
from sim.config.values import check_there, leaf_keys, settle, value_at, with_settings
from sim.engines.config import ENGINES, Engine
from sim.errors import InputError, closest
from sim.scenario import Scenario
from sim.schema_tree import find
from sim.study.design import Points, design
from sim.study.draws import Draws, draws_of, read_uncertainty
from sim.study.pairs import base_points
from sim.study.plan import Combination, Plan, combination_of, runs_a_chunk, to_check
from sim.study.settings import Study
from sim.towns.folder import rebase

CHECK_ALL = 2000  # up to this number, all points are validated before the start
MOST_COMPLAINTS = 20
MOST_COMBINATIONS = 1000


def build_plan(
    overrides: Sequence[str],
    study_file: str | Path | None = None,
    config_dir: str | Path | None = None,
    *,
    yes: bool = False,
) -> tuple[Plan, Engine]:
    """The plan that the study file and the overrides describe, and the engine that is to run it.

    The command line overrides the file. Raises InputError, one line per problem, before anything starts.
    """
    composer = Composer(config_dir)
    document = None if study_file is None else read_study_file(study_file)
    values = {} if document is None else dict(document.values)
    if document is not None and isinstance(values.get("base"), list):
        folder = document.file.parent
        values["base"] = [rebase(each, folder) if isinstance(each, str) else each for each in values["base"]]
    with placing([*composer.documents, *([] if document is None else [document])], overrides):
        return _build(overrides, values, composer, yes)


def _build(
    overrides: Sequence[str], file: Mapping[str, Any], composer: Composer, yes: bool
) -> tuple[Plan, Engine]:
    request = composer.split(overrides, Study)
    given = _keys_given(request, composer)
    base = composer.split(_lines(file.get("base", ())), Study)
    if base.sweeps or base.told:
        key = next(iter({**base.sweeps, **base.told}))
        raise InputError(
            f"base: {key} is swept or belongs to the study; write it under factors, or at the top"
        )
    fixed = {key: line for key, line in base.fixed.items() if key not in given} | request.fixed
    sweeps: dict[str, Sweep] = {}
    for key, values in _factors(file).items():
        if not _is_given(key, values, given):
            sweeps[key] = composer.factor(key, values)
    sweeps |= request.sweeps
    for key in sweeps:
        fixed.pop(key, None)
    study = _study(file, request.told, composer, "seed" in sweeps)
    seeds = _seeds(tuple(fixed.values()), composer) if study.is_sensitivity else (0, 0)
    points = design(list(sweeps.values()), study, yes=yes, seeds=seeds)
    plan = _plan(study, tuple(fixed.values()), points, composer)
    is_chosen = "engine" in file or any(key.split(".")[0] == "engine" for key in request.told)
    if plan.most_runs == 1 and not is_chosen:
        return plan, ENGINES["serial"][1]
    return plan, study.engine


def _keys_given(request: Request, composer: Composer) -> set[str]:
    """Every dotted key that the command line fixes or varies, including keys inside sections."""
    swept = (leaf_keys(key, value) for key, sweep in request.sweeps.items() for value in sweep.values)
    leaves = [key for keys in swept for key in keys]
    return {*request.fixed, *request.sweeps, *composer.keys_set(tuple(request.fixed.values())), *leaves}


def _is_given(key: str, values: Any, given: set[str]) -> bool:
    """Whether the command line replaces a factor of the file. Raises InputError if it replaces a part."""
    if key in given or any(each.endswith(".") and key.startswith(each) for each in given):
        return True
    listed = values if isinstance(values, list) else []
    inside = {leaf for value in listed for leaf in leaf_keys(key, value)} & given
    if inside:
        raise InputError(
            f"{min(inside)}: set on the command line, and by the factor {key} of the study file; "
            f"set {key} as a whole, or vary its keys one by one"
        )
    return False


def _seeds(fixed: tuple[str, ...], composer: Composer) -> tuple[int, int]:
    """Seed and city seed that all points would have if no design changed them."""
    scenario = scenario_from(settle(composer.values(fixed), Scenario))
    return scenario.seed, scenario.city.seed


def _lines(base: Any) -> list[str]:
    if not isinstance(base, list | tuple) or not all(isinstance(line, str) for line in base):
        raise InputError("base: give a list of overrides, e.g. [scenario=small_town, days=90]")
    return list(base)


def _factors(file: Mapping[str, Any]) -> dict[str, Any]:
    factors = file.get("factors") or {}
    if not isinstance(factors, dict):
        raise InputError("factors: give a mapping, key: [value, value]")
    return {str(key): values for key, values in factors.items()}


def read_study_file(file: str | Path) -> Document:
    """A study file, checked as configs are. Raises InputError."""
    path = Path(file)
    if not path.exists():
        raise InputError(f"--study {file}: there is no such file")
    document = read_document(path)
    for key in document.values:
        if key not in Study.model_fields:
            hint = nest(key) if find(Study, key) is not None else closest(key, Study.model_fields)
            raise InputError(document.place(f"{key}: no such key of a study; {hint}"))
    return document


def _study(file: Mapping[str, Any], told: Mapping[str, Any], composer: Composer, by_seed: bool) -> Study:
    """The validated settings of the study: defaults, then the engine config, the file, the command line."""
    in_file = file.get("engine", {})
    in_file = {"name": in_file} if isinstance(in_file, str) else in_file
    if not isinstance(in_file, dict):
        raise InputError("engine: give the name of an engine, or a section with its values")
    name = told.get("engine", in_file.get("name", "dask"))
    engine = composer.engine(str(name), Study)
    if "engine" not in told:
        engine = with_settings(engine, {key: value for key, value in in_file.items() if key != "name"})
    values = {**Study().model_dump(mode="json"), **file, "engine": engine}
    values = with_settings(values, {key: value for key, value in told.items() if key != "engine"})
    if by_seed and "runs" not in {**file, **told} and values.get("precision") is None:
        values["runs"] = 1  # every seed is a separate run
    return section_from(values, Study, "the study")


def _plan(study: Study, fixed: tuple[str, ...], points: Points, composer: Composer) -> Plan:
    """The plan, once every config it needs is composed and its points are checked."""
    of_point, choices = combination_of(points)
    if len(choices) > MOST_COMBINATIONS:
        raise InputError(f"{len(choices)} combinations of config groups; at most {MOST_COMBINATIONS}")
    combinations = [Combination(each, _absolute(composer.values(fixed, each))) for each in choices]
    first = scenario_from(settle(combinations[0].values, Scenario))
    chunk = runs_a_chunk(first, study, len(points))
    town = combinations[0].values.get("town")
    named = read_uncertainty(study.uncertainty, composer.folders, town if isinstance(town, str) else None)
    with placing(named.values()):
        content = {name: each.values for name, each in named.items()}
        draws = draws_of(content, study.design_seed, composer.keys_set(fixed) if named else ())
    plan = Plan(study, fixed, points, tuple(combinations), of_point, chunk, draws)
    set_here = [*composer.keys_set(fixed), *(each.key for each in points.factors)]
    refuse_idle(first.city, [*set_here, *(() if draws is None else draws.keys)])
    check_points(plan)
    _check_draws(plan)
    base_points(plan)
    return plan


def _check_draws(plan: Plan) -> None:
    """Raise InputError for draws that give an invalid scenario, or change the city that all runs share."""
    if plan.draws is None:
        return
    city = next((key for key in plan.draws.keys if key.startswith("city.")), None)
    if city is not None and plan.study.cities == "shared":
        raise InputError(f"{city} is drawn for each run, so runs cannot share a city; add cities=redrawn")
    for combination in plan.combinations:
        values = settle(combination.values, Scenario)
        for key in plan.draws.keys:
            check_there(values, key, False, Scenario)
            try:
                value_at(values, key)
            except KeyError:
                above, _, last = key.rpartition(".")
                raise InputError(f"{key}: there is no {last} in {above} here (+{key}=... adds it)") from None
    some = [*plan.draws.edges(), *map(plan.draws.settings, range(min(20, plan.study.most_runs)))]
    for point in np.unique(plan.of_point, return_index=True)[1].tolist():
        for drawn in some:
            try:
                plan.scenario(point, drawn)
            except InputError as error:
                lines = (_with_its_file(line, plan.draws) for line in str(error).splitlines())
                raise InputError("\n".join(lines)) from None


def _with_its_file(line: str, draws: Draws) -> str:
    """A complaint about a drawn value, after the name of the file of uncertainty that holds its key."""
    for name, part in draws.parts.items():
        if any(line.startswith((f"{key} ", f"{key}:")) for key in (*part.keys, *part.priors)):
            return f"uncertainty {name}: {line}"
    return line


def _absolute(values: dict[str, Any]) -> dict[str, Any]:
    """The user's own tables by absolute path: workers and later calls may run in other folders."""
    city = values.get("city")
    city = city if isinstance(city, dict) else {}
    for name in ("residents", "ties"):
        path = city.get(name)
        if isinstance(path, str) and "${" not in path:
            values = with_settings(values, {f"city.{name}": str(Path(path).absolute())})
    return values


def check_points(plan: Plan) -> None:
    """Raise InputError for points that are not scenarios, with one line for each thing that is wrong."""
    for combination in plan.combinations:
        there = settle(combination.values, Scenario)
        for factor in plan.points.factors:
            if not factor.is_group:
                check_there(there, factor.key, factor.adds, Scenario)
    complaints: dict[str, None] = {}
    last_seed = 0
    for point in to_check(plan.points, CHECK_ALL):
        try:
            scenario = plan.scenario(point)
            last_seed = max(last_seed, scenario.seed, scenario.city.seed)
        except InputError as error:
            for line in str(error).splitlines():
                is_own = any(line.startswith(factor.key) for factor in plan.points.factors)
                complaints.setdefault(
                    line if is_own else f"point {point} ({plan.points.label(point)}): {line}"
                )
        if len(complaints) > MOST_COMPLAINTS:
            break
    if complaints:
        raise InputError("\n".join(list(complaints)[:MOST_COMPLAINTS]))
    if plan.study.luck == "common" and last_seed + plan.study.most_runs > 2**62:
        raise InputError(
            f"seed = {last_seed}: too large for {plan.study.most_runs} runs that count up from it"
        )
