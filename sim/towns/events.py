"""The two tables of a town's record: `events.csv`, and `kinds.csv` to translate a source's event types."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, closest
from sim.events import KINDS
from sim.towns.dates import read_date
from sim.towns.faults import Faults
from sim.world.incident import Layer

CLASSES = {
    "fatal": "an event of any kind with a death",
    "social": "a kind of the social layer",
    "standoff": "a kind of the standoff",
}
IGNORE = "ignore"
NEEDED = ("date", "kind")
OPTIONAL = ("deaths", "soldiers", "actor", "quarter", "source_id")
MOST_DEATHS = 1_000_000


@dataclass(frozen=True, slots=True)
class TownEvent:
    """One recorded event. What the source does not say is None, or "" for text.

    `date` is written as 2004-05-01; `quarter` counts from 0.
    """

    date: str
    kind: str  # a kind of Hudna, or a class: fatal, social, standoff
    deaths: int | None = None
    soldiers: int | None = None  # of the deaths
    actor: str = ""
    quarter: int | None = None
    source_id: str = ""
    line: int = 0  # of events.csv

    @property
    def is_fatal(self) -> bool:
        """Whether somebody died."""
        return self.kind == "fatal" or bool(self.deaths)


def kinds_of(word: str) -> tuple[str, ...]:
    """The kinds that a kind or one of CLASSES stands for, by their names: "fatal" for all of them."""
    if word in KINDS:
        return (word,)
    if word == "fatal":
        return tuple(sorted(KINDS))
    return tuple(sorted(name for name, kind in KINDS.items() if kind.layer == Layer[word.upper()]))


def read_kinds(path: Path) -> dict[str, str]:
    """The content of `kinds.csv`: a source's word, in lower case -> kind, class or `ignore`.

    Raises InputError with a line for each sort of fault: an unknown kind, a word with two meanings.
    """
    faults = Faults(path)
    found: dict[str, str] = {}
    for line, row in read_rows(path, ("source", "kind"), ()):
        word, kind = row["source"].lower(), row["kind"]
        if kind not in KINDS and kind not in CLASSES and kind != IGNORE:
            faults.add(line, "kind", kind, f"unknown kind {kind!r}; {_near(kind)}")
        elif found.get(word, kind) != kind:
            faults.add(line, "source", word, f"{word!r} is there already, as {found[word]}; keep one")
        found.setdefault(word, kind)
    faults.refuse()
    return found


def read_events(path: Path, kinds: Mapping[str, str]) -> list[TownEvent]:
    """The events of `events.csv` by date, without those that `kinds` (from `read_kinds`) ignores.

    Raises InputError with a line for each sort of fault.
    """
    faults = Faults(path)
    found: list[TownEvent] = []
    for line, row in read_rows(path, NEEDED, OPTIONAL):
        event = _event(line, row, kinds, faults)
        if event is not None:
            found.append(event)
    faults.refuse()
    return sorted(found, key=lambda each: (each.date, each.line))


def read_rows(path: Path, needed: Sequence[str], optional: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Line number and trimmed cells, by column, of each row of a CSV file; empty rows are left out.

    Raises InputError for a file that is not a table in UTF-8, lacks a column of `needed`, or has one that is
    neither in `needed` nor in `optional`.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream, strict=True)
            heads = [head.strip() for head in reader.fieldnames or ()]
            reader.fieldnames = heads
            _check_heads(path, heads, needed, optional)
            rows = []
            for row in reader:
                if None in row or None in row.values():
                    raise InputError(
                        f"{path}, line {reader.line_num}: has {'more' if None in row else 'fewer'} cells "
                        "than the header; quote text with commas"
                    )
                if any(cell.strip() for cell in row.values()):
                    rows.append((reader.line_num, {head: cell.strip() for head, cell in row.items()}))
            return rows
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not text in UTF-8; save it in this encoding") from None
    except csv.Error as error:
        raise InputError(f"{path}: is not a CSV table ({error})") from None


def _check_heads(path: Path, heads: Sequence[str], needed: Sequence[str], optional: Sequence[str]) -> None:
    missing = [name for name in needed if name not in heads]
    if missing:
        raise InputError(
            f"{path}, line 1: column {missing[0]!r} is missing; needed are {', '.join(needed)}"
            + (f", possible {', '.join(optional)}" if optional else "")
        )
    strange = [name for name in heads if name not in (*needed, *optional)]
    if strange:
        raise InputError(
            f"{path}, line 1: unknown column {strange[0]!r}; {closest(strange[0], (*needed, *optional))}"
        )
    twice = [name for name in heads if heads.count(name) > 1]
    if twice:
        raise InputError(f"{path}, line 1: column {twice[0]!r} stands twice; keep one")


def _event(line: int, row: Mapping[str, str], kinds: Mapping[str, str], faults: Faults) -> TownEvent | None:
    word = row["kind"]
    kind = kinds.get(word.lower(), word)
    if kind == IGNORE:
        return None
    is_known = kind in KINDS or kind in CLASSES
    if not is_known:
        faults.add(line, "kind", word, f"unknown kind {word!r}; {_near(word)}, or map it in kinds.csv")
    try:
        read_date(row["date"])
    except InputError as error:
        faults.add(line, "date", "no date", str(error))
        return None
    deaths = _whole(line, row, "deaths", MOST_DEATHS, faults)
    soldiers = _whole(line, row, "soldiers", MOST_DEATHS, faults)
    quarter = _whole(line, row, "quarter", 999, faults)
    if soldiers is not None and (deaths is None or soldiers > deaths):
        faults.add(line, "soldiers", "of deaths", f"{soldiers} of {deaths or 0} deaths; at most all of them")
    if kind == "fatal" and deaths == 0:
        faults.add(line, "deaths", "fatal", "0, but the class fatal means a death; give the deaths or a kind")
    if not is_known:
        return None
    return TownEvent(
        row["date"], kind, deaths, soldiers, row.get("actor", ""), quarter, row.get("source_id", ""), line
    )


def _whole(line: int, row: Mapping[str, str], column: str, most: int, faults: Faults) -> int | None:
    text = row.get(column, "")
    if text == "":
        return None
    if not text.isascii() or not text.isdigit() or int(text) > most:
        faults.add(
            line,
            column,
            "number",
            f"{text!r} is not a whole number from 0 to {most}; leave it empty if unknown",
        )
        return None
    return int(text)


def _near(word: str) -> str:
    return closest(word, [*KINDS, *CLASSES])
