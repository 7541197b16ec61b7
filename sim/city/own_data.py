"""The user's own city: a table of residents, a table of ties, and the way back to files.

Columns are those of `sim.city.columns`. Residents need resident, household and camp; what is left out is
filled in: clan 0, quarter = household id modulo n_quarters, sex = resident id modulo 2 (1 is male), age 30,
role civilian, rank none (junior for officers and defectors), no faction. Ties need household_a, household_b
and kind. Columns father and mother, ids of parents, give ties too (`sim.city.pedigree`); without them and
without a ties table nobody has kin. States may be written as numbers or as names. The city depends on what
the tables say, not on the order of their rows.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.csv as pa_csv  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from numpy.typing import NDArray

from sim.city.city import City, lock
from sim.city.columns import (
    NEEDED_OF_RESIDENTS,
    PARENT_COLUMNS,
    RESIDENT_COLUMNS,
    TIE_COLUMNS,
    Camp,
    Rank,
    Role,
    Sex,
    Tie,
)
from sim.city.config import CityConfig
from sim.city.pedigree import Edges, pedigree_ties, read_pedigree, refuse_impossible, sex_by_pedigree
from sim.city.tables import SUFFIXES, Table
from sim.core.ties import Ties, build_ties
from sim.disk.files import open_aside, sha256
from sim.errors import InputError

MOST_ID = 2**61 - 1  # newcomers' ids have bit 61 set (sim.core.luck.identify)
MOST_CLAN = 30_000  # clans are 16 bits; newcomers bring new ones
MOST_AGE = 130
DEFAULT_AGE = 30  # years; assumed where the table has none
Longs = NDArray[np.int64]


def table_sums(*files: str | None) -> dict[str, str]:
    """File -> SHA-256 of each table that is named and there."""
    return {name: sha256(Path(name)) for name in files if name is not None and Path(name).is_file()}


def tables_key(config: CityConfig) -> str:
    """A key that changes when a table, or what else decides the user's city, changes."""
    stamps: list[object] = [config.seed, config.n_quarters]
    for name in (config.residents, config.ties):
        path = Path(name).absolute() if name else None
        stat = path.stat() if path and path.exists() else None
        stamps.append([str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino] if stat else str(path))
    return "tables " + json.dumps(stamps)


def _first_of_each(household: Longs) -> Longs:
    """For ids sorted ascending (int64[n]): the first row of each run, and n at the end."""
    is_new = np.ones(household.size, bool)
    is_new[1:] = household[1:] != household[:-1]
    return np.append(np.flatnonzero(is_new), household.size)


def _refuse_repeated(table: Table, resident: Longs) -> None:
    order = np.argsort(resident, kind="stable")
    again = np.flatnonzero(resident[order][1:] == resident[order][:-1]) + 1
    earlier = {int(order[k]): int(order[k - 1]) for k in again}
    table.complain(
        np.array(sorted(earlier), np.int64),
        "resident",
        lambda row: f"{resident[row]} stands already in row {earlier[row] + 1}",
    )


def _refuse_split(
    table: Table, column: str, value: Longs, household: Longs, order: Longs, first: Longs
) -> None:
    """Complain of members whose `column` differs from that of the first member of their household."""
    head = np.empty_like(order)
    head[order] = np.repeat(order[first[:-1]], np.diff(first))
    table.complain(
        np.flatnonzero(value != value[head]),
        column,
        lambda row: (
            f"{value[row]}, but household {household[row]} has {value[head[row]]} in row {head[row] + 1}"
        ),
    )


def _refuse_misfits(table: Table, role: NDArray[np.int8], rank: NDArray[np.int8], faction: list[str]) -> None:
    """Complain of fighters and defectors without a faction, of others with one, of ranks out of place."""
    is_armed = (role == Role.FIGHTER) | (role == Role.DEFECTOR)
    has_faction = np.array([name != "" for name in faction], bool)
    has_rank = (role == Role.OFFICER) | (role == Role.DEFECTOR)

    def a(row: int) -> str:
        word = Role(role[row]).name.lower()
        return f"an {word}" if word[0] in "aeiou" else f"a {word}"

    table.complain(
        np.flatnonzero(is_armed & ~has_faction),
        "faction",
        lambda row: f"{a(row)} needs the name of a faction",
    )
    table.complain(
        np.flatnonzero(~is_armed & has_faction),
        "faction",
        lambda row: f"{faction[row]!r}, but {a(row)} has no faction; only a fighter or a defector has one",
    )
    table.complain(
        np.flatnonzero(has_rank & (rank == Rank.NONE)), "rank", lambda row: f"{a(row)} is junior or senior"
    )
    table.complain(
        np.flatnonzero(~has_rank & (rank != Rank.NONE)), "rank", lambda row: f"{a(row)} has no rank; use none"
    )


