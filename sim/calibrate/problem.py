"""What is to be calibrated: priors of parameters, targets, and how much work may be done. Read from YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, model_validator

from sim.calibrate.summaries import SUMMARIES, TARGETS
from sim.config.complaints import section_from
from sim.config.files import check_file, shipped_folder
from sim.errors import InputError, closest
from sim.schema import Section, number, text
from sim.schema_tree import find, nearest
from sim.study.draws import Prior

GROUP = "calibration"
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
    trajectories: int = number(6, "trajectories of the Morris screening", unit="trajectories", ge=2, le=1000)
    negligible: float = number(
        0.2,
        "a parameter that moves no target by more than this share of its width is left at its default",
        unit="share",
        ge=0,
        le=10,
    )
    waves: int = number(3, "waves of history matching after the screening", unit="waves", ge=1, le=20)
    points: int = number(160, "points of a wave", unit="points", ge=8, le=100_000)
    runs: int = number(16, "runs of each point", unit="runs", ge=4, le=10_000)
    candidates: int = number(
        100_000, "points of the prior at which the emulators are asked", unit="points", ge=1000, le=10**7
    )
    sample: int = number(200, "size of the posterior sample", unit="points", ge=20, le=10_000)
    truths: int = number(
        40, "synthetic truths that the method is tried on first", unit="points", ge=0, le=1000
    )
    truces: int = number(
        0, "local truces that are run at the end for P1 and P2; 0: none", unit="truces", ge=0, le=10**6
    )
    seed: int = number(0, "seed of designs and samples", unit="seed", ge=0, le=2**62)


def read_problem(file: str | Path) -> Problem:
    """The calibration that a file describes, or a shipped one by its name. Raises InputError."""
    path = Path(file)
    if not path.is_file():
        shipped = shipped_folder() / GROUP
        path = shipped / f"{file}.yaml"
        if not path.is_file():
            known = [each.stem for each in shipped.glob("*.yaml")]
            raise InputError(
                f"{file}: no such calibration file, nor a shipped one; {closest(str(file), known)}"
            )
    check_file(path)
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    return problem_from(values if isinstance(values, dict) else {}, str(file))


def problem_from(values: dict[str, Any], where: str) -> Problem:
    """The calibration of plain values. Raises InputError."""
    from sim.scenario import Scenario

    try:
        problem = section_from(values, Problem, where)
    except InputError as error:
        raise InputError("\n".join(f"{where}: {line}" for line in str(error).splitlines())) from None
    for key, prior in problem.priors.items():
        place = find(Scenario, key)
        if place is None:
            raise InputError(f"{where}: priors: {key}: no such key; {nearest(Scenario, key, Scenario())}")
        for end in (prior.low, prior.high):
            _check_range(key, end, place, where)
    for name, target in problem.targets.items():
        if name not in TARGETS:
            raise InputError(f"{where}: targets: {name}: no such pattern; {closest(name, TARGETS)}")
        if (target.observed is not None) != (f"{name}_sd" in SUMMARIES):
            right = "observed" if f"{name}_sd" in SUMMARIES else "low and high"
            raise InputError(f"{where}: targets: {name}: takes {right}")
    if len(problem.priors) < 2 or not problem.targets:
        raise InputError(f"{where}: give at least two priors and one target")
    return problem


def _check_range(key: str, value: float, place: Any, where: str) -> None:
    """Raise InputError if the schema does not admit a value at a key."""
    from sim.schema_tree import range_text

    bounds = {type(each).__name__.lower(): each for each in (place.field.metadata if place.field else ())}
    ge, gt, le, lt = (getattr(bounds.get(name), name, None) for name in ("ge", "gt", "le", "lt"))
    is_bad = (
        (ge is not None and value < ge)
        or (gt is not None and value <= gt)
        or (le is not None and value > le)
        or (lt is not None and value >= lt)
    )
    if is_bad:
        raise InputError(
            f"{where}: priors: {key}: {value:g} is outside the schema's range, {range_text(place.field)}"
        )
