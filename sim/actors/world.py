"""The world of one run: residents, climate, captives, grievances and actors in one place.

Events change it through its methods; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.actors.actor import Actor
from sim.actors.army import Army
from sim.actors.config import Band
from sim.actors.covariates import INDEX, NAMES, unit
from sim.actors.elders import Elders
from sim.actors.faction import Faction
from sim.actors.factions import Factions
from sim.actors.hazard import REFERENCE_RESIDENTS
from sim.actors.roster import Roster
from sim.city.city import City, lock
from sim.city.columns import Camp, Role, Status
from sim.city.entry import Entry, enter
from sim.core.feelings import ANGER, FEAR, FINE
from sim.core.luck import Stream, fresh_seed, lucky, name_key
from sim.core.moves import count_present
from sim.world.candidates import find_present
from sim.world.captivity import Captivity
from sim.world.climate import Passage, Pressure, Supplies, Works
from sim.world.grievances import Grievances
from sim.world.incident import SCHEDULED_FROM, Cause, Incident
from sim.world.residents import Residents

if TYPE_CHECKING:
    from sim.scenario import Scenario

_NOBODY = np.zeros(0, np.int64)
# as plain numbers, which index lists several times as fast
_LOYALIST, _OPPOSITION = int(Camp.LOYALIST), int(Camp.OPPOSITION)
_PRESENT, _DEPARTED = int(Status.PRESENT), int(Status.DEPARTED)


@dataclass
class World:
    """State of one run. Rows are those of `city`, which grows by newcomers; `captives` is by row."""

    seed: int
    city: City
    residents: Residents
    passage: Passage
    pressure: Pressure
    grievances: Grievances
    supplies: Supplies
    works: Works
    young_men: NDArray[np.int64]  # rows
    join_threshold: NDArray[np.float32]  # of these, in their order
    scenario: Scenario  # what is in force today: a branch may change it (day/found.py)
    day: int = 0
    captives: dict[int, Captivity] = field(default_factory=dict)
    factions: Factions = field(default_factory=Factions)
    army: Army = field(init=False)
    elders: Elders = field(init=False)
    populace: Actor = field(init=False)  # the residents at large: rumours, defections
    log: list[Incident] = field(default_factory=list)
    residents_at_start: int = 0
    inhabited: float = 0.0  # the same as a share of al-Rastan's
    loyalists_at_start: int = 0
    loyalists_present_at_start: int = 0
    present_at_start: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(Camp), np.int64))
    _loyalists_departed: int = 0  # up to yesterday
    in_force: dict[str, float] = field(default_factory=dict)  # strengths of measures today, never written
    _roster: Roster | None = None
    scratch: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def begin(self) -> None:
        """Take the state of day 0 as what later days are compared with."""
        self.in_force = self.scenario.measures.strengths(0)
        count = self.residents.count
        self.residents_at_start = int(count.sum())
        self.inhabited = self.residents_at_start / REFERENCE_RESIDENTS
        # officers serve elsewhere: whether loyalists live here is a matter of the others
        camps = self.residents.camp[self.residents.serving]
        self.loyalists_at_start = int(count[Camp.LOYALIST].sum() - np.count_nonzero(camps == Camp.LOYALIST))
        self.present_at_start = count[:, Status.PRESENT].copy()
        self.loyalists_present_at_start = int(self.present_at_start[Camp.LOYALIST])

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who acts, in a fixed order that no outcome depends on."""
        return (*self.factions, self.army, self.elders, self.populace)

    @property
    def roster(self) -> Roster:
        """The hazards of all actors, drawn together."""
        if self._roster is None:
            self._roster = Roster(self)
        return self._roster

    def open_kinds(self, kinds_of: Callable[[Actor], Sequence[Any]]) -> None:
        """From now on these kinds of events are open to each actor."""
        for actor in self.actors:
            actor.open_to(kinds_of(actor))
        self._roster = None

    @cached_property
    def size(self) -> float:
        """Size of the city that the references of hazards are stated for, as a share of al-Rastan's."""
        return self.scenario.reference_residents / REFERENCE_RESIDENTS

    @property
    def visit_chance(self) -> float:
        """Probability that a serving officer is in the city today; it falls with passage [14, 20].

        Escorts bring people out; nobody visits a besieged city under escort.
        """
        return 0.0 if self.passage.is_shut else self.scenario.visits.p_visit * self.passage.free

    @property
    def standing(self) -> float:
        """Standing of the elders in effect: mediators add to it, a backlog of unsettled breaches wears it."""
        standing = self.elders.standing
        return (standing + self.strength("mediation") * (1.0 - standing)) * self.elders.attention

    def strength(self, measure: str) -> float:
        """Strength of a protective measure today, in [0, 1]; 0 while it is not in force."""
        return self.in_force[measure]

    def begin_day(self, day: int) -> None:
        """A new day: measures come into force and run out."""
        self.day = day
        self.in_force = self.scenario.measures.strengths(day)
        self.passage.escorted = self.strength("escorted_passage")

    def draw_anew(self, luck: int) -> None:
        """From now on draw with the `luck`-th fresh luck (0: as before). Answers drawn before still come."""
        self.seed = fresh_seed(self.seed, luck)
        self.grievances.seed = self.seed

    def end_day(self, breaches: float) -> None:
        """Passage, pressure, supplies, morale, elders and the army's mood move on by a day.

        `breaches`: the weighted social breaches of the day, which the elders are to settle.
        """
        scenario = self.scenario
        departed = self.residents.count_of(_LOYALIST, _DEPARTED)
        seen = max(0, departed - self._loyalists_departed) / max(1, self.loyalists_at_start)
        self._loyalists_departed = departed
        self.passage.recover(scenario.passage.recovery + scenario.passage.called_to_order * self.standing)
        self.elders.end_day(breaches, self.strength("mediation"), 1.0 / scenario.elders.forgotten_days)
        self.pressure.relax(scenario.pressure.fade)
        if scenario.army.signal:
            self.pressure.rise(scenario.pressure.from_departures * seen)
        if self.army.is_shutting:
            self.supplies.use(scenario.supplies.use * (1.0 - self.strength("relief")))
        else:
            self.supplies.fill(scenario.supplies.recovery)
        self._starve()
        present = self.count_armed_by_faction().tolist()
        for faction, n in zip(self.factions, present, strict=True):
            faction.end_day(scenario.morale, self.supplies.hunger, n)
        self.army.rest()

    def _starve(self) -> None:
        """Hunger frightens everybody; it is felt on the next day."""
        fear = self.scenario.supplies.hunger_fear * self.scenario.feelings.shock_scale * self.supplies.hunger
        if fear > 0:
            for camp in Camp:
                self.residents.shock_camp(camp, fear, 0.0)

    # ---- what actors see --------------------------------------------------------------------------

    def covariates(self) -> list[float]:
        """All covariates of yesterday, in [0, 1], in the order of `NAMES`; a faction adds its own."""
        count = self.residents.count.tolist()
        present = [by_status[_PRESENT] for by_status in count]
        departed = count[_LOYALIST][_DEPARTED]
        felt = self.residents.feeling_sum.tolist()
        values = {
            "loyalists_left": departed / max(1, self.loyalists_at_start),
            "loyalists_present": present[_LOYALIST] / max(1, self.loyalists_present_at_start),
            "anger": felt[_OPPOSITION][ANGER] / FINE / max(1, present[_OPPOSITION]),
            "fear": sum(by_feeling[FEAR] for by_feeling in felt) / FINE / max(1, sum(present)),
            "pressure": self.pressure.level,
            "passage": self.passage.open,
            "hostility": self.army.hostility,
            "works": self.works.level,
            "hunger": self.supplies.hunger,
            "standing": self.standing,
            "rivalry": self.factions.rivalry(),
            "posture_age": self.army.days_in_phase / 90,
        }
        seen = [0.0] * len(NAMES)
        for name, value in values.items():
            seen[INDEX[name]] = unit(value)
        return seen

    def informants(self) -> float:
        """How much loyalists in the city warn the army, in [0, 1]: their presence, if the switch is on."""
        if not self.scenario.army.information:
            return 0.0
        present = self.residents.count_of(_LOYALIST, _PRESENT)
        return unit(present / max(1, self.loyalists_present_at_start))

    def share_present(self, camp: Camp) -> float:
        """Residents of a camp who are in the city, as a share of those of day 0; at most 1."""
        return unit(self.residents.count_of(camp, _PRESENT) / max(1, int(self.present_at_start[camp])))

    @property
    def occupancy(self) -> float:
        """Share of the residents of day 0 who are in the city, newcomers counted too; at most 1."""
        n_present = int(self.residents.count[:, Status.PRESENT].sum())
        return unit(n_present / max(1, self.residents_at_start))

    def cases_today(self) -> int:
        """Captives whose release the elders can settle today."""
        return round(self.scenario.elders.cases_per_day * (1.0 + self.strength("mediation")))

    def room_for(self, n: int) -> NDArray[np.int64]:
        """Room for `n` rows (int64[n], holding anything), good until the next call."""
        if self.scratch.size < n:
            self.scratch = np.empty(n, np.int64)
        return self.scratch[:n]

    # ---- candidates -------------------------------------------------------------------------------

    def present(
        self, camps: Sequence[Camp], roles: Sequence[Role], quarter: int | None = None
    ) -> NDArray[np.int64]:
        """Rows (int64[n]) of those present of these camps and roles, in the city or in one quarter."""
        room = self.room_for(self.residents.status.size)
        return find_present(self.residents, camps, roles, room, quarter)

    def find_armed(self) -> NDArray[np.int64]:
        """Rows (int64[n], sorted) of the members of all factions who are in the city."""
        rows, _ = self.factions.list_members()
        return np.sort(rows[self.residents.status[rows] == _PRESENT])

    def count_armed(self) -> int:
        """How many members of all factions are in the city: the size of `find_armed`."""
        return int(self.count_armed_by_faction().sum())

    def count_armed_by_faction(self) -> NDArray[np.int64]:
        """How many members of each faction are in the city: int64[F]."""
        rows, ends = self.factions.list_members()
        present = np.empty(ends.size, np.int64)
        count_present(rows, ends, self.residents.status, present)
        return present

    # ---- what events do ---------------------------------------------------------------------------

    def seize(self, row: int, incident: Incident) -> None:
        """A resident (row) becomes a captive of the incident's actor."""
        self.residents.set_status(row, Status.CAPTIVE)
        self.captives[row] = Captivity(incident.day, incident.actor, incident.id)

    def free(self, row: int) -> None:
        """A captive goes home; or to the family, if it has left; or back to the army."""
        del self.captives[row]
        residents = self.residents
        if residents.role[row] == Role.OFFICER:
            residents.set_status(row, Status.AWAY)
        elif residents.has_left(int(self.city.household[row])):
            residents.set_status(row, Status.DEPARTED)
        else:
            residents.set_status(row, Status.PRESENT)

    def kill(self, row: int) -> None:
        """A resident dies."""
        residents = self.residents
        residents.set_status(row, Status.DEAD)
        self.captives.pop(row, None)
        if int(residents.role[row]) == Role.OFFICER:
            residents.stop_serving(row, Role.OFFICER)
        index = int(residents.faction[row])
        if index >= 0:
            self.factions[index].lose(row)

    def displace_fighters(self, incident: Incident, share: float) -> int:
        """Fighters in the city leave with probability `share`, but stay members. Returns how many left."""
        rows = self.find_armed()
        leave = lucky(self.seed, Stream.LEAVE, incident.day, self.city.resident_id[rows], 2, share)
        for row in rows[leave]:
            self.residents.set_status(int(row), Status.DEPARTED)
        return int(leave.sum())

    def free_captives_of_factions(self) -> None:
        """The army frees whom the factions hold."""
        names = {faction.name for faction in self.factions}
        for row in [row for row, captivity in self.captives.items() if captivity.captor in names]:
            self.free(row)

    def found_faction(self, name: str, config: Band) -> Faction:
        """A new faction without members, open to the same kinds of events as the others."""
        kinds = self.factions[0].kinds if self.factions else ()
        faction = Faction(self.army.model, name, len(self.factions), config, kinds, _NOBODY)
        self.add_faction(faction)
        return faction

    def add_faction(self, faction: Faction) -> None:
        """A faction takes its place after the others."""
        self.factions.add(faction)
        self._roster = None

    def enter(self, incident: Incident, faction: Faction, n: int) -> None:
        """`n` fighters without kin enter, as rows after all others, and join a faction; pressure rises."""
        first = self.city.n_residents
        number = incident.ordinal + (SCHEDULED_FROM if incident.cause == Cause.SCHEDULED else 0)
        key = (incident.day, name_key(incident.kind), name_key(incident.actor), number)
        entry = Entry(key, n, faction.index)
        self.city = lock(enter(self.city, entry))
        self.residents.grow(self.city)
        incident.n_people = n
        incident.quarter = int(self.city.quarter[-1])
        before = max(1, sum(f.n_present for f in self.factions))
        for row in range(first, self.city.n_residents):
            faction.gain(row)
        self.pressure.rise(self.scenario.pressure.from_inflow * n / before)

    def enlist(self, row: int, faction: Faction, role: Role) -> None:
        """A resident (row) joins a faction in this role, and the opposition's camp."""
        residents = self.residents
        residents.role[row] = role
        residents.set_camp(row, Camp.OPPOSITION)
        residents.faction[row] = faction.index
        faction.gain(row)

    def discharge(self, row: int, faction: Faction) -> None:
        """A fighter goes home; or to the family, if it has left."""
        residents = self.residents
        residents.role[row] = Role.CIVILIAN
        residents.faction[row] = -1
        faction.leave(row)
        if residents.has_left(int(self.city.household[row])):
            residents.set_status(row, Status.DEPARTED)
