"""The command line as a whole: its commands, and how mistakes are reported."""

from __future__ import annotations

import io
import os
import pickle
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from sim.cli import town
from sim.errors import InputError, Unfinished
from sim.interrupt import deferred_interrupts
from sim.version import __version__

FAILED = 1  # a check that failed, or what cannot be helped here
UNFINISHED = 3  # a study that can be resumed
INTERRUPTED = 130  # what Typer makes of Ctrl-C
TERMINATED = 143  # ended by SIGTERM

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
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Hudna simulates how long an undeclared truce in a divided city holds, and what breaks it."""
    if version:
        print(f"hudna {__version__}")
        raise typer.Exit(0)


# files of this folder that hold commands, in the order of `hudna --help`
GROUPS = (
    "run", "show", "city", "new", "studies", "results", "explore", "explain", "follow", "score", "calibrate",
    "checks",
)  # fmt: skip
for group in GROUPS:
    for command in import_module(f"sim.cli.{group}").COMMANDS:
        app.command()(command)

app.add_typer(town.app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0, 1 if runs of a study or a check failed, 2 after a mistake in the input, 3 for a study that can be
    resumed, 130 interrupted, 143 ended by SIGTERM.

    A mistake is reported on standard error, one line per problem, never as a traceback.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    strange = [text for text in given if not _is_utf8(text)]
    if strange:
        return _refuse(f"{strange[0]}: {_NOT_UTF8}")
    try:
        with deferred_interrupts() as signals:
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
    except SystemExit:  # Typer's own answer to a reader that left early
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _refuse(f"{where}{error.strerror or error}; give another folder with --out, or make room")
    except (typer.Abort, EOFError, pickle.UnpicklingError):  # Typer makes Abort of EOFError
        return _refuse(_unreadable(), FAILED)
    except MemoryError:
        return _refuse("not enough memory for a city of this size; lower city.n_residents")
    if status == INTERRUPTED and signal.SIGTERM in signals:
        print("hudna: told to end (SIGTERM)", file=sys.stderr)
        return TERMINATED
    if status == INTERRUPTED:
        print("hudna: interrupted", file=sys.stderr)
    return int(status)


_NOT_UTF8 = "is not written in UTF-8; rename it, or set PYTHONUTF8=1 where the locale is not one of UTF-8"


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unreadable() -> str:
    """The message for a file that ends too early: most likely compiled code that a full disk cut short."""
    from sim.core.compiler import code_folder

    where = code_folder()
    way_out = f"; if it is compiled code, delete {where}, and it is made again" if where else ""
    return f"a file that is kept between runs cannot be read to its end{way_out}"


def _refuse(message: str, status: int = 2) -> int:
    """Print a mistake, one line per problem, and return the exit status."""
    for line in message.splitlines():
        clean = "".join(sign if sign.isprintable() else "?" for sign in line)
        print(f"hudna: error: {clean}", file=sys.stderr)
    return status


def entry() -> NoReturn:
    """Entry point of `hudna` and `python -m sim`."""
    os.environ["MPLBACKEND"] = "agg"  # a notebook hands down its own, which may not be installed here
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a character that a terminal cannot show must not end the run
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
