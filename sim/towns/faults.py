"""Faults of a table: one line for each sort of fault, with file, row, column and number."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError


class Faults:
    """Faults of one file, counted by sort. `unit` is what `add` counts: a line, or a row."""

    def __init__(self, path: Path, unit: str = "line") -> None:
        self.path, self.unit = path, unit  # a row of a table may take several lines
        self._first: dict[tuple[str, str], str] = {}
        self._number: dict[tuple[str, str], int] = {}

    def add(self, line: int, column: str, sort: str, says: str) -> None:
        """Note a fault: of each sort and column the first is reported, as `says`, the others are counted."""
        key = (column, sort)
        self._number[key] = self._number.get(key, 0) + 1
        self._first.setdefault(key, f"{self.path}, {self.unit} {line}, column {column}: {says}")

    def lines(self) -> list[str]:
        """One line per sort of fault."""
        found = []
        for key, text in self._first.items():
            more = self._number[key] - 1
            found.append(f"{text} (and {more:,} more like it)" if more else text)
        return found

    def refuse(self) -> None:
        """Raise InputError if there are faults."""
        if self._first:
            raise InputError("\n".join(self.lines()))
