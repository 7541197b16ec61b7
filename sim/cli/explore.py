"""The command of the explorer: `explore`. Thin, and heavy imports stay inside."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.options import ConfigDir, expand_home
from sim.errors import InputError


def explore(
    what: Annotated[
        Optional[list[str]],  # noqa: UP045 (typer reads the annotation at run time)
        typer.Argument(
            metavar="WHAT",
            help="A scenario (small_town), overrides KEY=VALUE, town=DIR, or the folder of a run, a study, "
            "an explanation or a followed record [default: al_rastan].",
            show_default=False,
        ),
    ] = None,
    config_dir: ConfigDir = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0: a free one.")] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="DIR",
            callback=expand_home,
            help="Folder for studies run on the page [default: none; they are deleted with their tab].",
        ),
    ] = None,
) -> None:
    """Watch, change and compare truces on a page in the browser, on this machine only."""
    try:
        import tornado.web  # noqa: F401
    except ImportError:
        raise InputError("explore: needs the extra; pip install 'hudna[explore]'") from None
    gc.disable()  # the start makes no garbage, and to look for it takes a good twentieth of its time
    try:
        from sim.explore.start import desk_of
        from sim.explore.start import explore as serve

        serve(
            desk_of(what or (), config_dir, out),
            port=port,
            browser=browser,
            say=lambda line: print(line, flush=True),
        )
    finally:
        gc.enable()


COMMANDS = (explore,)
