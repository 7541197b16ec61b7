"""The commands of studies: `sweep`, `resume`, `status`, `merge`. Thin, and heavy imports stay inside."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sim.cli.options import ConfigDir, EngineName, FailFast, engine_of, expand_home
from sim.cli.towns import announce
from sim.cli.watch import FAILED, watched

if TYPE_CHECKING:
    from sim.engines.config import Engine
    from sim.study.store import Store

SweepOverrides = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="KEY=VALUES",
        help="What is varied and what is not, in Hydra's grammar: scenario=al_rastan,small_town "
        "events.kidnapping.base=range(0.01,0.05,0.01); and keys of the study: runs=100 precision=0.02 "
        "design=latin_hypercube points=64 engine=serial engine.workers=2 keep=daily.",
        show_default=False,
    ),
]


def sweep(
    overrides: SweepOverrides = None,
    study: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="FILE",
            callback=expand_home,
            help="Study file: question, base, factors, design, runs, keep.",
        ),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="DIR",
            callback=expand_home,
            help="Folder of the study [default: a dated one under runs/].",
        ),
    ] = None,
    config_dir: ConfigDir = None,
    shard: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="i/N", help="Do only the i-th of N parts; `hudna merge` joins them."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would cost, and exit.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Allow more than 10,000 points.")] = False,
    fail_fast: FailFast = False,
) -> None:
    """Run a study: every point of a sweep, as often as needed.

    The same command, or `hudna resume DIR`, continues after an interruption.
    """
    from sim.study.build import build_plan
    from sim.study.run_queue import WHOLE, Shard
    from sim.study.store import Store

    if out is not None and not dry_run:
        Store.check_free(out)
    part = Shard.read(shard) if shard is not None else WHOLE
    plan, engine = build_plan(overrides or (), study, config_dir, yes=yes)
    announce(plan.combinations[0].values.get("town"))
    from sim.study.store import PLAN
    from sim.study.trial import points_without_truce

    if out is None or not (out / PLAN).is_file():
        for line in points_without_truce(plan):
            print(f"hudna: {line}; its runs will fail", file=sys.stderr)
    if dry_run:
        from sim.study.forecast import forecast

        print("\n".join(forecast(plan, engine)))
        return
    from sim.disk.results import dated_name
    from sim.study.study import begin

    folder = out if out is not None else dated_name("study")
    with watched(lambda: _resume_words(folder)) as tell:
        store = begin(plan, engine, folder, tell, command=command_line(), shard=part, fail_fast=fail_fast)
    _leave(store)


def resume(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the study.", show_default=False)],
    engine: EngineName = None,
    workers: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=0, help="Number of workers from now on."),
    ] = None,
    fail_fast: FailFast = False,
) -> None:
    """Continue a study that was interrupted."""
    from sim.study.store import Store
    from sim.study.study import go_on

    store = Store.open(folder)
    with watched(lambda: _resume_words(folder)) as tell:
        go_on(store, _engine_of(store, engine, workers), tell, fail_fast=fail_fast)
    _leave(store)


def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the study.", show_default=False)],
) -> None:
    """Say how far a study has got."""
    from sim.study.progress import running_answer
    from sim.study.store import Store
    from sim.study.study import progress

    store = Store.open(folder)
    found = progress(store)
    print(f"{found.state}: {found.n_done:,} of {found.expected:,} runs, {store.plan.n_points:,} points")
    print(
        running_answer(found.n_done - found.n_failed, found.n_broke, found.n_failed) or "no run is done yet"
    )
    if found.state == "unfinished":
        print(f"`hudna resume {folder}` goes on")


def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="SHARD...", help="Folders of all shards.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", callback=expand_home, help="Folder of the whole study.")
    ],
) -> None:
    """Join the shards of a study and make its tables."""
    from sim.study.study import merge as joined

    _leave(joined(folders, out, command_line()))


def command_line() -> str:
    """The command as it was typed."""
    return shlex.join(["hudna", *sys.argv[1:]])


def _engine_of(store: Store, name: str | None, workers: int | None) -> Engine:
    """The engine that the store was started with, or another one."""
    return engine_of(store.manifest().get("engine", {}), name, workers)


def _resume_words(folder: Path) -> str:
    from sim.study.store import PLAN

    if not (folder / PLAN).is_file():
        return "nothing was started; the same command starts it"
    return f"the runs that are committed are kept; `hudna resume {folder}` goes on"


def _leave(store: Store) -> None:
    """Print the answer and exit with 0, or with 1 if runs failed."""
    from sim.report.study_lines import study_lines

    manifest = store.manifest()
    for each in manifest.get("environments", ()):
        told = "; ".join(each["differences"])
        words = f"after {each['from_run']:,} runs it went on under other versions ({told})"
        print(f"hudna: {words}", file=sys.stderr)
    if store.is_finished:
        print("\n".join([*study_lines(store), "", f"Results: {store.folder}/"]))
    else:
        part = f"shard {store.shard.number}/{store.shard.of} is done"
        print(f"{part}; `hudna merge SHARD... --out DIR` joins them all")
    if manifest.get("failed"):
        raise typer.Exit(FAILED)


COMMANDS = (sweep, resume, status, merge)
