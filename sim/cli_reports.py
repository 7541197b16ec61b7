"""The commands that look at results: `plot`, `report`. Thin, and heavy imports stay inside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

Result = Annotated[
    Path, typer.Argument(metavar="RESULT", help="Folder of a run or of a study.", show_default=False)
]


def plot(
    result: Result,
    figure: Annotated[
        Optional[list[str]],  # noqa: UP045 (typer reads the annotation at run time)
        typer.Option("--figure", metavar="NAME", help="Figure to draw, may be repeated [default: all]."),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="Formats, with commas: png, svg, pdf.")
    ] = "png,svg",
    column: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--column", metavar="NAME", help="Daily column of the fan chart, repeated for more."),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="DIR", help="Folder of the figures [default: RESULT/figures]."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace figures that are there.")] = False,
    list_figures: Annotated[bool, typer.Option("--list", help="List all figures and leave.")] = False,
) -> None:
    """Draw the figures of a run or a study.

    `hudna plot RESULT --list` names the figures, what they show and what they need.
    """
    from sim.report.draw import formats_of
    from sim.report.draw import plot as draw_all
    from sim.report.figures.registry import KINDS
    from sim.report.source import read

    if list_figures:
        for kind in KINDS:
            print(f"{kind.name:<12} {kind.of:<6} {kind.shows}; needs {kind.needs}")
        return
    wanted = formats_of(formats)
    source = read(result)
    paths, left_out = draw_all(source, out or result / "figures", figure or (), wanted, column or (), force)
    print("\n".join(map(str, paths)))
    for line in left_out:
        print(f"hudna: left out {line}", file=sys.stderr)
    if source.note:
        print(f"hudna: {source.note} `hudna resume {result}` goes on", file=sys.stderr)


def report(
    result: Result,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="The file to write [default: RESULT/report.html]."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that is there.")] = False,
) -> None:
    """Write a report of a run or a study: one HTML file that opens anywhere, without a network."""
    from sim.report.page.page import write_page
    from sim.report.source import read

    source = read(result)
    path = out or result / "report.html"
    write_page(source, path, force)
    print(path)
    if source.note:
        print(f"hudna: {source.note} `hudna resume {result}` goes on", file=sys.stderr)


COMMANDS = (plot, report)
