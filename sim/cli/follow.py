"""The command `follow`. Thin, and heavy imports stay inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.options import ConfigDir, DatedOut, Overrides, TruceData
from sim.cli.towns import announce


def follow(
    truce: Annotated[
        str,
        typer.Argument(
            metavar="TRUCE",
            help="Id of a truce of the data, such as SYR-13, or a town: its folder or shipped name.",
            show_default=False,
        ),
    ],
    overrides: Overrides = None,
    config_dir: ConfigDir = None,
    start: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--from", metavar="DATE", help="First day to follow [default: the first of the record]."
        ),
    ] = None,
    until: Annotated[
        Optional[str],  # noqa: UP045 (typer reads the annotation at run time)
        typer.Option(metavar="DATE", help="Last day to follow [default: the last of the record]."),
    ] = None,
    particles: Annotated[int, typer.Option(help="Histories that follow the record.")] = 1000,
    islands: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="Groups resampled separately [default: about one per 250 particles]."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 0,
    counts_only: Annotated[
        bool,
        typer.Option(
            "--counts-only", help="Weigh only the numbers of events, not their deaths, kinds and actors."
        ),
    ] = False,
    ahead: Annotated[
        int,
        typer.Option(min=0, metavar="WEEKS", help="Weeks that histories go on after the last day; 0: none."),
    ] = 13,
    histories: Annotated[int, typer.Option(min=1, help="Histories that go on.")] = 200,
    measures: Annotated[
        bool,
        typer.Option("--measures/--no-measures", help="Try each protective measure from the last day on."),
    ] = True,
    explain: Annotated[
        int, typer.Option(min=0, metavar="EVENTS", help="Recorded events that are removed, one at a time.")
    ] = 15,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one per core.")] = 0,
    data: TruceData = None,
    out: DatedOut = None,
    force: Annotated[bool, typer.Option("--force", help="Replace existing results.")] = False,
) -> None:
    """Follow the record of a real truce: how probable is it under the model, in what state is the town?

    Then go on from there: what each protective measure changes, beside baselines and measured skill. The
    same command with --out continues after an interruption.
    """
    from sim.cli.watch import watched
    from sim.disk.results import dated_name, statement
    from sim.following.ask import follow as follow_truce
    from sim.following.truces import FOLDER
    from sim.towns.folder import MARK, catalogue_names

    name = truce.removeprefix("town=")
    if (Path(name) / MARK).is_file() or name in catalogue_names():
        announce(name)
    folder = out if out is not None else dated_name(f"{Path(name).name}_followed")
    with watched(lambda: "the islands that are done are kept; the same command goes on") as tell:
        found = follow_truce(
            truce,
            overrides or (),
            start=start,
            until=until,
            particles=particles,
            islands=islands,
            seed=seed,
            weigh_marks=not counts_only,
            ahead=ahead,
            histories=histories,
            measures=measures,
            explain=explain,
            workers=workers,
            data=data if data is not None else FOLDER,
            config_dir=config_dir,
            out=folder,
            force=force,
            tell=tell,
        )
    print(found.state.round(3).to_string(index=False, na_rep=""))
    print("\n".join(["", *found.lines, "", statement(), f"Results: {folder}/"]))


COMMANDS = (follow,)
