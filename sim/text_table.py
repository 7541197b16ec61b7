"""Tables of text, printed on a terminal, as lines for other programs, as CSV or as Markdown."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
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


def text_of(value: Any) -> str:
    """A value as it is written in an override."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, tuple | list):
        return f"[{','.join(text_of(entry) for entry in value)}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{key}: {text_of(entry)}' for key, entry in value.items())}}}"
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


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
