"""The kinds of events, one a file. Every module here is imported; a new kind is a new file."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from sim.kinds.kind import KINDS, EventKind

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

MOVES = tuple(name for name, kind in KINDS.items() if kind.is_move)

__all__ = ["KINDS", "MOVES", "EventKind"]
