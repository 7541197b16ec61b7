"""Households that left come home [25]."""

from __future__ import annotations

from sim.kinds.kind import EventKind


class Return(EventKind, name="return"):
    """Households return once the fear of their kin in the city has fallen well under their threshold."""
