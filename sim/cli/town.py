"""The commands of towns: `town new`, `check`, `show`, `targets`, `import`. Heavy imports stay inside."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.options import expand_home

app = typer.Typer(
    name="town",
    help="A town of your own: a folder with its people, groups and recorded events; town=DIR in any command.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[
    str,
    typer.Argument(metavar="TOWN", help="A town folder, or the name of a shipped town.", show_default=False),
]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", callback=expand_home, show_default=False)],
    like: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="TOWN", help="Start from another town: al_rastan, or a shipped one."),
    ] = None,
) -> None:
    """Make a town folder: commented, filled with an example, and ready to run."""
    from sim.towns.template import write_new

    write_new(folder, like)
    print(f"{folder}/\nEdit town.yaml and events.csv there, then: hudna town check {folder}")


@app.command()
def check(town: Folder) -> None:
    """Say what is wrong, odd, missing or assumed in a town folder."""
    from sim.dossier.check import check_lines

    print("\n".join(check_lines(town)))


@app.command()
def show(
    town: Folder,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="FILE", callback=expand_home, help="The page to write [default: NAME.html here]."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing page.")] = False,
) -> None:
    """Write a page about a town: people, groups, truce, recorded events, what is assumed."""
    from sim.dossier.page import write_page
    from sim.towns.folder import read_town

    path = out if out is not None else Path(f"{read_town(town).name}.html")
    write_page(town, path, force=force)
    print(path)


@app.command()
def targets(
    town: Folder,
    first: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--from", metavar="DATE", help="First date of the window [default: day 1]."),
    ] = None,
    last: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--to", metavar="DATE", help="Last date [default: end of the truce or of the record]."),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="DIR", callback=expand_home, help="Folder of the file [default: the town's]."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing calibration.yaml.")] = False,
) -> None:
    """Measure the record as histories are measured, and write a calibration file, ready to run."""
    from sim.dossier.targets import measure_town, write_targets

    found = measure_town(town, first, last)
    path = write_targets(found, out, force=force)
    print("\n".join([*found.lines(), str(path)]))


class SourceName(StrEnum):
    """Layouts that can be imported."""

    GED = "ged"
    ACLED = "acled"
    IBC = "ibc"
    CSV = "csv"


@app.command("import")
def import_(
    source: Annotated[SourceName, typer.Argument(help="Layout of the file.", show_default=False)],
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=expand_home, show_default=False)],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First date, 2004-05-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last date.")],
    out: Annotated[Path, typer.Option(metavar="DIR", callback=expand_home, help="The town folder.")],
    place: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="NAME,...", help="Places as the source names them."),
    ] = None,
    within: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(metavar="KM", help="All events within this many kilometres of --at."),
    ] = None,
    at: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="LAT,LON", help="Centre for --within, in degrees; it is not kept."),
    ] = None,
    kinds: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="FILE", callback=expand_home, help="Source's word -> kind [default: kinds.csv of DIR]."
        ),
    ] = None,
    columns: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="OURS=THEIRS,...",
            help="For csv: names of its columns for date, kind, deaths, place, lat, lon, id.",
        ),
    ] = None,
    dates: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="dmy|mdy", help="How to read dates such as 01/05/2004."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing events.csv.")] = False,
) -> None:
    """Turn a source's events at a place into events.csv, without coordinates, headlines or persons."""
    import shlex
    import sys

    from sim.dossier.imported import import_to_folder

    lines = import_to_folder(
        source.value,
        file,
        out,
        first=first,
        last=last,
        place=place,
        within=within,
        at=at,
        kinds=kinds,
        columns=columns,
        dates=dates,
        force=force,
        asked=shlex.join(["hudna", *_without_at(sys.argv[1:])]),
    )
    print("\n".join([*lines, f"{out}/events.csv"]))


def _without_at(arguments: list[str]) -> list[str]:
    """The command as noted in import.txt: without the centre of a radius, which nobody is to find there."""
    found = []
    for k, text in enumerate(arguments):
        is_centre = text.startswith("--at=") or (k > 0 and arguments[k - 1] == "--at")
        found.append("--at=..." if text.startswith("--at=") else "..." if is_centre else text)
    return found


COMMANDS = ()
