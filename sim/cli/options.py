"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from sim.engines.config import Engine


def expand_home(path: Optional[Path]) -> Optional[Path]:  # noqa: UP045
    """A path with `~` expanded, for options, where the shell does not do it. Raises InputError."""
    from sim.disk.target import target_of

    return None if path is None else target_of(path)


Overrides = Annotated[
    Optional[list[str]],  # noqa: UP045 (typer reads the annotation at run time)
    typer.Argument(
        metavar="KEY=VALUE",
        help="What differs from the defaults, in Hydra's override grammar: scenario=small_town seed=7 "
        "events.kidnapping.at=[12,40] ~factions.newcomers. `hudna show parameters` lists the keys.",
        show_default=False,
    ),
]
ConfigDir = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--config-dir",
        metavar="DIR",
        callback=expand_home,
        help="Your own config groups, e.g. DIR/scenario/mine.yaml.",
    ),
]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first run that fails.")]
EngineName = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--engine", metavar="NAME", help="Use this engine: serial, dask or slurm."),
]

TruceData = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--data",
        metavar="DIR",
        callback=expand_home,
        help="Folder with truces.csv and events.csv [default: those shipped].",
    ),
]
DatedOut = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--out",
        metavar="DIR",
        callback=expand_home,
        help="Folder of the results [default: a dated one under runs/].",
    ),
]


def engine_of(values: dict[str, Any], name: str | None, workers: int | None) -> Engine:
    """The engine of these values, or another one; with another number of workers. Raises InputError."""
    from sim.compose import Composer
    from sim.engines.config import Engine
    from sim.study.settings import Study

    if name is not None:
        values = Composer().engine(name, Study)
    if workers is not None:
        values = {**values, "workers": workers}
    return Engine.model_validate(values)
