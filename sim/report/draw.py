"""Every figure of a result into files: which ones fit, drawn all before the first is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk.target import check_place
from sim.errors import InputError, closest
from sim.report.figures.fit import Unfit
from sim.report.figures.registry import BY_NAME, Kind, kinds_of
from sim.report.source import Source

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
FAN_COLUMNS = ("feud", "fear_loyalist", "departed_loyalist")  # of the fan chart, unless others are named


def formats_of(text: str) -> tuple[str, ...]:
    """The formats of a list with commas. Raises InputError for one that is not known."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [each for each in found if each not in FORMATS]
    if unknown or not found:
        wrong = repr(unknown[0]) if unknown else "nothing"
        raise InputError(f"--format {text}: names {wrong}; known: {', '.join(FORMATS)}")
    return found


def chosen(source: Source, names: Sequence[str]) -> tuple[Kind, ...]:
    """The figures that were named, or all of this sort of result. Raises InputError."""
    for name in names:
        if name not in BY_NAME:
            raise InputError(f"--figure {name}: unknown figure; {closest(name, BY_NAME)}")
        kind = BY_NAME[name]
        if kind.of != source.what:
            raise InputError(f"--figure {name}: needs {kind.needs}; {source.folder} is a {source.what}")
    return tuple(BY_NAME[name] for name in dict.fromkeys(names)) or kinds_of(source.what)


def drawn(
    source: Source, names: Sequence[str] = (), columns: Sequence[str] = ()
) -> tuple[list[tuple[str, Figure]], list[str]]:
    """Figures with their file names, and a line for each that does not fit.

    A figure that was named and does not fit raises Unfit; where all are drawn it is left out.
    """
    from sim.report.figures.sheet import stamp

    found: list[tuple[str, Figure]] = []
    left_out: list[str] = []
    for kind in chosen(source, names):
        for file_name, options in _variants(kind, columns):
            try:
                figure = kind.draw(source.tables, **options)
            except Unfit as error:
                if names:
                    raise
                left_out.append(str(error))
                break
            if source.note:
                stamp(figure, source.note)
            found.append((file_name, figure))
    if not found:
        raise InputError(f"{source.folder}: no figure fits this result; {left_out[0] if left_out else ''}")
    return found, left_out


def _variants(kind: Kind, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """File name and options of each picture of a figure: a fan chart has one a column."""
    if kind.name != "fan":
        yield kind.name, {}
        return
    for column in columns or FAN_COLUMNS:
        yield f"fan_{column}", {"column": column}


def plot(
    source: Source,
    out: Path,
    names: Sequence[str],
    formats: Sequence[str],
    columns: Sequence[str] = (),
    force: bool = False,
) -> tuple[list[Path], list[str]]:
    """Draw figures and write them; paths, and what was left out. InputError before anything is written."""
    from sim.report.files import save_figure

    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: is a file; name a folder")
    check_place(out)
    files = [name for kind in chosen(source, names) for name, _ in _variants(kind, columns)]
    there = [
        out / f"{name}.{each}" for name in files for each in formats if (out / f"{name}.{each}").exists()
    ]
    if there and not force:
        raise InputError(f"{there[0]}: is there already; add --force, or name another folder with --out")
    figures, left_out = drawn(source, names, columns)
    paths: list[Path] = []
    try:
        for name, figure in figures:
            paths += save_figure(figure, out, name, formats)
    except OSError as error:
        if not there:  # nothing older was there: take back what was written
            for path in paths:
                path.unlink(missing_ok=True)
        raise InputError(f"--out {out}: cannot be written ({error.strerror or error})") from None
    return paths, left_out
