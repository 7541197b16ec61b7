"""The command line: one run, studies, checks, lists. Heavy imports stand inside the commands."""

from __future__ import annotations

import io
import os
import pickle
import re
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn, Optional

import typer

from sim import __version__, cli_calibrate, cli_explain, cli_reports, cli_studies
from sim.cli_studies import ConfigDir, FailFast, Overrides
from sim.errors import InputError, Unfinished
from sim.interrupt import minding
from sim.show import Style

FAILED = 1  # a check, or what cannot be helped here
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


class Topic(StrEnum):
    """What `show` can list."""

    PARAMETERS = "parameters"
    EVENTS = "events"
    SCENARIOS = "scenarios"
    COVARIATES = "covariates"
    COLUMNS = "columns"


class TableFormat(StrEnum):
    """File format of a city's tables."""

    CSV = "csv"
    PARQUET = "parquet"


@app.callback(invoke_without_command=True)
def hudna(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Hudna simulates how long an undeclared truce in a divided city holds, and what breaks it."""
    if version:
        print(f"hudna {__version__}")
        raise typer.Exit(0)


@app.command()
def run(
    overrides: Overrides = None,
    config_dir: ConfigDir = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="DIR", help="Folder of the results [default: a dated one under runs/]."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace results that are already there.")] = False,
    cfg: Annotated[bool, typer.Option("--cfg", help="Print the composed config and leave.")] = False,
    no_figure: Annotated[bool, typer.Option("--no-figure", help="Leave out the picture.")] = False,
    multirun: Annotated[
        bool, typer.Option("--multirun", "-m", help="Run a sweep: the same as `hudna sweep`.")
    ] = False,
    fail_fast: FailFast = False,
) -> None:
    """Run one history: did the truce break, when, by what?"""
    if multirun:
        if force or cfg:
            raise InputError("run -m: a study is resumed, not replaced; --force and --cfg are for one run")
        cli_studies.sweep(overrides, out=out, config_dir=config_dir, fail_fast=fail_fast)
        return
    _refuse_keys_of_studies(overrides or ())
    from sim.compose import compose_scenario, compose_yaml

    if cfg:
        sys.stdout.write(compose_yaml(overrides or (), config_dir))
        return
    scenario = compose_scenario(overrides or (), config_dir)
    from sim.api import run_to_folder

    result = run_to_folder(scenario, out, force=force, figure=not no_figure)
    print("\n".join(result.lines))


def _refuse_keys_of_studies(overrides: Sequence[str]) -> None:
    from sim.scenario import Scenario
    from sim.study.settings import Study

    of_studies = Study.model_fields.keys() - Scenario.model_fields.keys()
    for line in overrides:
        key = re.split(r"[.=]", line.lstrip("+~"))[0]
        if key in of_studies:
            raise InputError(f"{key}: belongs to a study, of many histories; `hudna sweep` takes it")


@app.command()
def show(
    topic: Annotated[Topic, typer.Argument(help="What to list.", show_default=False)],
    only: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="FILTER", help="Only lines that hold this word.", show_default=False),
    ] = None,
    style: Annotated[Style, typer.Option("--format", help="How to print it.")] = Style.TABLE,
    config_dir: ConfigDir = None,
) -> None:
    """List what can be set, with default, unit, range and source, and the columns of results."""
    from sim.show import TOPICS, write

    table = TOPICS[topic.value](config_dir).holding(only)
    if not table.rows:
        raise InputError(f"show {topic.value} {only}: nothing holds this word; leave it out to see all")
    write(table, style.value)


@app.command()
def city(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write the tables into.")],
    overrides: Overrides = None,
    config_dir: ConfigDir = None,
    table_format: Annotated[
        TableFormat, typer.Option("--format", help="Format of the tables of residents and ties.")
    ] = TableFormat.CSV,
    force: Annotated[bool, typer.Option("--force", help="Replace tables that are already there.")] = False,
) -> None:
    """Write a generated city as tables, with its statistics.

    `city.residents=FILE city.ties=FILE` reads such tables.
    """
    from sim.city.build import build_city
    from sim.city.files import replacing
    from sim.city.own_data import write_city
    from sim.city.statistics import statistics_page
    from sim.compose import compose_scenario

    config = compose_scenario(overrides or (), config_dir).city
    suffix = f".{table_format.value}"
    page = out / "statistics.md"
    there = [path for path in (out / f"residents{suffix}", out / f"ties{suffix}", page) if path.exists()]
    if there and not force:
        raise InputError(f"{there[0]}: already there; --force replaces it, --out takes another folder")
    built = build_city(config)
    tables = write_city(built, out, suffix)
    with replacing(page) as stream:
        stream.write(statistics_page(built).encode())
    print("\n".join(str(path) for path in (*tables, page)))


for module in (cli_studies, cli_reports, cli_explain, cli_calibrate):
    for command in module.COMMANDS:
        app.command()(command)


@app.command()
def verify(
    full: Annotated[bool, typer.Option("--full", help="More runs: some minutes instead of seconds.")] = False,
    style: Annotated[Style, typer.Option("--format", help="How to print it.")] = Style.TABLE,
) -> None:
    """Check the parts of the model whose answer is known; exit with 1 if one of them fails."""
    from sim.show import write
    from sim.verify import CHECKS, answers
    from sim.verify.table import table_of

    found = list(answers(CHECKS, full=full, tell=lambda name: _say(f"checking {name}")))
    _say("")
    write(table_of(found), style.value)
    failed = sum(not answer.passes for answer in found)
    if failed:
        print(f"hudna: {failed} of {len(found)} known answers are missed", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def patterns(
    overrides: Overrides = None,
    config_dir: ConfigDir = None,
    runs: Annotated[int, typer.Option(min=2, max=100_000, help="Histories, of seeds 0, 1, 2, ...")] = 100,
    truces: Annotated[
        int, typer.Option(min=0, max=100_000, help="Local truces of the population, for P1 and P2; 0: none.")
    ] = 200,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Print what simple processes give for the same targets, too.")
    ] = False,
    style: Annotated[Style, typer.Option("--format", help="How to print it.")] = Style.TABLE,
) -> None:
    """Compare what the model gives with patterns that are known; what falls outside is printed as outside."""
    from sim.patterns.asked import asked
    from sim.patterns.table import table_of
    from sim.show import write

    scenario, found, traces = asked(overrides or (), config_dir, runs, truces, progress=sys.stderr.isatty())
    write(table_of(found, f"Patterns: {scenario.name}, {runs} histories; {truces} local truces"), style.value)
    if baselines:
        from sim.patterns.baselines.of_histories import histories_table
        from sim.patterns.baselines.of_targets import given, targets_table

        for table in (targets_table(list(given())), histories_table(traces)):
            print(f"\n{table.title}\n" if style is not Style.TABLE or not sys.stdout.isatty() else "")
            write(table, style.value)


def _say(what: str) -> None:
    """Tell on a terminal what is going on, in a line that the next one replaces."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what and f'hudna: {what} ...'}", end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0, 1 if runs of a study or a check failed, 2 after a mistake in the input, 3 for a study that can be
    resumed, 130 interrupted, 143 ended by SIGTERM.

    A mistake is told in one line a problem on standard error, never as a traceback.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    strange = [text for text in given if not _is_utf8(text)]
    if strange:
        return _refuse(f"{strange[0]}: {_NOT_UTF8}")
    try:
        with minding() as signals:
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
    """What is said of a file that ends too early: most likely compiled code that a full disk cut short."""
    from sim.core.compiler import code_folder

    where = code_folder()
    way_out = f"; if it is compiled code, delete {where}, and it is made anew" if where else ""
    return f"a file that is kept between runs cannot be read to its end{way_out}"


def _refuse(message: str, status: int = 2) -> int:
    """Print a mistake, one line a problem, and return the exit status."""
    for line in message.splitlines():
        clean = "".join(sign if sign.isprintable() else "?" for sign in line)
        print(f"hudna: error: {clean}", file=sys.stderr)
    return status


def entry() -> NoReturn:
    """Entry point of `hudna` and `python -m sim`."""
    os.environ["MPLBACKEND"] = "agg"  # a notebook hands down its own, which may not be installed here
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a letter that a terminal cannot show must not end the work
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
