"""The residents of one run: mutable columns over an immutable city, and the only ways to change them."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp, Role, Status
from sim.core import feelings, kin, moves
from sim.core.memory import side_by_side
from sim.core.ties import pack_ties, sort_blocks
from sim.core.vectors import WIDTH
from sim.world.config import Feelings, Flight, KinshipWeights, RanksConfig
from sim.world.persons import draw_persons

Float32s = NDArray[np.float32]
Ints = NDArray[np.integer]

OWN = (  # what a copy has for itself; everything else is never written after it was made
    "status", "role", "rank", "camp", "faction", "fear", "anger", "sums", "kin_fear", "kin_anger",
    "share_left", "has_loyalist", "known_reach", "is_reach_old", "household_shock",
    "quarter_shock", "camp_shock", "count", "feeling_sum",
)  # fmt: skip

# what a day reads and never writes, apart from city and ties
SHARED = ("susceptibility", "rest_fear", "desert_threshold", "threshold", "household_camp", "weights",
          "_by_size")  # fmt: skip
PACKED = 1 << 20  # residents, from whom on a column of theirs fills large pages by itself

_NO_HOUSES = np.zeros(0, np.uint32)


class Residents:
    """State of R residents and H households of one run.

    Residents [R]: status, role, rank, camp uint8; faction int16; fear, anger float32.
    Households [H]: sums float32[H, 4] (core/feelings.py), share_left float32 (of tied households, by weight
    of tie), has_loyalist bool (one is present), kin_fear float32 (K_h of fear). Of the share of tie weight
    that reaches loyalists: known_reach float32, is_reach_old bool (it must be recomputed).
    Tallies, always in step: count int64[3, 5] residents by camp and status, feeling_sum int64[3, 2].
    """

    def __init__(
        self, city: City, feelings_: Feelings, kinship: KinshipWeights, flight: Flight, ranks: RanksConfig
    ) -> None:
        self._feelings, self._flight, self._ranks = feelings_, flight, ranks
        rates = ("relax_fear", "contagion_fear", "amplify", "relax_anger", "contagion_anger")
        self._rates = tuple(np.float32(getattr(feelings_, name)) for name in rates)
        self.own_weight = np.float32(kinship.own)
        by_kind = np.array([kinship.close, kinship.cousin, kinship.affine], np.float32)
        self.weights = by_kind[city.tie_kind]
        self._ties = pack_ties(city.offsets, city.neighbours, city.tie_kind, by_kind)
        self._take(city)
        self.status = np.full(city.n_residents, Status.PRESENT, np.uint8)
        self.role, self.rank, self.camp = (x.astype(np.uint8) for x in (city.role, city.rank, city.camp))
        self.faction = city.faction.copy()
        persons = draw_persons(city, feelings_, flight, ranks)
        self.susceptibility, self.rest_fear, self.join_threshold, self.desert_threshold = persons[:4]
        self.threshold, self.household_camp = persons[4:]
        self.fear = self.rest_fear.copy()
        self.anger = np.zeros(city.n_residents, np.float32)
        n = city.n_households
        self._make_room()
        self._is_shocked = False
        self.sums = np.zeros((n, 4), np.float32)
        self.kin_fear, self.kin_anger, self.share_left = (np.zeros(n, np.float32) for _ in range(3))
        self.has_loyalist, self.is_reach_old = np.zeros(n, np.bool_), np.ones(n, np.bool_)
        self.known_reach = np.zeros(n, np.float32)
        self.household_shock = np.zeros((n, 2), np.float32)
        self.quarter_shock = np.zeros((city.n_quarters, 2), np.float32)
        self.camp_shock = np.zeros((3, 2), np.float32)
        self.count = np.zeros((len(Camp), len(Status)), np.int64)
        np.add.at(self.count, (self.camp, self.status), 1)
        self.feeling_sum = np.zeros((len(Camp), 2), np.int64)
        self._moved: list[int] = []  # households whose members moved since the last sums
        self._visited = _NO_HOUSES  # those to which officers came, or from which they went
        self.serving = np.flatnonzero(self.role == Role.OFFICER)
        self._serving_ids = city.resident_id[self.serving]
        self.n_officers_in_city = 0
        if city.n_residents < PACKED:
            self._pack()
        self.add_up()

    def _pack(self) -> None:
        """Lay side by side what is never written, for this run and its copies, until newcomers enter."""
        shared = [getattr(self, name) for name in SHARED]
        *columns, order, offsets, ties = side_by_side([*shared, *self._ties[:3]])
        vars(self).update(zip(SHARED, columns, strict=True))
        self._ties = self._ties._replace(order=order, offsets=offsets, ties=ties)

    def _take(self, city: City) -> None:
        """Hold a city, and what the kernels need of it in the form in which they need it."""
        self.city = city
        self._first = city.first.view(np.uint32)
        self._quarter = city.quarter.view(np.uint16)
        self._by_size = sort_blocks(np.diff(city.first), feelings.BLOCK)
        self._by_camp: dict[Camp, NDArray[np.int64]] = {}  # see `rows_once_of`

    def _make_room(self) -> None:
        """Room that the kernels of a day write into: of a block's residents, of households."""
        blocks = np.append(self.city.first[: -1 : feelings.BLOCK], self.city.n_residents)
        self._room = np.zeros((4, int(np.diff(blocks).max(initial=0)) + WIDTH), np.float32)
        self._leaving, self._returning = np.zeros((2, self.city.n_households), np.int64)

    def make_copy(self, room: Residents | None = None) -> Residents:
        """A copy that goes its own way; what is never written is shared.

        room: residents of the same city who are not needed any more; the copy takes their memory, as new
            memory costs several times what copying costs.
        """
        twin = copy.copy(self)
        if room is not None and room.city is self.city:
            for name in OWN:
                column = getattr(room, name)
                np.copyto(column, getattr(self, name))
                setattr(twin, name, column)
            twin._room, twin._leaving, twin._returning = room._room, room._leaving, room._returning
        else:
            for name in OWN:
                setattr(twin, name, getattr(self, name).copy())
            twin._make_room()
        twin._moved, twin._by_camp = list(self._moved), dict(self._by_camp)
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Residents:
        return self.make_copy()

    def grow(self, city: City) -> None:
        """Take in the residents by whom `city` is larger than before: present, at rest, without kin here.

        Old rows stay as they are.
        """
        row, house = self.status.size, self.threshold.size
        self._take(city)
        n, h = city.n_residents - row, city.n_households - house
        persons = draw_persons(city, self._feelings, self._flight, self._ranks, row, house)
        more = persons._asdict()
        more |= {name: getattr(city, name)[row:] for name in ("role", "rank", "camp", "faction")}
        more |= {"status": np.full(n, Status.PRESENT), "fear": persons.rest_fear, "anger": np.zeros(n)}
        more |= dict.fromkeys(("kin_fear", "kin_anger", "share_left", "known_reach"), np.zeros(h))
        more |= {"has_loyalist": np.zeros(h), "is_reach_old": np.ones(h)}
        more |= {"sums": np.zeros((h, 4)), "household_shock": np.zeros((h, 2))}
        for name, values in more.items():
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, values.astype(old.dtype)]))
        self._make_room()
        ties = self._ties
        self._ties = ties._replace(
            order=np.append(ties.order, np.arange(house, house + h, dtype=np.uint32)),
            offsets=np.append(ties.offsets, np.full(h, ties.offsets[-1])),
        )
        np.add.at(self.count, (self.camp[row:], self.status[row:]), 1)
        for i in range(row, row + n):  # they were counted, and not yet felt for
            self.feeling_sum[self.camp[i], feelings.FEAR] += feelings.fine(self.fear[i])
        self._moved += range(house, house + h)

    # ---- feelings ---------------------------------------------------------------------------------

    def feel(self) -> None:
        """One day of feeling (core/feelings.py); today's shocks are spent, sums and tallies recomputed."""
        first, status, camp, fear, anger = self._first, self.status, self.camp, self.fear, self.anger
        feelings.pull_of_kin(
            *self._ties, self.own_weight, self.sums, first, status, fear, anger, self.kin_fear, self.kin_anger
        )  # fmt: skip
        self.feeling_sum[:] = 0
        feelings.feel(
            first, self._quarter, status, camp, fear, anger, self.susceptibility, self.rest_fear,
            self.kin_fear, self.kin_anger, self._is_shocked, self.household_shock, self.quarter_shock,
            self.camp_shock, *self._rates, self._by_size, self.sums, self.feeling_sum, self._room,
        )  # fmt: skip
        houses = self._visited
        if self._moved:
            houses = np.concatenate([houses, np.array(self._moved, np.uint32)])
        self._sum_houses(houses, are_felt=True)
        if self._is_shocked:
            self.quarter_shock[:] = 0
            self.camp_shock[:] = 0
            self._is_shocked = False

    def add_up(self) -> None:
        """Recompute the sums of all households and the feelings by camp."""
        self._sum_houses(self._by_size)
        is_here = self.status == Status.PRESENT
        fear, anger = self.fear * is_here, self.anger * is_here
        self.feeling_sum[:] = 0
        feelings.tally(np.uint64(0), np.uint64(is_here.size), self.camp, fear, anger, self.feeling_sum)

    def settle(self) -> None:
        """Renew the sums of the households whose members moved after they felt."""
        if self._moved:
            self._sum_houses(np.array(self._moved, np.uint32))

    def _sum_houses(self, houses: NDArray[np.uint32], *, are_felt: bool = False) -> None:
        """Recompute the sums of these houses, all that moved since last time; `are_felt`: presence alone."""
        columns = (self.status, self.camp, self.fear, self.anger)
        ties = (self.city.offsets, self.city.neighbours)
        feelings.sum_households(
            houses, are_felt, self._first, *columns, self.sums, self.has_loyalist, *ties, self.is_reach_old
        )
        self._moved.clear()
        self._visited = _NO_HOUSES

    def by_quarter(self) -> NDArray[np.float64]:
        """Fear and anger of those present, added up, and their number, by quarter: float64[Q, 3]."""
        sums = np.zeros((self.city.n_quarters, 3))
        feelings.sum_quarters(self._quarter, self.sums, sums)
        return sums

    def shock_household(self, house: int, own: tuple[float, float], ties: tuple[float, float]) -> None:
        """Shock (fear, anger) a household and, by tie weight, its kin. Felt at the next `feel`."""
        city = self.city
        kin.add_shock(house, city.offsets, city.neighbours, self.weights, *own, *ties, self.household_shock)
        self._is_shocked = True

    def shock_quarter(self, quarter: int, fear: float, anger: float) -> None:
        """Shock all who are present in a quarter."""
        self.quarter_shock[quarter] += (fear, anger)
        self._is_shocked = True

    def shock_camp(self, camp: int, fear: float, anger: float) -> None:
        """Shock all who are present of a camp."""
        self.camp_shock[camp] += (fear, anger)
        self._is_shocked = True

    # ---- kin ----------------------------------------------------------------------------------------

    def mean_reach(self, houses: Ints, ends: NDArray[np.int64]) -> list[float]:
        """Mean share of tie weight that reaches loyalists present, over groups of residents.

        houses [n]: household rows of the residents, group by group; ends int64[G]: where each group ends.
        """
        ties = (self.city.offsets, self.city.neighbours, self.weights, self.own_weight)
        means = np.empty(ends.size)
        kin.fill_mean_reach(
            houses, ends, *ties, self.has_loyalist, self.known_reach, self.is_reach_old, means
        )
        return means.tolist()

    def reach(self, houses: NDArray[np.int32], camp: Camp) -> NDArray[np.float64]:
        """For each household row: share of its tie weight that reaches present members of `camp`.

        As of yesterday: to be asked before anything strikes.
        """
        city = self.city
        ties = (city.offsets, city.neighbours, self.weights, self.own_weight)
        shares = np.empty(houses.size)
        if camp == Camp.LOYALIST:
            known = (self.known_reach, self.is_reach_old)
            kin.fill_reach(houses, *ties, self.has_loyalist, *known, shares)
        else:
            columns = (city.first, self.status, self.camp)
            kin.fill_camp_reach(houses, *columns, int(camp), *ties, shares)
        return shares

    # ---- who is where -----------------------------------------------------------------------------

    def count_of(self, camp: int, status: int) -> int:
        """How many residents of a camp are in a state."""
        return int(self.count.item(camp, status))

    def set_status(self, row: int, status: Status) -> None:
        """Move one resident. Feelings of kin see it from the day after."""
        moves.move(
            row, int(status), self.status, self.camp, self.fear, self.anger, self.count, self.feeling_sum
        )
        self._moved.append(int(self.city.household[row]))

    def rows_once_of(self, camp: Camp) -> NDArray[np.int64]:
        """Rows (int64[n], sorted) of all residents of a camp, and of some who have left it since."""
        if camp not in self._by_camp:
            self._by_camp[camp] = np.flatnonzero(self.camp == int(camp))
        return self._by_camp[camp]

    def set_camp(self, row: int, camp: Camp) -> None:
        """One resident goes over to another camp."""
        if int(self.camp[row]) != camp:
            self._by_camp.pop(camp, None)
        moves.change_camp(
            row, int(camp), self.status, self.camp, self.fear, self.anger, self.count, self.feeling_sum
        )
        self._moved.append(int(self.city.household[row]))

    def visit(self, seed: int, day: int, p_visit: float) -> None:
        """Serving officers come for the day, each with chance `p_visit`, or do not [14, 20]."""
        houses = np.empty(self.serving.size, np.uint32)
        self.n_officers_in_city, n_moved = moves.draw_visits(
            seed, day, self.serving, self._serving_ids, self.city.household, self.sums, self.status,
            self.camp, self.fear, self.anger, p_visit, int(Status.AWAY), self.count, self.feeling_sum, houses,
        )  # fmt: skip
        self._visited = houses[:n_moved]

    def stop_serving(self, row: int, role: Role) -> None:
        """An officer leaves the army's service: by defection, forced or not, or by death.

        `role`: what he is from now on.
        """
        self.role[row] = role
        stay = self.serving != row
        self.serving, self._serving_ids = self.serving[stay], self._serving_ids[stay]

    def decide_flight(
        self, seed: int, day: int, follow: float, shift: Float32s, leave: float, margin: float, back: float
    ) -> tuple[Ints, Ints]:
        """Household rows that leave and that return today (not yet moved). See core/moves.py.

        `follow` and `margin` are in units of fear, `shift` float32[3] by camp, `leave` and `back` chances.
        The next call overwrites what is returned.
        """
        n_leaving, n_returning = moves.decide_flight(
            seed, day, self.city.household_id, self.household_camp, self.sums, self.kin_fear,
            self.share_left, self.threshold, np.float32(follow), shift, leave, np.float32(margin), back,
            self._leaving, self._returning,
        )  # fmt: skip
        return self._leaving[:n_leaving], self._returning[:n_returning]

    def depart(self, houses: Ints) -> NDArray[np.int64]:
        """The present civilians of household rows leave the city. Returns how many of each: int64[n].

        A household of which nobody can leave stays as it is.
        """
        return self._move_houses(houses, Status.PRESENT, Status.DEPARTED, civilians_only=True, left=1.0)

    def come_home(self, houses: Ints) -> NDArray[np.int64]:
        """The departed of household rows return. Returns how many of each: int64[n]."""
        return self._move_houses(houses, Status.DEPARTED, Status.PRESENT, civilians_only=False, left=0.0)

    def _move_houses(
        self, houses: Ints, source: Status, to: Status, *, civilians_only: bool, left: float
    ) -> NDArray[np.int64]:
        moved = np.zeros(houses.size, np.int64)
        if houses.size:
            city = self.city
            moves.move_houses(
                houses, int(source), int(to), civilians_only, np.float32(left), self._first, self.status,
                self.role, self.camp, self.fear, self.anger, self.count, self.feeling_sum,
                city.offsets, city.neighbours, self.weights, self.sums, self.share_left, moved,
            )  # fmt: skip
            self._moved += houses.tolist()
        return moved

    def has_left(self, house: int) -> bool:
        """True while a household is away from the city."""
        return bool(self.sums[house, feelings.LEFT] > 0)
