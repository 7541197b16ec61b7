"""Residents join a faction, by threshold: anger against kin restraint and fear."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.kinds.kind import EventKind
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.world import World


class Joining(EventKind, name="joining", layer=Layer.STANDOFF, actor="residents"):
    """Opposition men whose anger passes their threshold join a local faction. One line a day and faction."""

    is_move: ClassVar[bool] = True

    def strike(self, world: World, incident: Incident) -> bool:
        return False  # each resident decides (day/ranks.py): a scheduled one has nothing to do, and lapses
