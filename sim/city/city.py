"""A city: who lives where, with whom, and who is kin to whom. Immutable; shared by all runs on it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class City:
    """Columns of R residents and H households, and E directed ties (each kinship tie stands twice).

    Residents of one household are contiguous rows: those of household row h are
    `first[h]:first[h + 1]`. Ties of household row h are `offsets[h]:offsets[h + 1]` in `neighbours`
    (household rows, sorted) and `tie_kind`. The arrays are read-only.
    """

    seed: int
    n_quarters: int
    # residents
    resident_id: NDArray[np.int64]  # [R] permanent ids, >= 0
    household: NDArray[np.int32]  # [R] household row
    camp: NDArray[np.int8]  # [R] Camp
    sex: NDArray[np.int8]  # [R] Sex
    age: NDArray[np.int16]  # [R] years
    role: NDArray[np.int8]  # [R] Role; civilians only in a generated city: the muster gives roles
    rank: NDArray[np.int8]  # [R] Rank
    faction: NDArray[np.int16]  # [R] index into faction_names, -1 for none
    faction_names: tuple[str, ...]  # factions named by the user's own table; empty otherwise
    # households
    household_id: NDArray[np.int64]  # [H] permanent ids, >= 0
    first: NDArray[np.int32]  # [H + 1] first resident row of each household
    clan: NDArray[np.int16]  # [H]
    quarter: NDArray[np.int16]  # [H]
    lean: NDArray[np.float32]  # [H] mean latent lean of the house, low is loyalist; 0 if not known
    # ties between households
    offsets: NDArray[np.int64]  # [H + 1]
    neighbours: NDArray[np.int32]  # [E] household rows
    tie_kind: NDArray[np.int8]  # [E] Tie
    # what the marriages were, for the statistics page; empty for the user's own city
    facts: dict[str, float] = field(default_factory=dict)

    @property
    def n_residents(self) -> int:
        """Number of residents, R."""
        return int(self.resident_id.shape[0])

    @property
    def n_households(self) -> int:
        """Number of households, H."""
        return int(self.household_id.shape[0])

    def __deepcopy__(self, memo: dict[int, Any]) -> City:
        """A city never changes, so copies of a run share it."""
        return self


def lock(city: City) -> City:
    """Make every array of the city read-only, and return it."""
    for each in fields(city):
        value = getattr(city, each.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return city
