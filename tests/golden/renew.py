"""Write the golden rows anew: `python -m tests.golden.renew`. Look at what changed before keeping it.

Kept are run rows (runs.json), every tenth row of the daily tables (daily.csv) and the number of events by
kind and cause (events.csv). A change of the model moves them on purpose: renew them, and say why in the
changelog.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

import sim
from sim.scenario import Scenario
from tests.conftest import QUIET, tiny

FOLDER = Path(__file__).parent
EVERY = 10  # days between the rows of daily.csv
DIGITS = 9  # significant digits kept of a number that is not whole

_LIVELY = {
    "days": 60,
    "feelings": {"shock_scale": 2.0},
    "events": {
        "kidnapping": {"base": 0.1, "at": (5, 20)},
        "revenge_killing": {"at": (12,)},
        "departure": {"at": (15,), "share": 0.3},
        "siege": {"at": (25,)},
        "assault": {"at": (30,)},
    },
}
_FLIGHT = {
    "days": 40,
    "events": {
        "rumour": {"enabled": True, "base": 0.0, "at": (3, 6), "fear": {"camp": 0.4}},
        "departure": {"enabled": True},
        "return": {"enabled": True},
    },
    "flight": {"return_margin": 0.05, "return_rate": 0.3},
}


def histories() -> dict[str, Scenario]:
    """The histories that are kept, by name."""
    from sim.compose import compose_scenario

    return {
        "tiny": tiny(),
        "tiny_lively": tiny(_LIVELY, {"seed": 3}),
        "tiny_flight": tiny(QUIET, _FLIGHT),
        "small_town": compose_scenario(["scenario=small_town", "days=90", "seed=2"]),
    }


def golden_rows() -> tuple[dict[str, dict[str, Any]], pd.DataFrame, pd.DataFrame]:
    """Run rows by history, daily rows, and counts of events, as they are now."""
    runs, days, events = {}, [], []
    for name, scenario in histories().items():
        result = sim.run(scenario)
        runs[name] = {key: _kept(value) for key, value in result.row.items()}
        chosen = result.daily[result.daily.day % EVERY == 0].copy()
        chosen.insert(0, "history", name)
        days.append(chosen)
        counts = result.events.groupby(["kind", "cause"]).size().rename("events").reset_index()
        counts.insert(0, "history", name)
        events.append(counts)
    return runs, pd.concat(days, ignore_index=True), pd.concat(events, ignore_index=True)


def _kept(value: Any) -> Any:
    """A value of a run row as JSON holds it: NaN as null, other numbers to DIGITS digits."""
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}")


def main() -> None:
    """Write the three files."""
    runs, daily, events = golden_rows()
    (FOLDER / "runs.json").write_text(json.dumps(runs, indent=2) + "\n", encoding="utf-8")
    daily.to_csv(FOLDER / "daily.csv", index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    events.to_csv(FOLDER / "events.csv", index=False, lineterminator="\n")
    print(f"{FOLDER}: {len(runs)} histories, {len(daily)} days, {events.events.sum()} events")


if __name__ == "__main__":
    main()
