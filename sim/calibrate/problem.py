"""What is calibrated: priors, targets, and the amount of work, read from YAML."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr, model_validator

from sim.calibrate.summaries import BOUNDS, LOGS, SHARES, TARGETS
from sim.compose import Composer
from sim.config.complaints import scenario_from, section_from
from sim.config.document import placing, read_document
from sim.config.files import shipped_folder
from sim.config.values import check_there, numbers_at, settle, with_settings
from sim.errors import InputError, closest
from sim.patterns.figures import ONCE
from sim.patterns.record import NAMES as RECORD
from sim.patterns.targets import WEEKS
from sim.scenario import Scenario
from sim.schema import Section, number, text
from sim.study.priors import OF_THE_RUN, Prior, check_whole, takes_whole_numbers
from sim.study.settings import Study
from sim.towns.folder import rebase

GROUP = "calibration"
OF_13_WEEKS = ("fatal_events", "deaths", "empty_weeks", "held_shelled")
FEWEST_TRUCES = 200  # below this, populations cannot be told apart
TELLS: dict[str, Any] = {"unit": "", "source": ""}


class Target(Section):
    """A pattern that the model should show: a range for its mean, or one number that was observed once."""

    low: float | None = number(None, "least value of a range", unit="of the pattern")
    high: float | None = number(None, "greatest value of a range", unit="of the pattern")
    observed: float | None = number(
        None, "one observation, a draw from the predictive distribution", unit="of the pattern"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.observed is None:
            if self.low is None or self.high is None or not self.low < self.high:
                raise ValueError("give low below high, or observed")
        elif self.low is not None or self.high is not None:
            raise ValueError("observed stands alone, without low and high")
        return self


class Also(Section):
    """More histories of every point, in another scenario, and their targets."""

    base: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="overrides that these runs have in common",
        json_schema_extra=TELLS,
    )
    targets: dict[str, Target] = Field(
        default_factory=dict, description="pattern -> target", json_schema_extra=TELLS
    )
    runs: int = number(8, "runs of each point", unit="runs", ge=4, le=10_000)


class OfRecord(Section):
    """A record of events whose likelihood is a target."""

    follow: str = text("town", "id of a shipped truce, or name of a town; town: that of base")
    until: str | None = text(None, "last date that counts; null: all of the record")
    particles: int = number(
        16, "histories that follow the record at each point", unit="particles", ge=2, le=10_000
    )


class Problem(Section):
    """A calibration: the schema of its file."""

    question: str = text("", "what is calibrated, in a sentence")
    base: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="overrides that all runs have in common",
        json_schema_extra=TELLS,
    )
    priors: dict[str, Prior] = Field(
        default_factory=dict, description="key -> prior", json_schema_extra=TELLS
    )
    targets: dict[str, Target] = Field(
        default_factory=dict, description="pattern -> target", json_schema_extra=TELLS
    )
    also: dict[str, Also] = Field(
        default_factory=dict,
        description="name -> histories of the same points in another scenario, with targets of their own",
        json_schema_extra=TELLS,
    )
    record: OfRecord | None = Field(
        default=None,
        description="a record whose likelihood at each point is a target beside the others; null: none",
        json_schema_extra=TELLS,
    )
    trajectories: int = number(6, "trajectories of the Morris screening", unit="trajectories", ge=2, le=1000)
    negligible: float = number(
        0.2,
        "a parameter that moves no target by more than this share of its width is left at its default",
        unit="share",
        ge=0,
        le=10,
    )
    waves: int = number(
        2,
        "waves after the screening: one spread over the prior, then history matching",
        unit="waves",
        ge=1,
        le=20,
    )
    points: int = number(160, "points of a wave", unit="points", ge=16, le=100_000)
    runs: int = number(16, "runs of each point", unit="runs", ge=4, le=10_000)
    candidates: int = number(
        100_000, "points of the prior at which the emulators are asked", unit="points", ge=1000, le=10**7
    )
    sample: int = number(200, "size of the posterior sample", unit="points", ge=20, le=10_000)
    checked: int = number(
        48, "points of the posterior sample that are run at the end", unit="points", ge=2, le=10_000
    )
    central: int = number(
        16, "points of the posterior's middle that are run at the end", unit="points", ge=1, le=10_000
    )
    times: int = number(
        4, "how many times as often as other points those of the middle are run", unit="1", ge=1, le=100
    )
    truths: int = number(
        40, "synthetic truths that the method is tried on first", unit="points", ge=0, le=1000
    )
    truces: int = number(
        0, "local truces that are run at the end for P1 and P2; 0: none", unit="truces", ge=0, le=10**6
    )
    seed: int = number(0, "seed of histories, designs and samples", unit="seed", ge=0, le=2**62)
    _config_dir: str | Path | None = PrivateAttr(None)

    @property
    def config_dir(self) -> str | Path | None:
        """The user's own config groups, in which `base` may choose."""
        return self._config_dir

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if 2 * self.waves * self.points > self.candidates:
            raise ValueError("candidates: give at least twice as many as points of all waves")
        if 0 < self.truces < FEWEST_TRUCES:
            raise ValueError(f"truces = {self.truces}: 0, or at least {FEWEST_TRUCES}")
        return self

    @cached_property
    def all_targets(self) -> dict[str, Target]:
        """The targets of the base, then those of each other scenario."""
        return {
            **self.targets,
            **{name: each for also in self.also.values() for name, each in also.targets.items()},
        }

    def more_often(self, times: int) -> Self:
        """The problem with `times` as many runs of each point, in all its scenarios."""
        also = {name: each.model_copy(update={"runs": times * each.runs}) for name, each in self.also.items()}
        return self.model_copy(update={"runs": times * self.runs, "also": also})

    @cached_property
    def whole(self) -> frozenset[str]:
        """The keys that take whole numbers."""
        return frozenset(key for key in self.priors if takes_whole_numbers(key, "priors"))


