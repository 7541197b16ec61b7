"""Fighters desert, by threshold: fear against morale [36]."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.kinds.kind import EventKind
from sim.world.incident import Incident, Layer

if TYPE_CHECKING:
    from sim.actors.world import World


class Desertion(EventKind, name="desertion", layer=Layer.STANDOFF, actor="residents"):
    """Fighters whose fear passes their threshold go home or to their family. One line a day and faction."""

    is_move: ClassVar[bool] = True

    def strike(self, world: World, incident: Incident) -> bool:
        return False  # each resident decides (day/ranks.py): a scheduled one has nothing to do, and lapses
