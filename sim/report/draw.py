"""Every figure of a result into files: those that fit, all drawn before the first is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk.files import sha256, write_whole
from sim.disk.target import check_place
from sim.errors import InputError, closest
from sim.report.figures.fit import Unfit
from sim.report.figures.registry import BY_NAME, Kind, kinds_of
from sim.report.source import Source

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PARTIAL = ".partial.json"  # which figures of a folder were drawn from an unfinished study
FORMATS = ("png", "svg", "pdf")
FAN_COLUMNS = ("feud", "fear_loyalist", "departed_loyalist")  # of the fan chart, unless others are named


def formats_of(text: str) -> tuple[str, ...]:
    """The formats of a list with commas. Raises InputError for one that is not known."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [each for each in found if each not in FORMATS]
    if unknown or not found:
        wrong = repr(unknown[0]) if unknown else "nothing"
        raise InputError(f"--format {text}: unknown format {wrong}; known: {', '.join(FORMATS)}")
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


def draw_all(
    source: Source, names: Sequence[str] = (), columns: Sequence[str] = ()
) -> tuple[list[tuple[str, Figure]], list[str]]:
    """Figures with their file names, and a line for each that does not fit.

    `names`: of the figures to draw, all if none is named; `columns`: daily columns that have a fan chart. A
    figure that was named and does not fit raises Unfit; where all are drawn it is left out. Raises
    InputError if none fits.
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


def draw_narrow(source: Source, names: Sequence[str]) -> dict[str, Figure]:
    """These figures (by their file names) as they are drawn for a phone, by file name.

    Fan charts are those of FAN_COLUMNS, whichever are named.
    """
    from sim.report.style import for_phone

    kinds = list(dict.fromkeys(name if name in BY_NAME else "fan" for name in names))
    with for_phone():
        return dict(draw_all(source, kinds)[0])


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
    """Draw figures (arguments as in `draw_all`) and write each in all formats to the folder `out`.

    Returns the paths, and a line for each figure that does not fit. Only `force` replaces files that are
    there, unless an unfinished study left them. Raises InputError before anything is written, or if it
    cannot be.
    """
    from sim.report.files import save_figure

    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: is a file; name a folder")
    check_place(out)
    files = [name for kind in chosen(source, names) for name, _ in _variants(kind, columns)]
    partial = partial_files(out)
    there = [
        out / f"{name}.{each}" for name in files for each in formats if (out / f"{name}.{each}").exists()
    ]
    there = [path for path in there if path.name not in partial]  # those are renewed by themselves
    if there and not force:
        raise InputError(f"{there[0]}: exists already; add --force, or name another folder with --out")
    figures, left_out = draw_all(source, names, columns)
    paths: list[Path] = []
    try:
        for name, figure in figures:
            paths += save_figure(figure, out, name, formats)
    except OSError as error:
        if not there:  # nothing older was there: take back what was written
            for path in paths:
                path.unlink(missing_ok=True)
        raise InputError(f"--out {out}: cannot be written ({error.strerror or error})") from None
    _mark_partial(out, paths, partial, is_partial=bool(source.note))
    return paths, left_out


def partial_files(folder: Path) -> set[str]:
    """Names of the figures in a folder that an unfinished study left, and that nobody has changed."""
    try:
        held = json.loads((folder / PARTIAL).read_text(encoding="utf-8"))
        return {
            name
            for name, digest in held.items()
            if Path(name).name == name and (folder / name).is_file() and sha256(folder / name) == digest
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return set()


def _mark_partial(folder: Path, paths: Sequence[Path], before: set[str], *, is_partial: bool) -> None:
    """Keep in the folder which of its figures are partial, so that they are renewed once there is more."""
    written = {path.name for path in paths}
    names = (before - written) | (written if is_partial else set())
    if names:
        sums = {name: sha256(folder / name) for name in sorted(names)}
        write_whole(folder / PARTIAL, (json.dumps(sums, indent=1) + "\n").encode())
    else:
        (folder / PARTIAL).unlink(missing_ok=True)
