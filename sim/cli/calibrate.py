"""The command that calibrates."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.options import ConfigDir, expand_home
from sim.cli.towns import announce_town
from sim.errors import InputError
from sim.text_table import write

PREFIX = "study="
NEEDS = {"SALib": "SALib", "sklearn": "scikit-learn"}


def calibrate(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A file, or the name of a shipped one: al_rastan. study=FILE is the same."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            callback=expand_home,
            help="Folder for the results; an unfinished one is continued.",
        ),
    ],
    engine: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(metavar="engine...", help="Keys of a study's engine, e.g. engine.workers=4."),
    ] = None,
    config_dir: ConfigDir = None,
) -> None:
    """Fit assumed parameters to what is known: screening, history matching with emulators, posterior."""
    missing = [name for module, name in NEEDS.items() if find_spec(module) is None]
    if missing:
        raise InputError(f"calibrate needs {' and '.join(missing)}: pip install 'hudna[calibrate]'")
    from sim.calibrate.problem import read_problem
    from sim.disk.target import check_place

    check_place(out)

    problem = read_problem(file.removeprefix(PREFIX), config_dir)
    for line in problem.base:
        announce_town([line])
    from sim.calibrate.calibrate import calibrate as calibrated
    from sim.calibrate.files import write_calibration
    from sim.calibrate.words import parameter_table
    from sim.study.progress import show_on

    with show_on(sys.stderr) if sys.stderr.isatty() else nullcontext(_say_nothing) as tell:
        found = calibrated(
            problem,
            out,
            engine=engine or (),
            tell=tell,
            say=lambda words: print(f"hudna: {words}", file=sys.stderr, flush=True),
        )
    lines = write_calibration(found, out)
    write(parameter_table(found), "table")
    print("\n".join(["", *lines, "", f"Results: {out}/"]))


def _say_nothing(_: object) -> None:
    return None


COMMANDS = (calibrate,)
