"""The command of one history: `run`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli import studies
from sim.cli.garbage import seldom_collected
from sim.cli.options import ConfigDir, FailFast, Overrides, expand_home
from sim.cli.towns import announce_town
from sim.errors import InputError


def run(
    overrides: Overrides = None,
    config_dir: ConfigDir = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="DIR",
            callback=expand_home,
            help="Folder of the results [default: a dated one under runs/].",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace existing results.")] = False,
    cfg: Annotated[bool, typer.Option("--cfg", help="Print the composed config and exit.")] = False,
    no_figure: Annotated[bool, typer.Option("--no-figure", help="Draw no figure.")] = False,
    multirun: Annotated[
        bool, typer.Option("--multirun", "-m", help="Run a sweep: the same as `hudna sweep`.")
    ] = False,
    fail_fast: FailFast = False,
) -> None:
    """Run one history: did the truce break, when, by what?"""
    if multirun:
        if force or cfg:
            raise InputError("run -m: a study is resumed, not replaced; --force and --cfg are for one run")
        studies.sweep(overrides, out=out, config_dir=config_dir, fail_fast=fail_fast)
        return
    with seldom_collected():
        _run_one(overrides or (), config_dir, out, force=force, cfg=cfg, no_figure=no_figure)


def _run_one(
    overrides: Sequence[str],
    config_dir: Path | None,
    out: Path | None,
    *,
    force: bool,
    cfg: bool,
    no_figure: bool,
) -> None:
    _refuse_keys_of_studies(overrides)
    from sim.compose import compose_scenario, compose_yaml

    if cfg:
        sys.stdout.write(compose_yaml(overrides, config_dir))
        return
    if out is not None:
        from sim.disk.results import check_target

        check_target(out, force)
    scenario = compose_scenario(overrides, config_dir)
    announce_town(overrides)
    from sim.api import run_to_folder

    result = run_to_folder(scenario, out, force=force, figure=not no_figure)
    for note in result.notes:
        print(f"hudna: {note}", file=sys.stderr)
    print("\n".join(result.lines))


def _refuse_keys_of_studies(overrides: Sequence[str]) -> None:
    from sim.scenario import Scenario
    from sim.study.settings import Study

    of_studies = Study.model_fields.keys() - Scenario.model_fields.keys()
    for line in overrides:
        key = re.split(r"[.=]", line.lstrip("+~"))[0]
        if key in of_studies:
            raise InputError(f"{key}: belongs to a study, of many histories; `hudna sweep` takes it")


COMMANDS = (run,)
