"""The commands of towns: `town new`, `town check`, `town show`. Thin, and heavy imports stay inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.options import expanded

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
    folder: Annotated[Path, typer.Argument(metavar="DIR", callback=expanded, show_default=False)],
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
    """Say all that does not fit in a town folder, what is assumed, and what is missing."""
    from sim.dossier.check import check_lines

    print("\n".join(check_lines(town)))


COMMANDS = ()
