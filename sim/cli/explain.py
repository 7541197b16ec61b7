"""The command `explain`. Thin, and heavy imports stay inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.options import ConfigDir, EngineName, engine_of, expand_home
from sim.cli.towns import announce_town
from sim.cli.watch import watched
from sim.text_table import write


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN | STUDY | KEY=VALUE...",
            help="A run folder, a study folder, or overrides as for `run`.",
            show_default=False,
        ),
    ],
    config_dir: ConfigDir = None,
    replicates: Annotated[
        Optional[int],  # noqa: UP045 (typer reads the annotation at run time)
        typer.Option(
            help="Replicates of later luck for each change [default: 50, for a study 2 per history]."
        ),
    ] = None,
    histories: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="Histories of a study that broke and are rerun [default: 20]."),
    ] = None,
    point: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="Only histories of this point of the study [default: of all points]."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer: 10 replicates; of a study 8 histories, 1 replicate.")
    ] = False,
    without: Annotated[
        Optional[list[int]],  # noqa: UP045
        typer.Option(
            metavar="EVENT", help="Id of an event to remove instead of the heaviest; may be repeated."
        ),
    ] = None,
    only: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="SORT",
            help="Try this sort of changes alone, repeated for more: event, kind, measure, switch, kinship; "
            "of a study kind, covariate, measure.",
        ),
    ] = None,
    engine: EngineName = None,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one per core.")] = 0,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="DIR",
            callback=expand_home,
            help="Folder for the results [default: a dated one under runs/].",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace existing results.")] = False,
) -> None:
    """Why did it break, and what would have held it? Rerun it with one thing changed at a time.

    Of a study: a sample of the histories that broke. After an interruption the same command continues.
    """
    from sim.disk.results import check_target, dated_name
    from sim.explanation.ask import Options, perform, subject
    from sim.explanation.screen import history_screen, study_screen
    from sim.explanation.spread import Execution
    from sim.explanation.study import StudyExplanation

    if out is not None:
        check_target(out, force)
    is_folder = len(what) == 1 and "=" not in what[0] and not what[0].startswith("~")
    of = subject(what[0] if is_folder else what, config_dir)
    announce_town(what)
    options = Options(replicates, histories, point, tuple(without or ()), tuple(only or ()), quick)
    chosen = engine_of({}, engine or ("serial" if workers == 1 else None), workers)
    if out is None:
        named = "study" if isinstance(of, Path) else f"{of.scenario.name}_seed{of.scenario.seed}"
        out = dated_name(f"{named}_explained")
    with watched(lambda: "the reruns that are done are kept; the same command goes on") as tell:
        found = perform(of, options, Execution(chosen, tell, out.parent), out, force=force)
    table = study_screen(found.table) if isinstance(found, StudyExplanation) else history_screen(found.table)
    write(table, "table")
    print("\n".join(["", *found.lines, "", f"Results: {out}/"]))


COMMANDS = (explain,)
