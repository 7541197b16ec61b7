"""Small histories whose causes are planted, and how they are explained."""

from __future__ import annotations

from sim.engines.config import ENGINES, Engine
from sim.explanation.history import Explanation
from sim.explanation.history import explained as explaining
from tests.conftest import QUIET, merged, tiny

SERIAL, TWO_WORKERS = ENGINES["serial"][1], Engine(workers=2)

# blows that somebody plans, and nothing that arises by itself but rumours, which break nothing
PLANNED = merged(
    QUIET,
    {
        "days": 40,
        "events": {
            "rumour": {"enabled": True, "base": 0.2},
            "kidnapping": {"enabled": True, "base": 0.0, "answers": {}},
            "harassment": {"enabled": True, "base": 0.0, "at": (8, 12), "breach": 0.5},
        },
    },
)
ONE = merged(PLANNED, {"events": {"kidnapping": {"at": (15,), "breach": 9.0}}})
TWO = merged(PLANNED, {"events": {"kidnapping": {"at": (15, 18), "breach": 5.0}}})
EITHER = merged(PLANNED, {"events": {"kidnapping": {"at": (15,), "breach": 9.0},
                                     "harassment": {"at": (15,), "breach": 9.0}}})  # fmt: skip


def explained(change, **options) -> Explanation:
    """Explain a tiny history."""
    with explaining(tiny(change), **{"replicates": 8, **options}) as found:
        return found


def sort_of(found: Explanation, sort: str):
    """The rows of a sort of changes."""
    return found.table[found.table["sort"] == sort]
