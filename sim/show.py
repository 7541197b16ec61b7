"""What can be set, and what comes out: `show TOPIC`, generated from the code that uses it."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO


class Style(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    CSV = "csv"
    MARKDOWN = "markdown"


@dataclass(frozen=True)
class Table:
    """A table of text: heads of the columns, rows, and a title."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def holding(self, word: str | None) -> Table:
        """The rows in which a word occurs, in any column and case."""
        if not word:
            return self
        low = word.lower()
        return Table(self.title, self.heads, [row for row in self.rows if low in " ".join(row).lower()])


def parameters(config_dir: str | Path | None = None) -> Table:
    """Every value of a scenario with default, unit, range, source, meaning. InputError for bad configs."""
    from sim.compose import compose_scenario
    from sim.schema_tree import leaves

    rows = [
        (leaf.key, text_of(leaf.value), leaf.unit, leaf.range, leaf.source, leaf.says)
        for leaf in leaves(compose_scenario((), config_dir))
    ]
    return Table("Parameters", ("key", "default", "unit", "range", "source", "meaning"), rows)


def events(config_dir: str | Path | None = None) -> Table:
    """Every kind of event: layer, actor, what answers it by default, meaning."""
    from sim.compose import compose_scenario
    from sim.events import KINDS

    section = compose_scenario((), config_dir).events
    rows = []
    for name, kind in sorted(KINDS.items()):
        means = getattr(getattr(section, name), "answers", {}).items()
        answers = ", ".join(f"{answer} {text_of(mean)}" for answer, mean in means) or "nothing"
        rows.append((name, kind.layer.name.lower(), kind.actor, answers, first_paragraph(kind.__doc__)))
    return Table("Kinds of events", ("kind", "layer", "actor", "answered by (mean number)", "meaning"), rows)


def scenarios(config_dir: str | Path | None = None) -> Table:
    """Every scenario, the user's own too: days, residents, meaning (the comment at the head of its file)."""
    from sim.compose import catalogue, compose_scenario
    from sim.config.files import head_comment

    rows = []
    for name in catalogue("scenario", config_dir):
        scenario = compose_scenario([f"scenario={name}"], config_dir)
        says = head_comment(f"scenario/{name}.yaml", config_dir)
        rows.append((name, str(scenario.days), str(scenario.city.n_residents), says))
    return Table("Scenarios", ("scenario", "days", "residents", "meaning"), rows)


def covariates(config_dir: str | Path | None = None) -> Table:
    """Every covariate that a hazard may depend on, and its definition."""
    from sim.actors.covariates import COVARIATES

    return Table("Covariates", ("covariate", "definition"), [(name, says) for name, says in COVARIATES])


def columns(config_dir: str | Path | None = None) -> Table:
    """Every column of the tables that a run and a study leave: table, name, dtype, unit, meaning."""
    from sim.records.columns import TABLES
    from sim.study.differences import DIFFERENCE_COLUMNS
    from sim.study.sensitivity.table import MORRIS_COLUMNS, SOBOL_COLUMNS
    from sim.study.tables import POINT_COLUMNS

    tables = {
        **TABLES,
        "points": POINT_COLUMNS,
        "differences": DIFFERENCE_COLUMNS,
        "sensitivity, design morris": MORRIS_COLUMNS,
        "sensitivity, design saltelli": SOBOL_COLUMNS,
    }
    rows = [(table, *column) for table, listed in tables.items() for column in listed]
    return Table("Columns of results", ("table", "column", "dtype", "unit", "meaning"), rows)


TOPICS: dict[str, Callable[[str | Path | None], Table]] = {
    "parameters": parameters,
    "events": events,
    "scenarios": scenarios,
    "covariates": covariates,
    "columns": columns,
}


def text_of(value: Any) -> str:
    """A value as it is written in an override."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, tuple | list):
        return f"[{','.join(text_of(entry) for entry in value)}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{key}: {text_of(entry)}' for key, entry in value.items())}}}"
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def first_paragraph(doc: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((doc or "").strip().split("\n\n")[0].split())


def write(table: Table, style: str, out: TextIO | None = None) -> None:
    """Print a table: rich on a terminal, tab-separated lines elsewhere, or csv or markdown when asked for."""
    out = out or sys.stdout
    if style == "csv":
        out.write(_csv(table))
    elif style == "markdown":
        out.write(_markdown(table))
    elif out.isatty():
        _rich(table, out)
    else:
        out.write("".join("\t".join(row) + "\n" for row in (table.heads, *table.rows)))


def _csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([table.heads, *table.rows])
    return text.getvalue()


def _markdown(table: Table) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"

    return line(table.heads) + line(["---"] * len(table.heads)) + "".join(line(row) for row in table.rows)


def _rich(table: Table, out: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(title=table.title, title_justify="left", header_style="bold", expand=False)
    for index, head in enumerate(table.heads):
        drawn.add_column(head, overflow="fold", no_wrap=False, style="cyan" if index == 0 else None)
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(file=out).print(drawn)
