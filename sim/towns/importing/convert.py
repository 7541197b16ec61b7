"""From a source's file to `events.csv`, with a count for every rule and a list of rows without a kind."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sim.disk.files import sha256, write_whole
from sim.errors import InputError
from sim.events import KINDS
from sim.towns.events import CLASSES
from sim.towns.faults import Faults
from sim.towns.folder import EVENTS
from sim.towns.importing.layouts import IGNORE, NO_KIND, UNUSABLE, Layout, whole
from sim.towns.importing.source import Where, read_rows_of
from sim.towns.importing.when import UnknownDateError, date_from

NO_KIND_FILE, REPORT = "no_kind.csv", "import.txt"


@dataclass
class Imported:
    """Events as rows of `events.csv`, rows without a kind, and what each rule took.

    `events`: (date, kind, deaths, soldiers, id); `without`: (date, id, the source's word, deaths); `rules`:
    (rule, kind) -> rows; `n_rows`: rows of the place, `n_outside`: those of them outside the dates.
    """

    layout: Layout
    source: Path
    events: list[tuple[str, str, int | None, int | None, str]] = field(default_factory=list)
    without: list[tuple[str, str, str, int | None]] = field(default_factory=list)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    n_rows: int = 0
    n_outside: int = 0

    def lines(self) -> list[str]:
        """What was found, in words."""
        found = [
            f"{self.n_rows:,} rows of the place, {self.n_outside:,} of them outside the dates; "
            f"{len(self.events):,} events",
            *(f"  {n:>7,}  {kind or 'no kind'}: {rule}" for (rule, kind), n in self.rules.most_common()),
        ]
        if self.without:
            words = Counter(word for _, _, word, _ in self.without).most_common(5)
            told = ", ".join(f"{word!r} {n:,}" for word, n in words)
            found.append(
                f"{len(self.without):,} rows have no kind ({NO_KIND_FILE}; {told}); "
                "map their words in kinds.csv"
            )
        if self.layout.attribution:
            found.append(f"Name the source where you use it: {self.layout.attribution}")
        return found


def import_events(
    layout: Layout,
    path: Path,
    where: Where,
    first: date,
    last: date,
    kinds: Mapping[str, str] | None = None,
    order: str | None = None,
) -> Imported:
    """The events of a place or radius from `first` to `last`, both included, sorted by date.

    `kinds`: a source's word, in small letters -> kind, in place of the rules' except where these ignore a
    row of which too little is known; `order`: "dmy" or "mdy", how dates in numbers are read. Raises
    InputError with file, row and column; many faults of one sort are counted.
    """
    if last < first:
        raise InputError(f"--to {last}: lies before --from {first}")
    seen: set[str] = set()
    rows = read_rows_of(path, layout.columns, where, layout.needed, layout.title)
    found, faults = Imported(layout, path), Faults(path, "row")
    for number, row in rows.found:
        found.n_rows += 1
        try:
            day = date_from(row["date"], order)
        except UnknownDateError as error:
            faults.add(number, layout.columns["date"][0], "date", str(error))
            continue
        if not first <= day <= last:
            found.n_outside += 1
            continue
        ident = row.get("id", "")
        if ident and ident in seen:
            found.rules["the id stands in an earlier row", IGNORE] += 1
            continue
        seen.add(ident)
        _take(found, layout, row, day, kinds or {}, number, faults)
    faults.refuse()
    found.events.sort(key=lambda each: (each[0], each[4]))
    return found


def _take(
    found: Imported, layout: Layout, row: dict[str, str], day: date, kinds: Mapping[str, str], number: int,
    faults: Faults,
) -> None:  # fmt: skip
    deaths_column = {"ged": "best", "acled": "fatalities", "ibc": "least"}.get(layout.name, "deaths")
    deaths = row.get(deaths_column, "")
    if deaths and whole(deaths) is None:
        is_below = deaths.startswith("-")
        sort, says = ("deaths", "is below 0") if is_below else ("number", "is not a whole number")
        faults.add(number, layout.columns[deaths_column][0], sort, f"{deaths[:40]!r} {says}")
        return
    read = layout.read(row)
    rule, kind = read.rule, read.kind
    if read.word.lower() in kinds and rule not in UNUSABLE:
        rule, kind = f"kinds.csv: {read.word}", kinds[read.word.lower()]
    if kind != NO_KIND and kind != IGNORE and kind not in KINDS and kind not in CLASSES:
        rule, kind = ("a death, the kind unknown", "fatal") if read.deaths else ("no rule", NO_KIND)
    if kind == "fatal" and not read.deaths:
        rule, kind = "fatal, and no number of deaths", NO_KIND
    found.rules[rule, kind] += 1
    ident = row.get("id", "")
    if kind == NO_KIND:
        found.without.append((day.isoformat(), ident, read.word, read.deaths))
    elif kind != IGNORE:
        found.events.append((day.isoformat(), kind, read.deaths, read.soldiers, ident))


def write_imported(found: Imported, folder: Path, asked: str, *, force: bool = False) -> None:
    """Write events.csv, no_kind.csv and import.txt; InputError if events.csv is there and not `force`.

    `asked`: the command, the first line of import.txt.
    """
    if (folder / EVENTS).exists() and not force:
        raise InputError(f"{folder / EVENTS}: exists already; add --force to replace it")
    folder.mkdir(parents=True, exist_ok=True)
    heads = ("date", "kind", "deaths", "soldiers", "source_id")
    write_whole(folder / EVENTS, _csv(heads, found.events))
    write_whole(folder / NO_KIND_FILE, _csv(("date", "source_id", "source", "deaths"), found.without))
    report = [asked, f"{found.source.name}  SHA-256 {sha256(found.source)}", *found.lines()]
    write_whole(folder / REPORT, ("\n".join(report) + "\n").encode())


def _csv(heads: tuple[str, ...], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode()
