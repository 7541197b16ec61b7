"""The command `score`. Thin, and heavy imports stay inside."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from sim.cli.options import ConfigDir, DatedOut, TruceData


def score(
    what: Annotated[
        Optional[list[str]],  # noqa: UP045 (typer reads the annotation at run time)
        typer.Argument(
            metavar="[TOWN]... [KEY=VALUE]...",
            help="Ids of truces such as SYR-13 [default: all of the data], and changes of the scenario.",
            show_default=False,
        ),
    ] = None,
    config_dir: ConfigDir = None,
    particles: Annotated[int, typer.Option(help="Histories that follow each record.")] = 200,
    histories: Annotated[int, typer.Option(help="Histories that go on from each origin.")] = 50,
    step: Annotated[int, typer.Option(metavar="DAYS", help="Days from one origin to the next.")] = 28,
    leads: Annotated[str, typer.Option(metavar="DAYS,...", help="Days ahead, in whole weeks.")] = "28,56",
    days: Annotated[int, typer.Option(help="Most days of each record.")] = 301,
    without: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="MECHANISM",
            help="Also the evidence without it; may be repeated: answers, elders, feelings, "
            "restraint, revenge, hostility.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 0,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one per core.")] = 0,
    data: TruceData = None,
    out: DatedOut = None,
    force: Annotated[bool, typer.Option("--force", help="Replace existing results.")] = False,
) -> None:
    """Score forecasts of recorded truces against those of the simplest methods, at rolling origins.

    The same command with --out continues after an interruption.
    """
    from sim.cli.watch import watched
    from sim.disk.results import dated_name, statement
    from sim.errors import InputError
    from sim.following.rolling import Plan
    from sim.following.scoring import score as score_truces
    from sim.following.truces import FOLDER

    try:
        ahead = tuple(int(lead) for lead in leads.split(","))
    except ValueError:
        raise InputError(f"--leads {leads}: give days separated by commas, such as 28,56") from None
    given = list(what or ())
    overrides = [each for each in given if "=" in each or each.startswith("~")]
    folder = out if out is not None else dated_name("truces_scored")
    with watched(lambda: "the truces that are done are kept; the same command goes on") as tell:
        found = score_truces(
            [each for each in given if each not in overrides],
            overrides,
            plan=Plan(step, ahead, days, histories),
            particles=particles,
            seed=seed,
            without=tuple(without or ()),
            workers=workers,
            data=data if data is not None else FOLDER,
            config_dir=config_dir,
            out=folder,
            force=force,
            tell=tell,
        )
    print(found.scores.round(3).to_string(index=False))
    print("\n".join(["", *found.lines, "", statement(), f"Results: {folder}/"]))


COMMANDS = (score,)
