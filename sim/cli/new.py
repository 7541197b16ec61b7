"""The commands that start a study or take results elsewhere: `new`, `export`, `compare`, `decide`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.options import expand_home
from sim.errors import InputError

Force = Annotated[bool, typer.Option("--force", help="Replace existing files.")]


class About(StrEnum):
    """What a new study is about."""

    MEASURES = "measures"
    SWEEP = "sweep"
    DECISION = "decision"


class By(StrEnum):
    """What a decision is judged by."""

    BREAKS = "breaks"
    DEATHS = "deaths"
    DEPARTURES = "departures"


def new(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="study.", show_default=False)],
    out: Annotated[
        Optional[Path],  # noqa: UP045 (typer reads the annotation at run time)
        typer.Option(metavar="FILE", callback=expand_home, help="The file to write [default: study.yaml]."),
    ] = None,
    about: Annotated[About, typer.Option(help="What it is about.")] = About.MEASURES,
    force: Force = False,
) -> None:
    """Write a complete study file, ready to run: `hudna new study --about measures`."""
    from sim.disk.results import write_file
    from sim.study.templates import template

    if what != "study":
        raise InputError(f"new {what[:40]}: only study files can be made; `hudna new study`")
    path = out or Path("study.yaml")
    text = template(about.value, str(path))
    write_file(path, force, lambda aside: aside.write_text(text, encoding="utf-8"))
    print(path)


def export(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="Folder of a run or of a study.", show_default=False)
    ],
    table: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--table", metavar="NAME", help="Table; may be repeated [default: all]."),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="Formats, separated by commas: csv, xlsx.")
    ] = "csv",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="DIR", callback=expand_home, help="Folder of the files [default: RESULT/export]."
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Write the tables of a result as CSV or Excel; `hudna show columns` explains every column."""
    from sim.report.export import export as export_tables
    from sim.report.export import formats_of
    from sim.report.source import read

    wanted = formats_of(formats)
    source = read(result)
    print("\n".join(map(str, export_tables(source, out or result / "export", table or (), wanted, force))))
    if source.note:
        print(f"hudna: {source.note}", file=sys.stderr)


def compare(
    one: Annotated[
        Path, typer.Argument(metavar="ONE", help="Folder of a run or of a study.", show_default=False)
    ],
    other: Annotated[
        Path, typer.Argument(metavar="OTHER", help="Another one of the same sort.", show_default=False)
    ],
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="FILE", callback=expand_home, help="Also write a figure: FILE.png, .svg or .pdf."
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Compare two histories or two studies: settings, where the histories diverge, outcomes side by side."""
    from sim.report.compare.histories import history_lines
    from sim.report.compare.studies import study_lines
    from sim.report.source import read

    if out is not None and out.suffix.lstrip(".") not in ("png", "svg", "pdf"):
        raise InputError(f"--out {out}: has no known ending; end it in .png, .svg or .pdf")
    if out is not None and out.exists() and not force:
        raise InputError(f"{out}: exists already; add --force, or name another file")
    sources = read(one), read(other)
    if sources[0].what != sources[1].what:
        kinds = [f"{source.folder} is a {source.what}" for source in sources]
        raise InputError(f"cannot be compared: {kinds[0]}, {kinds[1]}; give two runs or two studies")
    lines = history_lines(*sources) if sources[0].what == "run" else study_lines(*sources)
    print("\n".join([f"{one} / {other}", *lines]))
    if out is not None:
        from sim.report.compare.figure import compare_figure
        from sim.report.files import save_figure

        for path in save_figure(compare_figure(*sources), out.parent, out.stem, (out.suffix.lstrip("."),)):
            print(path)


def decide(
    study: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY",
            help="Folder of a study of protective measures over draws (uncertainty=posterior).",
            show_default=False,
        ),
    ],
    by: Annotated[By, typer.Option(help="What loss and regret are measured in.")] = By.BREAKS,
) -> None:
    """Say which protective measure has the least regret while the parameters are unknown.

    `hudna new study --about decision` writes such a study; its report has the figure.
    """
    from sim.report.decision import decision_lines
    from sim.report.figures.points import labels_of
    from sim.report.source import read
    from sim.study.dates import day_zero_of
    from sim.study.decision import decide as decided
    from sim.towns.dates import with_dates

    source = read(study)
    if source.what != "study":
        raise InputError(f"{study}: is a run; give the folder of a study")
    outcome = {"breaks": "broke", "deaths": "deaths", "departures": "departed"}[by.value]
    found = decided(source.store.plan, source.tables["runs"], str(study), outcome)
    lines = decision_lines(found, labels_of(source.tables["points"]))
    print("\n".join(with_dates(lines, day_zero_of(source.store.plan))))
    if source.note:
        print(f"hudna: {source.note}", file=sys.stderr)


COMMANDS = (new, export, compare, decide)
