"""All factions of a run together: by number, by name, and their members in one list."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from operator import is_
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.core.sums import add_in_order

if TYPE_CHECKING:
    from sim.actors.faction import Faction
    from sim.world.residents import Residents

Rows = NDArray[np.int64]
_NOBODY = np.zeros(0, np.int64)


class Factions:
    """The factions in the order in which they came; `factions[index]` is that of the residents' column."""

    def __init__(self) -> None:
        self._all: list[Faction] = []
        self._by_name: dict[str, Faction] = {}
        self._listed: list[Rows] = []  # the members from whom `_rows` was made
        self._rows, self._ends = _NOBODY, _NOBODY
        self._houses: NDArray[np.integer] | None = None  # of `_rows`; None: not looked up yet

    def __iter__(self) -> Iterator[Faction]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, index: int) -> Faction:
        return self._all[index]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = copy.copy(self)
        memo[id(self)] = twin
        twin._all = [copy.deepcopy(faction, memo) for faction in self._all]
        twin._by_name = {faction.name: faction for faction in twin._all}
        return twin

    def add(self, faction: Faction) -> None:
        """A faction takes its place after the others."""
        self._all.append(faction)
        self._by_name[faction.name] = faction

    def find(self, name: str) -> Faction | None:
        """The faction of this name, or None."""
        return self._by_name.get(name)

    def count_rivals(self, name: str) -> int:
        """Fighters in the city of the factions that do not share the origin of the one of this name."""
        own = self._by_name.get(name)
        if own is None:
            return 0
        origin, n = own.origin, 0
        for faction in self._all:
            if faction.origin != origin:
                n += faction.n_present
        return n

    def list_members(self) -> tuple[Rows, Rows]:
        """Rows of the living members, faction by faction (int64[n]), and where each ends (int64[F])."""
        self._list_anew()
        return self._rows, self._ends

    def list_houses(self, household: NDArray[np.integer]) -> tuple[NDArray[np.integer], Rows]:
        """The same with their household rows in place of their own; household [R], of which no entry changes.

        Found once for a list of members: a third of a day's look at their kin was looking these up.
        """
        self._list_anew()
        if self._houses is None:
            self._houses = household[self._rows]
        return self._houses, self._ends

    def _list_anew(self) -> None:
        listed = [faction.rows for faction in self._all]
        # `rows` of a faction is replaced, never written: the same arrays hold the same members
        if len(listed) != len(self._listed) or not all(map(is_, listed, self._listed)):
            self._listed = listed
            self._rows = np.concatenate(listed) if listed else _NOBODY
            self._ends = np.cumsum([rows.size for rows in listed], dtype=np.int64)
            self._houses = None

    def restrain(self, residents: Residents, restraint: float) -> None:
        """Each faction's restraint of this morning: mean reach to loyalists present, times `restraint`."""
        if restraint:
            reaches = residents.mean_reach(*self.list_houses(residents.city.household))
            for faction, reach in zip(self._all, reaches, strict=True):
                faction.restraint = restraint * reach
        else:
            for faction in self._all:
                faction.restraint = 0.0

    def rivalry(self) -> float:
        """Share of the armed strength that is newcomers or independents; 0 if there is none."""
        total = add_in_order(faction.strength for faction in self._all)
        rivals = add_in_order(faction.strength for faction in self._all if faction.is_rival)
        return rivals / total if total > 0 else 0.0

    def mean_morale(self) -> float:
        """Mean morale of the fighters in the city; 0 if there is none."""
        n = sum(faction.n_present for faction in self._all)
        return add_in_order(f.n_present * f.morale for f in self._all) / n if n > 0 else 0.0
