"""From the command line to a server that runs: what the explorer opens, and its end."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.compose import catalogue
from sim.disk.target import check_place
from sim.errors import InputError, closest
from sim.explore.desk import Desk
from sim.explore.server import Explorer
from sim.explore.side import start_of


def desk_of(given: Sequence[str], config_dir: Path | None = None, keep: Path | None = None) -> Desk:
    """What the explorer opens: a folder of results, the name of a scenario, or overrides.

    All of it is checked here. Raises InputError.
    """
    if keep is not None:
        if keep.exists() and not keep.is_dir():
            raise InputError(f"--out {keep}: is a file; name a folder")
        check_place(keep)
        keep = keep.absolute()
    folders = [each for each in given if "=" not in each and not each.startswith("~") and Path(each).is_dir()]
    if folders:
        if len(given) > 1:
            raise InputError(
                f"{folders[0]}: is a folder of results, which is opened alone; leave out the rest"
            )
        from sim.explore.results import open_result  # heavy, and not needed for a scenario

        open_result(folders[0])
        return Desk((), Path(folders[0]).absolute(), config_dir, keep)
    base = tuple(_override(each, config_dir) for each in given)
    start_of(base, config_dir)
    return Desk(base, None, config_dir, keep)


def _override(given: str, config_dir: Path | None) -> str:
    """An override as it is, or `scenario=NAME` for the name of a scenario."""
    if "=" in given or given.startswith("~"):
        return given
    known = catalogue("scenario", config_dir)
    if given not in known:
        raise InputError(
            f"{given}: is neither a folder of results, nor a scenario, nor an override KEY=VALUE; "
            f"{closest(given, known)}"
        )
    return f"scenario={given}"


def explore(
    desk: Desk,
    *,
    port: int = 0,
    browser: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the page until Ctrl-C; `browser` opens it too, `port` 0 takes a free one.

    `say` is told the address, and the end. Raises InputError if the port is taken.
    """
    explorer = Explorer(desk, port)

    def welcome() -> None:
        opened = browser and _open(explorer.address())
        say(f"Hudna explorer: {explorer.address()}")
        if browser and not opened:
            say("No browser could be started. Open the address in a browser on this machine.")
        say("The address works once, in one browser. Ctrl-C ends the explorer.")

    try:
        explorer.warm_up()
        asyncio.run(explorer.serve(asyncio.Event(), welcome))
    except KeyboardInterrupt:
        say("The explorer has ended.")
    finally:
        desk.close()


def _open(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
