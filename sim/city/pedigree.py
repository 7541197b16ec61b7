"""Ties read off a table of residents that names fathers and mothers.

As in the generated city: houses of a parent and a son, and of brothers, are CLOSE; those of a parent and a
daughter, and of a woman and her siblings, are AFFINE. A parent need not stand in the table: the dead, and
those who moved away, still tie their children. Cousins are not tied, since a pedigree does not tell which
of them keep contact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Sex, Tie
from sim.city.tables import Table

PARENTS = {"father": Sex.MALE, "mother": Sex.FEMALE}
UNKNOWN = -1
MOST_CHILDREN = 100  # of one parent; more of them are a code for "unknown", which would tie all of them

Longs = NDArray[np.int64]
Edges = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]


class Pedigree(NamedTuple):
    """Who is whose child, by rows of the table of residents."""

    parents: dict[str, Longs]  # column -> int64[n], ids; -1 for unknown
    rows: dict[str, Longs]  # column -> int64[n], row of that parent; -1 where it is not in the table


def read_pedigree(table: Table, resident: Longs, most_id: int) -> Pedigree:
    """The columns `father` and `mother` of a table, as far as it has them; complains of what cannot be.

    resident: int64[n], ids of the rows.
    """
    parents, rows = {}, {}
    order = np.argsort(resident, kind="stable")
    for column in PARENTS:
        if not table.has(column):
            continue
        ident = table.numbers(column, 0, most_id, empty=UNKNOWN)
        parents[column], rows[column] = ident, _rows_of(ident, resident, order)
        table.complain(
            np.flatnonzero(ident == resident), column, lambda row: "nobody is a parent of themselves"
        )
        known, n = np.unique(ident[ident != UNKNOWN], return_counts=True)
        many = dict(zip(known[n > MOST_CHILDREN].tolist(), n[n > MOST_CHILDREN].tolist(), strict=True))
        first = [int(np.flatnonzero(ident == each)[0]) for each in many]
        table.complain(
            np.array(first, np.int64),
            column,
            lambda row, ident=ident, many=many, column=column: (  # type: ignore[misc]
                f"{ident[row]} is the {column} of {many[int(ident[row])]:,} residents; leave the cell empty "
                "where a parent is unknown"
            ),
        )
    return Pedigree(parents, rows)


def _rows_of(ident: Longs, resident: Longs, order: Longs) -> Longs:
    """Rows (int64[n]) of the residents of these ids; -1 where there is none."""
    place = np.minimum(np.searchsorted(resident, ident, sorter=order), resident.size - 1)
    row = order[place]
    return np.where((ident != UNKNOWN) & (resident[row] == ident), row, -1)


def refuse_impossible(table: Table, pedigree: Pedigree, sex: NDArray[np.int8], age: Longs | None) -> None:
    """Complain of fathers who are women, mothers who are men, and parents not older than their children.

    sex: int8[n]; age: int64[n] in years, None if the table does not tell it.
    """
    for column, row in pedigree.rows.items():
        child = np.flatnonzero(row >= 0)
        wrong = child[sex[row[child]] != PARENTS[column]]
        table.complain(
            wrong,
            column,
            lambda k, row=row, column=column: (  # type: ignore[misc]
                f"the {column} stands in row {row[k] + 1} as {Sex(sex[row[k]]).name.lower()}"
            ),
        )
        if age is not None:
            young = child[age[row[child]] <= age[child]]
            table.complain(
                young,
                column,
                lambda k, row=row, column=column, age=age: (  # type: ignore[misc]
                    f"the {column} in row {row[k] + 1} is {age[row[k]]} years old, the child {age[k]}"
                ),
            )


def sex_by_pedigree(sex: NDArray[np.int8], pedigree: Pedigree) -> NDArray[np.int8]:
    """The sexes (int8[n]) with fathers as men and mothers as women."""
    found = sex.copy()
    for column, row in pedigree.rows.items():
        found[row[row >= 0]] = PARENTS[column]
    return found


def pedigree_ties(pedigree: Pedigree, house: NDArray[np.int32], sex: NDArray[np.int8]) -> Edges:
    """Ties between the houses of parents and children, and of siblings; with repetitions.

    house: int32[n], row of each resident's household; sex: int8[n]. Ties within a house are left out. Returns
    household row, household row and kind (int32, int32, int8) of each.
    """
    ends: list[tuple[Longs, Longs, NDArray[np.bool_]]] = []
    for column, ident in pedigree.parents.items():
        row = pedigree.rows[column]
        child = np.flatnonzero(row >= 0)
        ends.append((row[child], child, sex[child] == Sex.MALE))
        order = np.flatnonzero(ident != UNKNOWN)
        order = order[np.argsort(ident[order], kind="stable")]
        for step in range(1, MOST_CHILDREN):
            one, other = order[:-step], order[step:]
            is_pair = ident[one] == ident[other]
            if not is_pair.any():
                break
            one, other = one[is_pair], other[is_pair]
            ends.append((one, other, (sex[one] == Sex.MALE) & (sex[other] == Sex.MALE)))
    if not ends:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8)
    one, other, is_close = (np.concatenate(each) for each in zip(*ends, strict=True))
    apart = house[one] != house[other]
    kind = np.where(is_close[apart], Tie.CLOSE, Tie.AFFINE).astype(np.int8)
    return house[one[apart]], house[other[apart]], kind
