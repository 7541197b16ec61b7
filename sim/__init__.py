"""Hudna: a scenario simulator of truce stability in a divided city.

import sim
result = sim.run(["scenario=small_town", "seed=7"])
result.row["broke"], result.daily, result.events
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sim.api import Run, run
    from sim.errors import InputError
    from sim.model import TruceModel
    from sim.scenario import Scenario

__all__ = ["InputError", "Run", "Scenario", "TruceModel", "__version__", "run"]

_HOMES = {
    "run": "sim.api",
    "Run": "sim.api",
    "TruceModel": "sim.model",
    "Scenario": "sim.scenario",
    "InputError": "sim.errors",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `import sim` alone must stay cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
