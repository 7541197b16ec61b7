"""An incident: one occurrence of an event kind, from the moment it arises to its line in the log."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.kinds.due import Due

NO_PARENT = 0
SCHEDULED_FROM = 1 << 24  # numbers of scheduled incidents, apart from those that arise by themselves


class Cause(IntEnum):
    """Why an incident happened."""

    SCHEDULED = 0
    HAZARD = 1
    ANSWER = 2
    ORDER = 3
    LAPSED = 4  # it found no victim, or nothing to do


class Layer(IntEnum):
    """Social: among residents inside the city. Standoff: between the army and the fighters."""

    SOCIAL = 0
    STANDOFF = 1


@dataclass(slots=True)
class Incident:
    """One incident. Rows are rows of residents or households; -1 means none."""

    id: int
    kind: str
    day: int
    actor: str
    cause: Cause
    parent: int = NO_PARENT
    ordinal: int = 0
    household: int = -1  # household row it is about: the victim's, or whose grievance it answers
    quarter: int = -1
    victims: list[int] = field(default_factory=list)
    n_people: int = 0
    deaths: int = 0  # of residents
    soldiers: float = 0.0  # soldiers killed outside the count of residents
    breach: float = 0.0
    target_camp: int = -1  # camp of those struck
    other: str = ""  # the other faction, in a clash
    due: Due | None = None  # what is known of a scheduled one

    def make_copy(self) -> Incident:
        """The same incident, to be struck by itself in another branch."""
        twin = copy.copy(self)
        twin.victims = list(self.victims)
        return twin
