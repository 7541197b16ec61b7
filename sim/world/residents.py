"""The residents of one run: mutable columns over an immutable city, and the only ways to change them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp, Role, Status
from sim.core import feelings
from sim.core.kin import add_shock, mark_houses
from sim.core.luck import Stream, fill_normal, fill_uniform
from sim.world.config import Feelings, Flight, KinshipWeights, RanksConfig

RESIDENT_COLUMNS = (
    "status", "role", "rank", "camp", "faction", "fear", "anger", "susceptibility", "rest_fear",
    "join_threshold", "desert_threshold",
)  # fmt: skip
HOUSEHOLD_COLUMNS = (
    "threshold", "household_camp", "before", "after", "kin_fear", "share_left", "has_loyalist",
    "household_shock", "_leaving", "_returning",
)  # fmt: skip
USUAL_TIES = 16  # ties of a usual household, whose connectedness is then one half

Float32s = NDArray[np.float32]


class Residents:
    """State of R residents and H households of one run.

    Residents [R]: status, role, camp int8; faction int16; fear, anger, susceptibility, rest_fear float32.
    Households [H]: threshold float32, camp int8 (of most members), sums float32[H, 4] (core/feelings.py).
    Properties of persons (susceptibility, rest_fear, threshold) are drawn with the city's seed: they are
    the same in every run on one city.
    """

    def __init__(
        self, city: City, feelings_: Feelings, kinship: KinshipWeights, flight: Flight, ranks: RanksConfig
    ) -> None:
        self.city = city
        self._feelings, self._kinship, self._flight, self._ranks = feelings_, kinship, flight, ranks
        self.own_weight = np.float32(kinship.own)
        self.weights = np.array([kinship.close, kinship.cousin, kinship.affine], np.float32)[city.tie_kind]
        self.status = np.full(city.n_residents, Status.PRESENT, np.int8)
        self.role = city.role.copy()
        self.rank = city.rank.copy()
        self.camp = city.camp.copy()
        self.faction = city.faction.copy()
        self._draw_persons(feelings_, flight)
        self.fear = self.rest_fear.copy()
        self.anger = np.zeros(city.n_residents, np.float32)
        n = city.n_households
        self.before = np.zeros((n, 4), np.float32)
        self.after = np.zeros((n, 4), np.float32)
        self.kin_fear = np.zeros(n, np.float32)
        self.share_left = np.zeros(n, np.float32)
        self.has_loyalist = np.zeros(n, np.bool_)  # a loyalist was present yesterday
        self._leaving = np.zeros(n, np.int32)
        self._returning = np.zeros(n, np.int32)
        self.household_shock = np.zeros((n, 2), np.float32)
        self.quarter_shock = np.zeros((city.n_quarters, 2), np.float32)
        self.camp_shock = np.zeros((3, 2), np.float32)
        self._is_shocked = False
        self._parameters = tuple(
            np.float32(x)
            for x in (
                feelings_.relax_fear,
                feelings_.contagion_fear,
                feelings_.amplify,
                feelings_.relax_anger,
                feelings_.contagion_anger,
                kinship.own,
            )
        )
        self.count = np.zeros((3, 5), np.int64)
        self.camp_sum = np.zeros((3, 2), np.float64)
        self.quarter_sum = np.zeros((city.n_quarters, 3), np.float64)
        self.serving = np.flatnonzero(self.role == Role.OFFICER)
        self.n_officers_in_city = 0
        self.tally()

    def grow(self, city: City) -> None:
        """Take in the residents by whom `city` is larger than before: present, at rest, at home.

        Old rows stay as they are. The larger city must not have tied them anew.
        """
        old_n, old_h = self.status.size, self.threshold.size
        more = Residents(city, self._feelings, self._kinship, self._flight, self._ranks)
        self.city = city
        for name in RESIDENT_COLUMNS:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)[old_n:]]))
        for name in HOUSEHOLD_COLUMNS:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)[old_h:]]))

    def _draw_persons(self, feelings_: Feelings, flight: Flight) -> None:
        city = self.city
        draw = np.empty(city.n_residents)
        fill_normal(city.seed, Stream.SUSCEPTIBILITY, 0, city.resident_id, draw)
        sigma = feelings_.susceptibility_sigma
        self.susceptibility = np.exp(sigma * draw - sigma * sigma / 2).astype(np.float32)
        fill_uniform(city.seed, Stream.REST_FEAR, 0, city.resident_id, draw)
        self.rest_fear = (feelings_.rest_fear_max * draw).astype(np.float32)
        z = np.empty(city.n_households)
        fill_normal(city.seed, Stream.THRESHOLD, 0, city.household_id, z)
        connected = connectedness(city)
        self.threshold = (
            flight.threshold_mean + flight.threshold_sd * z - flight.connectedness * (connected - 0.5)
        ).astype(np.float32)
        self.household_camp = majority_camp(city)
        u = np.empty(city.n_residents)
        fill_normal(city.seed, Stream.JOINING, 0, city.resident_id, u)
        self.join_threshold = (self._ranks.join_threshold_mean + self._ranks.join_threshold_sd * u).astype(
            np.float32
        )
        fill_normal(city.seed, Stream.DESERTING, 0, city.resident_id, u)
        self.desert_threshold = (
            self._ranks.desert_threshold_mean + self._ranks.desert_threshold_sd * u
        ).astype(np.float32)

    # ---- feelings ---------------------------------------------------------------------------------

    def feel(self) -> None:
        """One day of feeling (core/feelings.py); today's shocks are spent, tallies renewed."""
        city = self.city
        feelings.feel(
            city.first.view(np.uint32), city.quarter.view(np.uint16), self.status.view(np.uint8),
            self.camp.view(np.uint8), self.fear, self.anger, self.susceptibility, self.rest_fear,
            city.offsets.view(np.uint64), city.neighbours.view(np.uint32), self.weights, self.before,
            self.after, self.kin_fear, self.share_left, self.has_loyalist,
            self.household_shock, self.quarter_shock, self.camp_shock,
            *self._parameters, self.count, self.camp_sum, self.quarter_sum,  # type: ignore[call-arg]
        )  # fmt: skip
        self.before, self.after = self.after, self.before
        if self._is_shocked:
            self.household_shock[:] = 0
            self.quarter_shock[:] = 0
            self.camp_shock[:] = 0
            self._is_shocked = False

    def tally(self) -> None:
        """Recompute sums and tallies from the columns without a day passing (at the start, after moves)."""
        city = self.city
        feelings.sum_households(city.first, self.status, self.fear, self.anger, self.before)
        feelings.tally(
            self.status, self.camp, self.fear, self.anger, city.household, city.quarter,
            self.count, self.camp_sum, self.quarter_sum,
        )  # fmt: skip
        mark_houses(city.first, self.status, self.camp, int(Camp.LOYALIST), self.has_loyalist)

    def shock_household(self, house: int, own: tuple[float, float], ties: tuple[float, float]) -> None:
        """Shock (fear, anger) a household and, by tie weight, its kin. Felt at the next `feel`."""
        city = self.city
        add_shock(house, city.offsets, city.neighbours, self.weights, *own, *ties, self.household_shock)
        self._is_shocked = True

    def shock_quarter(self, quarter: int, fear: float, anger: float) -> None:
        """Shock all who are present in a quarter."""
        self.quarter_shock[quarter] += (fear, anger)
        self._is_shocked = True

    def shock_camp(self, camp: int, fear: float, anger: float) -> None:
        """Shock all who are present of a camp."""
        self.camp_shock[camp] += (fear, anger)
        self._is_shocked = True

    # ---- who is where -----------------------------------------------------------------------------

    def set_status(self, row: int, status: Status) -> None:
        """Move one resident. Feelings of kin see it from the day after."""
        self.status[row] = status

    def visit(self, seed: int, day: int, p_visit: float) -> None:
        """Serving officers come for the day, or do not [14, 20]."""
        self.n_officers_in_city = feelings.draw_visits(
            seed, day, self.serving, self.city.resident_id, self.city.household, self.before, self.status,
            p_visit, int(Status.AWAY),
        )  # fmt: skip

    def stop_serving(self, row: int, role: Role) -> None:
        """An officer leaves the army's service (defection, forced or not)."""
        self.role[row] = role
        self.serving = self.serving[self.serving != row]

    def decide_flight(
        self,
        seed: int,
        day: int,
        follow: float,
        shift: Float32s,
        p_leave: float,
        margin: float,
        p_return: float,
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Household rows that leave and that return today (not yet moved). See core/feelings.py."""
        n_leaving, n_returning = feelings.decide_flight(
            seed, day, self.city.household_id, self.household_camp, self.before, self.kin_fear,
            self.share_left, self.threshold, np.float32(follow), shift, p_leave, np.float32(margin), p_return,
            self._leaving, self._returning,
        )  # fmt: skip
        return self._leaving[:n_leaving].copy(), self._returning[:n_returning].copy()

    def members(self, house: int) -> slice:
        """Rows of the members of a household."""
        return slice(int(self.city.first[house]), int(self.city.first[house + 1]))

    def depart(self, house: int) -> int:
        """The present civilians of a household leave the city. Returns how many; 0 changes nothing."""
        rows = self.members(house)
        going = (self.status[rows] == Status.PRESENT) & (self.role[rows] == Role.CIVILIAN)
        return self._move_house(house, going, Status.DEPARTED, left=1.0)

    def come_home(self, house: int) -> int:
        """The departed of a household return. Returns how many."""
        rows = self.members(house)
        return self._move_house(house, self.status[rows] == Status.DEPARTED, Status.PRESENT, left=0.0)

    def _move_house(self, house: int, moving: NDArray[np.bool_], status: Status, left: float) -> int:
        n = int(np.count_nonzero(moving))
        if n == 0:
            return 0
        rows = self.members(house)
        self.status[rows][moving] = status
        self.before[house, feelings.LEFT] = left
        return n

    def has_left(self, house: int) -> bool:
        """True while a household is away from the city."""
        return bool(self.before[house, feelings.LEFT] > 0)


def connectedness(city: City) -> NDArray[np.float64]:
    """How well connected each household is, in [0, 1): ties / (ties + USUAL_TIES); float64[H].

    Of its own ties alone, so that one more household changes nobody else's threshold.
    """
    n_ties = np.diff(city.offsets)
    return np.asarray(n_ties / (n_ties + USUAL_TIES))


def majority_camp(city: City) -> NDArray[np.int8]:
    """Camp of most members of each household, the lower number where equal; int8[H]."""
    counts = np.zeros((city.n_households, len(Camp)), np.int32)
    np.add.at(counts, (city.household, city.camp), 1)
    camps: NDArray[np.int8] = counts.argmax(axis=1).astype(np.int8)
    return camps