def load_city(config: CityConfig) -> City:
    """Read the city from `config.residents` and `config.ties`, with the ids, kin and roles given there.

    Rows are sorted by household and resident id; factions by name. lean is 0 and facts are empty. Raises
    InputError naming file, row and column of (at most five of) the cells that cannot be used.
    """
    assert config.residents is not None
    names = [column.name for column in (*RESIDENT_COLUMNS, *PARENT_COLUMNS)]
    table = Table(config.residents, names, NEEDED_OF_RESIDENTS)
    if table.n == 0:
        raise InputError(f"{table.path}: the table has no rows; a city needs at least one resident")
    resident = table.numbers("resident", 0, MOST_ID)
    household = table.numbers("household", 0, MOST_ID)
    camp = table.states("camp", Camp)
    clan = table.numbers("clan", 0, MOST_CLAN) if table.has("clan") else np.zeros(table.n, np.int64)
    quarter = household % config.n_quarters
    if table.has("quarter"):
        quarter = table.numbers("quarter", 0, config.n_quarters - 1)
    sex = table.states("sex", Sex) if table.has("sex") else (resident % 2).astype(np.int8)
    age = table.numbers("age", 0, MOST_AGE) if table.has("age") else np.full(table.n, DEFAULT_AGE)
    role = table.states("role", Role) if table.has("role") else np.full(table.n, Role.CIVILIAN, np.int8)
    served = (role == Role.OFFICER) | (role == Role.DEFECTOR)
    rank = np.where(served, Rank.JUNIOR, Rank.NONE).astype(np.int8)
    if table.has("rank"):
        rank = table.states("rank", Rank)
    faction = table.text("faction") if table.has("faction") else [""] * table.n
    pedigree = read_pedigree(table, resident, MOST_ID)
    table.refuse_faults()

    order = np.lexsort((resident, household))
    first = _first_of_each(household[order])
    _refuse_repeated(table, resident)
    _refuse_split(table, "clan", clan, household, order, first)
    _refuse_split(table, "quarter", quarter, household, order, first)
    _refuse_misfits(table, role, rank, faction)
    sex = sex if table.has("sex") else sex_by_pedigree(sex, pedigree)
    refuse_impossible(table, pedigree, sex, age if table.has("age") else None)
    table.refuse_faults()

    faction_names = tuple(sorted(set(faction) - {""}))
    index = {name: k for k, name in enumerate(faction_names)} | {"": -1}
    heads = order[first[:-1]]
    house = np.searchsorted(household[heads], household).astype(np.int32)
    ties = _load_ties(config, household[heads], pedigree_ties(pedigree, house, sex))
    return lock(
        City(
            seed=config.seed,
            n_quarters=config.n_quarters,
            resident_id=resident[order],
            household=np.repeat(np.arange(heads.size, dtype=np.int32), np.diff(first)),
            camp=camp[order],
            sex=sex[order],
            age=age[order].astype(np.int16),
            role=role[order],
            rank=rank[order],
            faction=np.array([index[name] for name in faction], np.int16)[order],
            faction_names=faction_names,
            household_id=household[heads],
            first=first.astype(np.int32),
            clan=clan[heads].astype(np.int16),
            quarter=quarter[heads].astype(np.int16),
            lean=np.zeros(heads.size, np.float32),
            offsets=ties.offsets,
            neighbours=ties.neighbours,
            tie_kind=ties.kind,
        )
    )


def _load_ties(config: CityConfig, household_id: Longs, kin: Edges) -> Ties:
    """The ties table and the ties `kin` as CSR over households (ids int64[H], ascending).

    A tie given twice counts once, as the closer of the two.
    """
    if config.ties is None:
        return build_ties(household_id.size, *kin)
    names = [column.name for column in TIE_COLUMNS]
    table = Table(config.ties, names, names)
    ends = []
    for column in names[:2]:
        ident = table.numbers(column, 0, MOST_ID)
        row = np.minimum(np.searchsorted(household_id, ident), household_id.size - 1)
        unknown = household_id[row] != ident
        table.complain(
            np.flatnonzero(unknown),
            column,
            lambda k, ident=ident: f"there is no household {ident[k]} in {config.residents}",  # type: ignore[misc]
        )
        ends.append(row.astype(np.int32))
    table.complain(
        np.flatnonzero(ends[0] == ends[1]), names[1], lambda row: "a household cannot be tied to itself"
    )
    kind = table.states(names[2], Tie)
    table.refuse_faults()
    a, b = np.concatenate([ends[0], kin[0]]), np.concatenate([ends[1], kin[1]])
    kinds = np.concatenate([kind, kin[2]])
    return build_ties(household_id.size, a, b, kinds)


def city_tables(city: City) -> tuple[pa.Table, pa.Table]:
    """The residents and ties tables of a city, with the columns and types of `sim.city.columns`."""
    rows = np.repeat(np.arange(city.n_households, dtype=np.int32), np.diff(city.offsets))
    once = rows < city.neighbours
    names = np.array([*city.faction_names, ""], dtype=object)
    residents = {
        "resident": city.resident_id,
        "household": city.household_id[city.household],
        "clan": city.clan[city.household],
        "quarter": city.quarter[city.household],
        "camp": city.camp,
        "sex": city.sex,
        "age": city.age,
        "role": city.role,
        "rank": city.rank,
        "faction": names[city.faction],
    }
    ties = {
        "household_a": city.household_id[rows[once]],
        "household_b": city.household_id[city.neighbours[once]],
        "kind": city.tie_kind[once],
    }
    made = []
    for columns, described in ((residents, RESIDENT_COLUMNS), (ties, TIE_COLUMNS)):
        schema = pa.schema([(column.name, pa.type_for_alias(column.dtype)) for column in described])
        made.append(pa.table({name: np.asarray(values) for name, values in columns.items()}, schema=schema))
    return made[0], made[1]


def write_city(city: City, out_dir: str | Path, suffix: str = ".csv") -> tuple[Path, Path]:
    """Write residents and ties to `out_dir` (made if need be) in the form that `load_city` reads.

    suffix is ".csv" or ".parquet". Each file is replaced as a whole. Returns the two paths. Reading them
    back gives the same city, without lean and facts. InputError if the folder cannot be written.
    """
    if suffix not in SUFFIXES:
        raise InputError(f"suffix {suffix!r}: tables are written as {' or '.join(SUFFIXES)}")
    folder = Path(out_dir)
    paths = folder / f"residents{suffix}", folder / f"ties{suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table, path in zip(city_tables(city), paths, strict=True):
            with open_aside(path) as stream:
                if suffix == ".csv":
                    pa_csv.write_csv(table, stream)
                else:
                    pq.write_table(table, stream)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return paths
