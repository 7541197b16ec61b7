"""The commands that compare the model with what is known: `verify`, `patterns`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sim.cli.options import ConfigDir, Overrides
from sim.cli.towns import announce_town
from sim.text_table import Style, write


def verify(
    full: Annotated[bool, typer.Option("--full", help="More runs: minutes instead of seconds.")] = False,
    style: Annotated[Style, typer.Option("--format", help="How to print it.")] = Style.TABLE,
) -> None:
    """Check the parts of the model whose answer is known; exit with 1 if one of them fails."""
    from sim.verify import CHECKS, answers
    from sim.verify.table import table_of

    found = list(answers(CHECKS, full=full, tell=lambda name: _say(f"checking {name}")))
    _say("")
    write(table_of(found), style.value)
    failed = sum(not answer.passes for answer in found)
    if failed:
        print(f"hudna: {failed} of {len(found)} known answers are missed", file=sys.stderr)
        raise typer.Exit(1)


def patterns(
    overrides: Overrides = None,
    config_dir: ConfigDir = None,
    runs: Annotated[int, typer.Option(min=2, max=100_000, help="Histories, of seeds 0, 1, 2, ...")] = 100,
    truces: Annotated[
        int, typer.Option(min=0, max=100_000, help="Local truces of the population, for P1 and P2; 0: none.")
    ] = 200,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Also print what simple processes give for the same targets.")
    ] = False,
    style: Annotated[Style, typer.Option("--format", help="How to print it.")] = Style.TABLE,
) -> None:
    """Compare the model with known patterns; what falls outside is printed as outside."""
    from sim.patterns.simulate import simulate_patterns
    from sim.patterns.table import table_of

    announce_town(overrides)
    scenario, found, traces = simulate_patterns(
        overrides or (), config_dir, runs, truces, progress=sys.stderr.isatty()
    )
    write(table_of(found, f"Patterns: {scenario.name}, {runs} histories; {truces} local truces"), style.value)
    if baselines:
        from sim.patterns.baselines.of_histories import histories_table
        from sim.patterns.baselines.of_targets import list_processes, targets_table

        for table in (targets_table(list(list_processes())), histories_table(traces)):
            print(f"\n{table.title}\n" if style is not Style.TABLE or not sys.stdout.isatty() else "")
            write(table, style.value)


def _say(what: str) -> None:
    """Say on a terminal what is going on, in a line that the next one replaces."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what and f'hudna: {what} ...'}", end="", file=sys.stderr, flush=True)


COMMANDS = (verify, patterns)
