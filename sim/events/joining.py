"""Residents join a faction, by threshold: anger against kin restraint and fear."""

from __future__ import annotations

from sim.kinds.kind import EventKind
from sim.world.incident import Layer


class Joining(EventKind, name="joining", layer=Layer.STANDOFF, actor="residents"):
    """Opposition men whose anger passes their threshold join a local faction. One line a day and faction."""
