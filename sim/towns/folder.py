"""A town: found by its folder or its name in the catalogue, read, and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.config.complaints import section_from
from sim.config.document import Document, placing, read_document
from sim.disk.files import sha256
from sim.errors import InputError, closest
from sim.towns.events import TownEvent, read_events, read_kinds
from sim.towns.form import TownForm
from sim.towns.quote import quote

MARK = "town.yaml"
EVENTS, KINDS_FILE, SOURCES, UNCERTAINTY = "events.csv", "kinds.csv", "sources.md", "uncertainty.yaml"
CATALOGUE = Path(__file__).resolve().parents[1] / "_towns"


@dataclass(frozen=True)
class Town:
    """What a town folder holds."""

    folder: Path  # absolute
    form: TownForm
    events: tuple[TownEvent, ...]
    document: Document

    @property
    def name(self) -> str:
        """Plain name."""
        return self.form.name

    @property
    def title(self) -> str:
        """Name for readers."""
        return self.form.title or self.name

    @property
    def name_in_results(self) -> str:
        """Its name in results: of a shipped town its name, of another the path of its folder."""
        return self.folder.name if self.is_shipped else str(self.folder)

    @property
    def is_shipped(self) -> bool:
        """Whether it is in the catalogue."""
        return self.folder.parent == CATALOGUE

    def path(self, file: str) -> Path:
        """The place of a file that town.yaml names from its folder."""
        return self.folder / file

    def table(self, which: str) -> Path | None:
        """The residents or ties table: named in town.yaml, or found under its usual name; None for none."""
        named = getattr(self.form.tables, which)
        if named is not None:
            return self.path(named)
        usual = (self.folder / f"{which}{suffix}" for suffix in (".csv", ".parquet"))
        return next((path for path in usual if path.is_file()), None)

    def files(self) -> list[Path]:
        """Files of the folder from which results are made."""
        named = [self.folder / name for name in (MARK, EVENTS, KINDS_FILE, UNCERTAINTY)]
        return [path for path in named if path.is_file()]


def catalogue_names() -> list[str]:
    """Names of the shipped towns."""
    return sorted(path.parent.name for path in CATALOGUE.glob(f"*/{MARK}"))


def find_town(what: str) -> Path:
    """The folder of a town: a path, or the name of a shipped one. Raises InputError."""
    path = Path(what).expanduser()
    is_own, is_shipped = (path / MARK).is_file(), what in catalogue_names()
    if is_own and is_shipped:
        raise InputError(
            f"town={what}: two towns of this name, a folder here and a shipped one; "
            f"write ./{what} for the folder"
        )
    if is_own:
        return path.absolute()
    if is_shipped:
        return CATALOGUE / what
    if path.is_dir():
        raise InputError(f"town={what}: this folder holds no {MARK}; `hudna town new DIR` makes one")
    if path.name == MARK and path.is_file():
        raise InputError(f"town={what}: give the folder that holds {MARK}, {path.parent}")
    raise InputError(
        f"town={what}: there is no such folder, nor a shipped town of this name; "
        f"{closest(what, catalogue_names())}"
    )


def read_town(what: str | Path) -> Town:
    """A town, checked as far as its own files go. Raises InputError with one line per fault."""
    folder = find_town(str(what))
    document = read_document(folder / MARK)
    complaints: list[str] = []
    events: tuple[TownEvent, ...] = ()
    form = None
    try:
        with placing([document]):
            given = {key: value for key, value in document.values.items() if value is not None}
            form = section_from(given, TownForm, str(folder / MARK))
            if not form.name:
                form = form.model_copy(update={"name": _plain(folder.name)})
            elif not form.name.replace("_", "").isalnum() or len(form.name) > 60:
                raise InputError(
                    f"name: {form.name!r} is not a plain name of letters, digits and underscores"
                )
    except InputError as error:
        complaints += str(error).splitlines()
    try:
        kinds = read_kinds(folder / KINDS_FILE) if (folder / KINDS_FILE).is_file() else {}
        if (folder / EVENTS).is_file():
            events = tuple(read_events(folder / EVENTS, kinds))
    except InputError as error:
        complaints += str(error).splitlines()
    if form is None or complaints:
        raise InputError("\n".join(complaints))
    town = Town(folder, form, events, document)
    _check(town)
    return town


def _check(town: Town) -> None:
    form, file = town.form, town.folder / MARK
    problems = []
    table = town.table("residents")
    for which in ("residents", "ties"):
        path = town.table(which)
        if path is not None and not path.is_file():
            problems.append(town.document.place(f"tables.{which}: {path}: there is no such file"))
    if table is None and form.residents is None:
        problems.append(f"{file}: residents: is missing; give their number, or a table residents.csv")
    if table is not None and form.residents is not None:
        problems.append(
            town.document.place(f"residents: does nothing, the people are those of {table}; leave it out")
        )
    if table is None and town.table("ties") is not None:
        problems.append(f"{town.table('ties')}: ties without a table of residents; give both, or neither")
    if table is not None and form.camps is not None:
        problems.append(
            town.document.place(f"camps: does nothing, the people are those of {table}; leave it out")
        )
    groups = {each.name for each in form.factions or ()}
    has_local = any(not each.outsiders and each.members for each in form.factions or ())
    if form.defectors and form.factions is not None and not has_local:
        problems.append(
            f"{file}: defectors: {form.defectors}, but the town has no group that they could have joined"
        )
    if groups:
        odd = [
            each
            for each in town.events
            if each.actor and each.actor not in (*groups, "army", "kin", "city", "elders")
        ]
        for each in odd[:1]:
            more = f" (and {len(odd) - 1:,} more rows)" if len(odd) > 1 else ""
            problems.append(
                f"{town.folder / EVENTS}, line {each.line}, column actor: {each.actor!r} is not a group of "
                f"the town; {closest(each.actor, [*groups, 'army'])}{more}"
            )
    if form.quarters is not None:
        far = [each for each in town.events if each.quarter is not None and each.quarter >= form.quarters]
        for each in far[:1]:
            more = f" (and {len(far) - 1:,} more rows)" if len(far) > 1 else ""
            problems.append(
                f"{town.folder / EVENTS}, line {each.line}, column quarter: {each.quarter}; quarters run "
                f"from 0 to {form.quarters - 1}{more}"
            )
    if problems:
        raise InputError("\n".join(problems))


def _plain(name: str) -> str:
    clean = "".join(sign if sign.isalnum() else "_" for sign in name)[:60]
    return clean.strip("_") or "town"


def town_sums(what: str) -> dict[str, str]:
    """File -> SHA-256 of a town's own files; none for a folder that is gone.

    Files go by their paths, those of a shipped town by the path within the catalogue.
    """
    try:
        folder = find_town(what)
    except InputError:
        return {}
    there = [folder / name for name in (MARK, EVENTS, KINDS_FILE, UNCERTAINTY) if (folder / name).is_file()]
    is_shipped = folder.parent == CATALOGUE  # its place differs from one installation to the next
    return {str(path.relative_to(CATALOGUE) if is_shipped else path): sha256(path) for path in there}


def rebase(line: str, folder: Path) -> str:
    """A line of overrides out of a file in `folder`: `town=PATH` is read from there if that is a town.

    Any other line, and the name of a shipped town, comes back as it is.
    """
    key, _, value = line.partition("=")
    path = folder / value.strip("'\"")
    if key != "town" or not (path / MARK).is_file():
        return line
    return f"town={quote(str(path.resolve()))}"
