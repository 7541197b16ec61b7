"""The world of one run: residents, climate, captives, grievances and actors in one place.

Events change it through its methods; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.actors.actor import Actor
from sim.actors.army import Army
from sim.actors.covariates import NAMES, unit
from sim.actors.elders import Elders
from sim.actors.faction import Faction
from sim.city.city import City
from sim.city.columns import Camp, Role, Status
from sim.core import kin
from sim.world.climate import Passage, Pressure
from sim.world.config import Flight, KinshipWeights, PressureConfig
from sim.world.grievances import Grievances
from sim.world.incident import Incident
from sim.world.residents import Residents


@dataclass(slots=True)
class Captivity:
    """Who holds a captive, since when, and through which event."""

    since: int
    captor: str
    event_id: int


@dataclass
class World:
    """State of one run. `size` is the number of residents over scenario.reference_residents."""

    seed: int
    size: float
    city: City
    residents: Residents
    kinship: KinshipWeights
    flight: Flight
    passage: Passage
    pressure: Pressure
    pressure_config: PressureConfig
    grievances: Grievances
    p_visit: float
    captives: dict[int, Captivity] = field(default_factory=dict)
    factions: list[Faction] = field(default_factory=list)
    army: Army = field(init=False)
    elders: Elders = field(init=False)
    populace: Actor = field(init=False)  # the residents at large: rumours, defections
    log: list[Incident] = field(default_factory=list)
    loyalists_at_start: int = 0
    loyalists_present_at_start: int = 0
    _loyalists_departed: int = 0  # up to yesterday

    def begin(self) -> None:
        """Take the state of day 0 as what later days are compared with."""
        count = self.residents.count
        self.loyalists_at_start = int(count[Camp.LOYALIST].sum())
        self.loyalists_present_at_start = int(count[Camp.LOYALIST, Status.PRESENT])

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who acts, in a fixed order that no outcome depends on."""
        return (*self.factions, self.army, self.elders, self.populace)

    @property
    def visit_chance(self) -> float:
        """Probability that a serving officer is in the city today; it falls with passage [14, 20]."""
        return self.p_visit * self.passage.open

    def end_day(self) -> None:
        """Passage recovers a little, pressure fades, and the loyalists seen leaving today raise it."""
        departed = int(self.residents.count[Camp.LOYALIST, Status.DEPARTED])
        seen = max(0, departed - self._loyalists_departed) / max(1, self.loyalists_at_start)
        self._loyalists_departed = departed
        self.passage.recover()
        self.pressure.relax()
        self.pressure.rise(self.pressure_config.from_departures * seen)
        self.army.days_in_posture += 1

    # ---- what actors see --------------------------------------------------------------------------

    def covariates(self) -> list[float]:
        """All covariates of yesterday, in the order of actors/covariates.py; a faction adds its own."""
        residents = self.residents
        count, feelings = residents.count, residents.camp_sum
        present = count[:, Status.PRESENT]
        n_present = int(present.sum())
        values = dict.fromkeys(NAMES, 0.0)
        values["loyalists_left"] = int(count[Camp.LOYALIST, Status.DEPARTED]) / max(
            1, self.loyalists_at_start
        )
        values["loyalists_present"] = unit(
            int(present[Camp.LOYALIST]) / max(1, self.loyalists_present_at_start)
        )
        values["anger"] = float(feelings[Camp.OPPOSITION, 1]) / max(1, int(present[Camp.OPPOSITION]))
        values["fear"] = float(feelings[:, 0].sum()) / max(1, n_present)
        values["pressure"] = self.pressure.level
        values["passage"] = self.passage.open
        values["standing"] = self.elders.standing
        values["rivalry"] = self.rivalry()
        values["posture_age"] = unit(self.army.days_in_posture / 90)
        return [unit(values[name]) for name in NAMES]

    def rivalry(self) -> float:
        """Share of the armed strength that is newcomers or independents."""
        total = sum(faction.strength for faction in self.factions)
        return sum(f.strength for f in self.factions if f.is_rival) / total if total > 0 else 0.0

    def restraint_of(self, rows: NDArray[np.int64]) -> float:
        """Restraint of a group of residents: mean reach to loyalists present, times kinship.restraint."""
        if self.kinship.restraint == 0:
            return 0.0
        city, residents = self.city, self.residents
        reach = kin.mean_reach(
            rows, city.household, city.offsets, city.neighbours, residents.weights,
            residents.own_weight, residents.has_loyalist,
        )  # fmt: skip
        return unit(self.kinship.restraint * float(reach))

    def reach(self, houses: NDArray[np.int32], camp: Camp) -> NDArray[np.float64]:
        """For each household row: share of its tie weight that reaches present members of `camp`."""
        city, residents = self.city, self.residents
        marked = np.zeros(city.n_households, np.bool_)
        kin.mark_houses(city.first, residents.status, residents.camp, int(camp), marked)
        shares = np.empty(houses.size)
        kin.fill_reach(
            houses, city.offsets, city.neighbours, residents.weights, residents.own_weight, marked, shares
        )
        return shares

    def kin_anger(self, house: int) -> float:
        """Weighted mean anger of the present kin of a household, its own members included."""
        residents, city = self.residents, self.city
        ties = slice(int(city.offsets[house]), int(city.offsets[house + 1]))
        rows = np.append(city.neighbours[ties], house)
        weight = np.append(residents.weights[ties], residents.own_weight)
        sums = residents.before[rows]
        n = float(weight @ sums[:, 2])
        return float(weight @ sums[:, 1]) / n if n > 0 else 0.0

    # ---- candidates -------------------------------------------------------------------------------

    def present(self, camps: Sequence[Camp], roles: Sequence[Role]) -> NDArray[np.int64]:
        """Rows of the residents present of these camps and roles."""
        residents = self.residents
        chosen = residents.status == Status.PRESENT
        chosen &= np.isin(residents.camp, camps)
        chosen &= np.isin(residents.role, roles)
        return np.flatnonzero(chosen)

    def faction_named(self, name: str) -> Faction | None:
        """The faction of this name, or None."""
        return next((faction for faction in self.factions if faction.name == name), None)

    # ---- what events do ---------------------------------------------------------------------------

    def seize(self, row: int, incident: Incident) -> None:
        """A resident becomes a captive of the incident's actor."""
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
        if residents.role[row] == Role.OFFICER:
            residents.stop_serving(row, Role.OFFICER)
        index = int(residents.faction[row])
        if index >= 0:
            self.factions[index].lose(row)

    def enlist(self, row: int, faction: Faction, role: Role) -> None:
        """A resident joins a faction, and its camp."""
        residents = self.residents
        residents.role[row] = role
        residents.camp[row] = Camp.OPPOSITION
        residents.faction[row] = faction.index
        faction.gain(row)
