"""Fighters desert, by threshold: fear against morale [36]."""

from __future__ import annotations

from sim.kinds.kind import EventKind
from sim.world.incident import Layer


class Desertion(EventKind, name="desertion", layer=Layer.STANDOFF, actor="residents"):
    """Fighters whose fear passes their threshold go home, or follow their family. One line a day and faction."""
