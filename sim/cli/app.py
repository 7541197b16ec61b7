"""The command line as a whole: its commands, and how a mistake is told."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer

from sim.cli import calibrate, checks, city, explain, results, run, show, studies
from sim.errors import InputError, Unfinished
from sim.interrupt import deferred_interrupts
from sim.version import __version__

UNFINISHED = 3  # a study that can be resumed
INTERRUPTED = 130  # what Typer makes of Ctrl-C
TERMINATED = 128 + 15

app = typer.Typer(
    name="hudna",
    help="Hudna simulates how long an undeclared truce in a divided city holds, and what breaks it.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def hudna(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Hudna simulates how long an undeclared truce in a divided city holds, and what breaks it."""
    if version:
        print(f"hudna {__version__}")
        raise typer.Exit(0)


for module in (run, show, city, studies, results, explain, calibrate, checks):
    for command in module.COMMANDS:
        app.command()(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0, 1 if runs of a study or a check failed, 2 after a mistake in the input, 3 for a study that can be
    resumed, 130 interrupted.

    A mistake is told in one line a problem on standard error, never as a traceback.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        with deferred_interrupts(), _ended_in_order():
            status = app(args=given, prog_name="hudna", standalone_mode=False) or 0
        sys.stdout.flush()
    except InputError as error:
        return _refuse(str(error))
    except Unfinished as error:
        return _refuse(str(error), UNFINISHED)
    except typer.TyperException as error:
        return _refuse(" ".join(error.format_message().split()))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains
        return 1
    except SystemExit as error:
        if error.code == TERMINATED:
            return _refuse("told to end (SIGTERM); nothing was written", TERMINATED)
        return 1  # Typer's own answer to a reader that left early
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _refuse(f"{where}{error.strerror or error}; give another folder with --out, or make room")
    except MemoryError:
        return _refuse("not enough memory for a city of this size; lower city.n_residents")
    if status == INTERRUPTED:
        print("hudna: interrupted", file=sys.stderr)
    return int(status)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM unwind what is under way, so that nothing half-written stays; exit status 143."""
    is_mine = threading.current_thread() is threading.main_thread()
    if not is_mine or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _refuse(message: str, status: int = 2) -> int:
    """Print a mistake, one line a problem, and return the exit status."""
    for line in message.splitlines():
        clean = "".join(sign if sign.isprintable() else "?" for sign in line)
        print(f"hudna: error: {clean}", file=sys.stderr)
    return status


def entry() -> NoReturn:
    """Entry point of `python -m sim`."""
    sys.exit(main())
