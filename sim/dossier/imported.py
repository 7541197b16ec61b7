"""`hudna town import`: options are read and checked, then the files of the town folder are written."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError, closest
from sim.towns.dates import read_date
from sim.towns.events import read_kinds
from sim.towns.folder import EVENTS, KINDS_FILE
from sim.towns.importing.convert import import_events, write_imported
from sim.towns.importing.layouts import LAYOUTS, Layout, plain_layout
from sim.towns.importing.source import Where
from sim.towns.importing.when import ORDERS

OURS = ("date", "kind", "deaths", "place", "lat", "lon", "id")


def import_to_folder(
    source: str,
    file: Path,
    out: Path,
    *,
    first: str,
    last: str,
    place: str | None = None,
    within: float | None = None,
    at: str | None = None,
    kinds: Path | None = None,
    columns: str | None = None,
    dates: str | None = None,
    force: bool = False,
    asked: str = "",
) -> list[str]:
    """Write events.csv, no_kind.csv and import.txt from a source's file to `out`; return what was found.

    The arguments are options as typed. `source`: ged, acled, ibc or csv; `first` and `last`: dates, both
    included; `place`: names separated by commas, or `within` km of `at` ("LAT,LON" in degrees), for csv,
    neither is needed; `kinds`: a kinds.csv, by default the one in `out`; `columns`: "OURS=THEIRS,..." for
    csv; `dates`: dmy or mdy; `asked`: the command, for import.txt. Raises InputError before anything is
    written.
    """
    if dates is not None and dates not in ORDERS:
        raise InputError(f"--dates {dates}: give dmy or mdy")
    if (out / EVENTS).exists() and not force:
        raise InputError(f"{out / EVENTS}: exists already; add --force to replace it")
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: is a file; name a folder")
    places = tuple(name.strip() for name in (place or "").split(",") if name.strip())
    where = Where(places, within, None if at is None else _centre(at), source == "csv")
    own = kinds if kinds is not None else out / KINDS_FILE
    mapped = read_kinds(own) if kinds is not None or own.is_file() else {}
    span = read_date(first, "--from"), read_date(last, "--to")
    found = import_events(_layout(source, columns), file, where, *span, mapped, dates)
    write_imported(found, out, asked, force=force)
    return found.lines()


def _layout(source: str, columns: str | None) -> Layout:
    if source != "csv":
        if columns is not None:
            raise InputError(f"--columns: goes with csv; the columns of {source} are known")
        return LAYOUTS[source]
    mapped = {name: name for name in OURS}
    for part in (columns or "").split(",") if columns else ():
        ours, sign, theirs = part.partition("=")
        if not sign or not theirs.strip():
            raise InputError(f"--columns {part}: write OURS=THEIRS, such as date=day")
        if ours.strip() not in OURS:
            raise InputError(f"--columns {part}: {closest(ours.strip(), OURS)}")
        mapped[ours.strip()] = theirs.strip()
    return plain_layout(mapped)


def _centre(at: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in at.split(","))
    except ValueError:
        raise InputError(f"--at {at}: write LAT,LON in degrees, such as 33.35,43.78") from None
    return lat, lon