def read_problem(file: str | Path, config_dir: str | Path | None = None) -> Problem:
    """The calibration that a file describes, or a shipped one by its name. Raises InputError.

    `config_dir` is the folder of the user's own configs, if `base` chooses among them.
    """
    path = Path(file)
    if not path.is_file():
        shipped = shipped_folder() / GROUP
        path = shipped / f"{file}.yaml"
        if not path.is_file():
            known = [each.stem for each in shipped.glob("*.yaml")]
            raise InputError(
                f"{file}: no such calibration file, nor a shipped one; {closest(str(file), known)}"
            )
    document = read_document(path, str(path))
    values = dict(document.values)
    if isinstance(values.get("base"), list):
        values["base"] = [
            rebase(line, path.parent) if isinstance(line, str) else line for line in values["base"]
        ]
    with placing([document]):
        return problem_from(values, str(path), config_dir)


def problem_from(values: dict[str, Any], where: str, config_dir: str | Path | None = None) -> Problem:
    """The calibration of plain values. Raises InputError, before anything is run or written."""
    try:
        problem = section_from(values, Problem, where)
    except InputError as error:
        raise _explain(error, where) from None
    problem._config_dir = config_dir
    if len(problem.priors) < 2 or not (problem.targets or problem.record):
        raise InputError(f"{where}: give at least two priors and one target")
    twice = sorted({*RECORD} & {*problem.all_targets}) if problem.record is not None else []
    if twice:
        raise InputError(
            f"{where}: targets: {twice[0]}: is a figure of a record, whose likelihood is a target "
            "already; leave one of them out"
        )
    for name, target in problem.targets.items():
        _check_target(name, target, f"{where}: targets")
    _check_also(problem, where)
    for key, prior in problem.priors.items():
        if takes_whole_numbers(key, f"{where}: priors"):
            check_whole(key, prior, f"{where}: priors")
    defaults = _check_priors(problem, problem.base, problem.targets, where)
    for key, prior in problem.priors.items():
        if not prior.low <= defaults[key] <= prior.high:
            raise InputError(
                f"{where}: priors: {key}: {defaults[key]:g}, its value in this scenario, lies outside "
                f"{prior.low:g} to {prior.high:g}; widen the prior, or set {key} in base"
            )
    for name, also in problem.also.items():
        _check_priors(problem, also.base, also.targets, f"{where}: also: {name}")
    return problem


def _explain(error: InputError, where: str) -> InputError:
    return InputError("\n".join(f"{where}: {line}" for line in str(error).splitlines()))


