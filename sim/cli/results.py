"""The commands that look at results: `plot`, `report`, `sensitivity`, `reproduce`, `bundle`.

Heavy imports stay inside.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sim.cli.options import expand_home
from sim.text_table import Style, Table, write

if TYPE_CHECKING:
    from sim.report.source import Source

DIFFERENT = 1  # exit status: a result is not reproduced

Result = Annotated[
    Path, typer.Argument(metavar="RESULT", help="Folder of a run or of a study.", show_default=False)
]
Force = Annotated[bool, typer.Option("--force", help="Replace existing files.")]
Inputs = Annotated[
    Optional[Path],  # noqa: UP045 (typer reads the annotation at run time)
    typer.Option(
        metavar="DIR",
        callback=expand_home,
        help="Where the files that it was made from are now, if they were moved.",
    ),
]


def plot(
    result: Result,
    figure: Annotated[
        Optional[list[str]],  # noqa: UP045 (typer reads the annotation at run time)
        typer.Option("--figure", metavar="NAME", help="Figure to draw; may be repeated [default: all]."),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="Formats, separated by commas: png, svg, pdf.")
    ] = "png,svg",
    column: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--column", metavar="NAME", help="Daily column of the fan chart; may be repeated."),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="DIR", callback=expand_home, help="Folder of the figures [default: RESULT/figures]."
        ),
    ] = None,
    force: Force = False,
    list_figures: Annotated[bool, typer.Option("--list", help="List all figures and exit.")] = False,
) -> None:
    """Draw the figures of a run or a study.

    `hudna plot RESULT --list` names the figures, what they show and what they need.
    """
    from sim.disk.target import check_place
    from sim.report.draw import formats_of
    from sim.report.draw import plot as draw_all
    from sim.report.figures.registry import KINDS
    from sim.report.source import read

    if list_figures:
        for kind in KINDS:
            print(f"{kind.name:<12} {kind.of:<6} {kind.shows}; needs {kind.needs}")
        return
    wanted = formats_of(formats)
    if result.is_dir():
        check_place(out or result / "figures")
    source = read(result)
    paths, left_out = draw_all(source, out or result / "figures", figure or (), wanted, column or (), force)
    print("\n".join(map(str, paths)))
    for line in left_out:
        print(f"hudna: left out {line}", file=sys.stderr)
    _tell_if_unfinished(source)


def report(
    result: Result,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="FILE", callback=expand_home, help="The file to write [default: RESULT/report.html]."
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Write a report of a run or a study: one HTML file that opens anywhere, without a network."""
    from sim.disk.target import check_new_file
    from sim.report.page.page import is_partial, write_page
    from sim.report.source import read

    path = out or result / "report.html"
    if result.is_dir():
        check_new_file(path, force or is_partial(path))
    source = read(result)
    write_page(source, path, force)
    print(path)
    _tell_if_unfinished(source)


def sensitivity(
    study: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY", help="Folder of a study of design morris or saltelli.", show_default=False
        ),
    ],
    outcome: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Outcome: broke, break_days, deaths, ..., any number in the run rows.",
        ),
    ] = "broke",
    style: Annotated[
        Style, typer.Option("--format", help="How to print it; csv holds every column.")
    ] = Style.TABLE,
) -> None:
    """Say which factors decide an outcome, and how much of it is luck."""
    from sim.api import sensitivity as rank
    from sim.report.source import read
    from sim.study.sensitivity.words import HEADS, cells, design_of, heading, luck_words

    source = read(study)
    table = rank(source, outcome)
    if source.note:
        print(f"hudna: {source.note} `hudna resume {study}` goes on", file=sys.stderr)
    if style is Style.CSV:
        table.to_csv(sys.stdout, index=False, lineterminator="\n")
        return
    write(Table(heading(table), HEADS[design_of(table)], cells(table)), style.value)
    print(f"\n{luck_words(table)}")


def reproduce(
    result: Annotated[
        Path,
        typer.Argument(metavar="RESULT", help="Folder of a run or a study, or a bundle.", show_default=False),
    ],
    runs: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Number of runs of a study to run again.")
    ] = 5,
    inputs: Inputs = None,
) -> None:
    """Run a result again and compare: identical, or the first table, row and column that differ.

    Exits with 0 if identical, with 1 if not.
    """
    import tempfile

    from sim.archive.reproduce import reproduce as again
    from sim.version import environment_differences

    with tempfile.TemporaryDirectory(prefix="hudna-bundle-") as aside:
        folder = result
        if result.is_file():
            from sim.archive.unpack import unpack

            folder = unpack(result, Path(aside))
        verdict = again(folder, runs, inputs)
    if not verdict.differences:
        print(f"identical: {verdict.compared}")
        if verdict.unchecked:
            print(f"not made again: {'; '.join(verdict.unchecked)}")
        return
    print(f"different: {len(verdict.differences)} of what was compared ({verdict.compared})")
    which, first = verdict.differences[0]
    print(f"first: {which}: {first}")
    around = environment_differences(verdict.manifest)
    print("around it: " + ("; ".join(around) or "version, platform and libraries are the same"))
    raise typer.Exit(DIFFERENT)


def bundle(
    result: Result,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="ZIP", callback=expand_home, help="The file to write [default: RESULT.zip]."),
    ] = None,
    inputs: Inputs = None,
    force: Force = False,
) -> None:
    """Pack a result with configs, environment and citation into one zip for an archive."""
    from sim.archive.bundle import bundle as pack

    whole = result.resolve()
    path = out or whole.with_name(f"{whole.name}.zip")
    pack(result, path, force, inputs)
    print(path)


def _tell_if_unfinished(source: Source) -> None:
    if source.note:
        print(f"hudna: {source.note} `hudna resume {source.folder}` goes on", file=sys.stderr)


COMMANDS = (plot, report, sensitivity, reproduce, bundle)
