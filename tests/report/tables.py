"""Small hand-made tables of a run, in the columns of sim/records/columns.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.records import DAILY_COLUMNS, EVENT_COLUMNS, RUN_COLUMNS

HOLDING, STRAINED, BROKEN = 0, 1, 2
OBSERVING, BESIEGING, BOMBARDING, STORMING = 0, 2, 3, 4


def daily_of(days: int, **columns: Any) -> pd.DataFrame:
    """A daily table of a quiet city; a column is a value for all days or one a day."""
    table = pd.DataFrame({c.name: np.zeros(days + 1, c.dtype) for c in DAILY_COLUMNS})
    table["day"] = np.arange(days + 1, dtype=np.int32)
    table["passage"] = 1.0
    for name, values in columns.items():
        assert name in table.columns, name
        table[name] = np.asarray(values, table[name].dtype)
    return table


def from_day(days: int, start: int, value: float = 1, until: int | None = None) -> np.ndarray:
    """`value` from day `start` on (to `until`, included), 0 on the other days."""
    day = np.arange(days + 1)
    return np.where((day >= start) & (day <= (days if until is None else until)), value, 0)


def events_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """An event log; what a row leaves out is that of a kidnapping of one loyalist by hazard."""
    usual = {
        "parent": 0,
        "kind": "kidnapping",
        "layer": "social",
        "actor": "men_of_god",
        "cause": "hazard",
        "victim": 1,
        "household": 1,
        "rank": 0,
        "quarter": 0,
        "camp": "loyalist",
        "people": 1,
        "deaths": 0,
        "soldiers": 0.0,
        "breach": 1.0,
    }
    full = [{"event": 100 + i, **usual, **row} for i, row in enumerate(rows)]
    table = pd.DataFrame(full, columns=[c.name for c in EVENT_COLUMNS])
    return table.astype({c.name: c.dtype for c in EVENT_COLUMNS})


def run_of(daily: pd.DataFrame, ending: str = "", **values: Any) -> dict[str, Any]:
    """A run row that goes with a daily table."""
    broken = (daily["truce"] == BROKEN).to_numpy()
    days = int(daily["day"].iloc[-1])
    row: dict[str, Any] = dict.fromkeys((c.name for c in RUN_COLUMNS), 0)
    row |= {
        "scenario": "made_up",
        "seed": 7,
        "days": days,
        "residents": 65_100,
        "broke": bool(broken.any()),
        "ending": ending,
        "spells": 1,
        "mean_spell_days": 30.0,
        "truce_share": float((~broken[1:]).mean()) if days else 0.0,
    }
    return row | values


def feud_tables() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """60 days; broken by feud on day 30 through four blows that weigh 5, formed again on day 50."""
    daily = daily_of(
        60,
        truce=from_day(60, 30, BROKEN, 49),
        breaches_social=from_day(60, 5, 1, 5) + from_day(60, 20, 1, 20) + from_day(60, 28, 2, 29),
        feud=from_day(60, 5, 1, 18) + from_day(60, 20, 1) + from_day(60, 28, 2) + from_day(60, 29, 2),
        departed_loyalist=from_day(60, 25, 120),
        loyalists_left=from_day(60, 25, 0.25),
        departed_opposition=from_day(60, 25, 10),
        dead=from_day(60, 29, 2),
        captive=from_day(60, 20, 1),
        fear_loyalist=0.1 + from_day(60, 20, 0.4),
        anger_opposition=from_day(60, 20, 0.2),
    )
    events = events_of(
        {"event": 1, "day": 5},
        {"event": 2, "day": 20, "actor": "men_of_god"},
        {"event": 3, "day": 28, "kind": "counter_abduction", "parent": 2, "cause": "answer", "actor": "kin"},
        {"event": 4, "day": 28, "kind": "harassment", "breach": 0.5},
        {"event": 5, "day": 28, "kind": "harassment", "breach": 0.5},
        {
            "event": 6,
            "day": 29,
            "kind": "revenge_killing",
            "parent": 3,
            "cause": "answer",
            "deaths": 2,
            "breach": 2.0,
        },
        {"event": 7, "day": 29, "kind": "kidnapping", "cause": "lapsed", "breach": 0.0},
        {"event": 8, "day": 40, "kind": "release", "parent": 2, "breach": 0.0, "actor": "elders"},
        {"event": 9, "day": 25, "kind": "departure", "people": 120, "breach": 0.0},
        {"event": 10, "day": 55, "kind": "kidnapping", "cause": "scheduled"},
    )
    run = run_of(
        daily,
        "feud",
        spells=2,
        mean_spell_days=20.0,
        deaths_opposition=2,
        departed_loyalist=120,
        departed_opposition=10,
        taken=3,
        released=1,
    )
    return daily, events, run


def quiet(days: int):
    daily = daily_of(days)
    return daily, events_of(), run_of(daily)