def _check_target(name: str, target: Target, where: str) -> None:
    """Raise InputError for an unknown pattern, or numbers that it cannot have."""
    if name not in TARGETS:
        raise InputError(f"{where}: {name}: no such pattern; {closest(name, TARGETS)}")
    if (target.observed is not None) != (name in ONCE):
        raise InputError(f"{where}: {name}: takes {'observed' if name in ONCE else 'low and high'}")
    least, most = BOUNDS.get(name, (0, 1 if name in SHARES else inf))
    for end in (target.low, target.high, target.observed):
        if end is not None and not least <= end <= most:
            right = f"{least:g} to {most:g}" if most < inf else f"at least {least:g}"
            raise InputError(f"{where}: {name}: {end:g} is out of range; right would be {right}")
    if name in LOGS and target.low == 0:
        raise InputError(f"{where}: {name}: low = 0; it is judged by its logarithm, so give low above 0")
    if name in ONCE and ONCE[name].scale == "log" and target.observed == 0:
        raise InputError(f"{where}: {name}: observed = 0; it is judged by its logarithm, so give more than 0")


def _check_also(problem: Problem, where: str) -> None:
    """Raise InputError for a name unfit for a folder, missing or bad targets, or a target asked twice."""
    asked = set(problem.targets)
    for name, also in problem.also.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
            raise InputError(f"{where}: also: {name}: name it by a-z, 0-9 and _, a letter first")
        if not also.targets:
            raise InputError(f"{where}: also: {name}: give at least one target")
        for target, value in also.targets.items():
            _check_target(target, value, f"{where}: also: {name}: targets")
            if target in asked:
                raise InputError(f"{where}: also: {name}: targets: {target} is asked twice; leave one out")
            asked.add(target)


def _check_priors(
    problem: Problem, base: Sequence[str], targets: Collection[str], where: str
) -> dict[str, float]:
    """The defaults of the priors.

    Raises InputError for a base that is not a scenario, or bounds of priors that give no valid scenario.
    """
    try:
        values = values_from(base, problem.config_dir)
        scenario = scenario_from(values)
        for key in problem.priors:
            check_there(values, key, False, Scenario)
    except InputError as error:
        raise _explain(error, where) from None
    if scenario.days < 1:
        raise InputError(f"{where}: base: days = {scenario.days}: nothing happens; give at least 1")
    for name in targets:
        if name in OF_13_WEEKS and scenario.days < 7 * WEEKS:
            raise InputError(
                f"{where}: targets: {name}: is of {WEEKS} weeks, and base has days = {scenario.days}; "
                f"give at least {7 * WEEKS}, or a target of the record (record_events, ...)"
            )
        if name in RECORD and scenario.days < 14:
            raise InputError(
                f"{where}: targets: {name}: needs two weeks, and base has days = {scenario.days}"
            )
    defaults = numbers_at(values, problem.priors)
    for key in problem.priors:
        if key not in defaults:
            raise InputError(f"{where}: priors: {key}: has no number in this scenario; give it one in base")
    for end in ("low", "high"):
        bounds = {
            key: int(getattr(prior, end)) if key in problem.whole else getattr(prior, end)
            for key, prior in problem.priors.items()
        }
        try:
            scenario_from(with_settings(values, bounds))
        except InputError as error:
            raise _explain(error, f"{where}: priors") from None
    return defaults


def base_values(problem: Problem) -> dict[str, Any]:
    """The plain values that the runs of the base start from. Raises InputError."""
    return values_from(problem.base, problem.config_dir)


def base_values_of_all(problem: Problem) -> dict[str, Any]:
    """What `base_values` gives, with those of the other scenarios under `also`, if there are any."""
    also = {name: values_from(each.base, problem.config_dir) for name, each in problem.also.items()}
    return {**base_values(problem), **({"also": also} if also else {})}


def values_from(base: Sequence[str], config_dir: str | Path | None = None) -> dict[str, Any]:
    """The plain values of a base (overrides). Raises InputError, also for a sweep or a key of a study."""
    composer = Composer(config_dir)
    told = composer.split(base, Study)
    key = next(iter({**told.told, **told.sweeps}), None)
    key = key or next((key for key in told.fixed if key in OF_THE_RUN[:1]), None)
    if key is not None:
        raise InputError(f"base: {key} is swept or belongs to the calibration; leave it out")
    return settle(composer.values(base), Scenario)
