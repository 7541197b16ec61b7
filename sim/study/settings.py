"""The settings of a study: the schema of study files and of the study's keys on the command line."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from sim.engines.config import Engine
from sim.schema import Section, choice, number, section, text

MOST_QUESTION = 500  # characters
Keep = Literal["rows", "summary", "daily", "events", "all"]


class Study(Section):
    """A study: its question, its points, the runs of each, what is kept."""

    question: str = text("", "the question of the study, in a sentence")
    base: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="overrides that all runs have in common, as on the command line",
        json_schema_extra={"unit": "", "source": ""},
    )
    factors: dict[str, Any] = Field(
        default_factory=dict,
        description='what is varied: key -> list of values, or a sweep as text, "range(0,1,0.1)"',
        json_schema_extra={"unit": "", "source": ""},
    )
    design: Literal["grid", "zip", "latin_hypercube", "sobol", "morris", "saltelli"] = choice(
        "grid",
        "grid: all combinations; zip: the first values together, the second ones, ...; latin_hypercube, "
        "sobol: sampled points; morris, saltelli: which factors decide, saltelli by Sobol' indices",
    )
    points: int | None = number(
        None, "number of sampled points; for latin_hypercube and sobol", unit="points", ge=1, le=10_000_000
    )
    samples: int | None = number(
        None,
        "trajectories of morris, or base samples of saltelli, a power of 2",
        unit="samples",
        ge=2,
        le=2**20,
    )
    design_seed: int = number(0, "seed of the sampled points", unit="seed", ge=0, le=2**62)
    runs: int = number(20, "runs of each point; with precision, the minimum", unit="runs", ge=1, le=10**6)
    precision: float | None = number(
        None,
        "add runs until the 95 % Wilson interval of the probability of a break is this wide to either side",
        unit="probability",
        gt=0,
        lt=0.5,
    )
    precision_of: Literal["break", "difference"] = choice(
        "break",
        "what precision is of: the probability of a break at each point, or the paired difference of each to "
        "its base; a difference that is clear of 0 is settled sooner, and gets no further runs",
    )
    max_runs: int = number(5000, "maximum runs of a point, with precision", unit="runs", ge=1, le=10**6)
    batch: int = number(20, "runs added at a time, with precision", unit="runs", ge=1, le=10_000)
    luck: Literal["common", "independent"] = choice(
        "common", "common: run k meets the same luck at every point; independent: every run has its own"
    )
    cities: Literal["shared", "redrawn"] = choice(
        "shared", "shared: all runs of a point in one city; redrawn: another city for each run"
    )
    uncertainty: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="files of configs/uncertainty/ from which each run draws some of its parameters",
        json_schema_extra={"unit": "", "source": ""},
    )
    runs_per_draw: int = number(
        1, "runs under each draw from uncertainty, so that luck is averaged", unit="runs", ge=1, le=10_000
    )
    keep: Keep = choice(
        "summary",
        "rows: the run rows; summary: also bands of the daily columns; daily, events: also those tables; all",
    )
    compare_with: int | dict[str, Any] | None = Field(
        None,
        description="the base of paired differences: a point's number, or {key: value} set at each point; "
        "null for point 0",
        json_schema_extra={"unit": "", "source": ""},
    )
    engine: Engine = section(Engine, "what does the runs")

    @field_validator("question")
    @classmethod
    def _in_a_sentence(cls, value: str) -> str:
        if len(value) > MOST_QUESTION:
            raise ValueError(
                f"{len(value):,} characters are too many for a question; at most {MOST_QUESTION}, a sentence"
            )
        return " ".join(value.split())

    @field_validator("uncertainty", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.is_sampled and self.points is None:
            raise ValueError(f"design={self.design} needs points=N, the number of points")
        if not self.is_sampled and self.points is not None:
            raise ValueError(f"points={self.points} is for design=latin_hypercube or design=sobol")
        self._fits_sensitivity()
        if self.precision_of == "difference" and self.precision is None:
            raise ValueError("precision_of=difference needs precision, e.g. precision=0.02 for 2 points")
        if self.precision_of == "difference" and self.luck != "common":
            raise ValueError("precision_of=difference compares pairs under the same luck; leave luck=common")
        if self.runs_per_draw > 1 and not self.uncertainty:
            raise ValueError(f"runs_per_draw={self.runs_per_draw} is for a study with uncertainty")
        if self.design == "sobol" and self.points is not None and self.points & (self.points - 1):
            below = 1 << (self.points.bit_length() - 1)
            raise ValueError(
                f"points={self.points}: Sobol' points come in powers of 2, {below} or {2 * below}"
            )
        if self.precision is not None and self.max_runs < self.runs:
            raise ValueError(f"max_runs={self.max_runs} is under runs={self.runs}")
        return self

    def _fits_sensitivity(self) -> None:
        """Raise ValueError for settings that sensitivity designs cannot take, or that only they can take."""
        if not self.is_sensitivity:
            if self.samples is not None:
                raise ValueError(f"samples={self.samples} is for design=morris or design=saltelli")
            return
        if self.samples is None:
            what = "trajectories" if self.design == "morris" else "base samples, a power of 2"
            raise ValueError(f"design={self.design} needs samples=N, the number of {what}")
        if self.design == "saltelli" and self.samples & (self.samples - 1):
            below = 1 << (self.samples.bit_length() - 1)
            raise ValueError(
                f"samples={self.samples}: base samples come in powers of 2, {below} or {2 * below}"
            )
        if self.precision is not None:
            raise ValueError(
                f"design={self.design} takes equally many runs at every point; leave precision out"
            )
        if self.luck != "common":
            raise ValueError(f"design={self.design} varies the seed by itself; leave luck=common")

    @property
    def is_sampled(self) -> bool:
        """Whether points are drawn evenly over intervals."""
        return self.design in ("latin_hypercube", "sobol")

    @property
    def is_sensitivity(self) -> bool:
        """Whether the design asks which factors decide, with the seed as one of them."""
        return self.design in ("morris", "saltelli")

    @property
    def most_runs(self) -> int:
        """Maximum number of runs of a point."""
        return self.runs if self.precision is None else self.max_runs
