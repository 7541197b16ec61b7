"""One history for the page: simulated day by day so that it can be given up, and told as plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.actors.postures import Posture
from sim.day.limits import Watch
from sim.explore.side import GivenUp, Side
from sim.interrupt import check_interrupt
from sim.model import TruceModel
from sim.records import daily_table, event_table, quarter_table, run_row
from sim.records.columns import CAMPS
from sim.report.answer import answer_lines
from sim.report.history import breaks_of, incidents, stretches
from sim.report.placing import placed_marks, rows_of
from sim.report.words import ending_by, kind_words
from sim.scenario import Scenario
from sim.towns.dates import with_dates
from sim.truce import TruceState

SERIES = (
    "feud",
    "passage",
    "pressure",
    "standing",
    "supplies",
    "captive",
    "dead",
    "fighters",
    *(f"fear_{camp}" for camp in CAMPS),
    *(f"anger_{camp}" for camp in CAMPS),
    *(f"departed_{camp}" for camp in CAMPS),
    *(f"present_{camp}" for camp in CAMPS),
)  # columns of the daily table that the page draws


@dataclass(frozen=True)
class History:
    """A finished history: its scenario, run row and tables; `quarters` has every day, or is None."""

    scenario: Scenario
    row: dict[str, Any]
    daily: pd.DataFrame
    events: pd.DataFrame
    quarters: pd.DataFrame | None


def simulate(side: Side, is_unwanted: Callable[[], bool] = lambda: False) -> History:
    """Run the history of a side. Raises InputError; GivenUp, between two days, once it is unwanted."""
    scenario = side.scenario()
    # feelings by quarter on every day for the city; records change nothing of the history
    records = scenario.records.model_copy(update={"quarter_days": 1, "snapshots": ()})
    model = TruceModel.of(scenario.model_copy(update={"records": records}))
    model.without = frozenset(side.without)
    watch = Watch(scenario.limits)
    while model.day < scenario.days:
        if is_unwanted():
            raise GivenUp
        model.step()
        watch.check(model.day)
        check_interrupt()
    return History(scenario, run_row(model), daily_table(model), event_table(model), quarter_table(model))


def payload(history: History) -> dict[str, Any]:
    """A history as plain values: what the page draws, and its story in words. NaN becomes None."""
    daily, events, row = history.daily, history.events, history.row
    truce = history.scenario.truce
    return {
        "name": history.scenario.name,
        "seed": int(row["seed"]),
        "days": int(row["days"]),
        "day_zero": history.scenario.day_zero,  # the page writes dates, if day 0 has one
        "residents": int(row["residents"]),
        "lines": with_dates(answer_lines(row, daily, events, truce), history.scenario.day_zero),
        "broke": bool(row["broke"]),
        "breaks": [
            {"day": each.day, "by": ending_by(each.ending), "ending": each.ending, "reformed": each.reformed}
            for each in breaks_of(daily, row)
        ],
        "truce": [[TruceState(s.value).name.lower(), s.first, s.last] for s in stretches(daily, "truce")],
        "army": [[Posture(s.value).name.lower(), s.first, s.last] for s in stretches(daily, "posture")],
        "bars": {
            "feud": truce.feud.bar if truce.feud.enabled else None,
            "passage": truce.passage.bar if truce.passage.enabled else None,
            "strained": truce.strained_passage,
        },
        "windows": {"feud": truce.feud.window_days, "passage": truce.passage.days},
        "series": {name: _numbers(daily[name]) for name in SERIES},
        **_events(events, daily),
        "quarters": None if history.quarters is None else _quarters(history.quarters),
        "costs": costs(row),
    }


def costs(row: dict[str, Any]) -> dict[str, float | None]:
    """What a history cost, from its run row: residents who died, had departed, were taken; soldiers killed.

    Also the share of days under truce and the day of the first break, None where there is none.
    """
    return {
        "deaths": sum(int(row[f"deaths_{camp}"]) for camp in CAMPS),
        "departed": sum(int(row[f"departed_{camp}"]) for camp in CAMPS),
        "taken": int(row["taken"]),
        "soldiers": round(float(row["soldiers_killed"])),
        "truce_share": _number(row["truce_share"]),
        "first_break_day": _number(row["first_break_day"]),
    }


def _events(events: pd.DataFrame, daily: pd.DataFrame) -> dict[str, Any]:
    """The events drawn as marks, in the rows of the timeline, with what each answers."""
    if incidents(events).empty:
        return {"rows": [], "events": []}
    marks = placed_marks(events, daily)
    rows = rows_of(marks)
    number = {row: k for k, (_, row) in enumerate(rows)}
    found = [
        {
            "id": str(mark["event"]),  # 63 bits: more than a number of JavaScript holds
            "parent": str(mark["parent"]) if mark["parent"] else "",
            "day": int(mark["day"]),
            "kind": mark["kind"],
            "title": kind_words(mark["kind"]),
            "row": number[mark["row"]],
            "y": round(float(mark["y"]), 3),
            "layer": mark["layer"],
            "by": by_words(str(mark["actor"])),
            "cause": mark["cause"],
            "quarter": int(mark["quarter"]),
            "camp": mark["camp"],
            "people": int(mark["people"]),
            "deaths": int(mark["deaths"]),
            "soldiers": round(float(mark["soldiers"])),
            "breach": round(float(mark["breach"]), 3),
        }
        for mark in marks.to_dict("records")
    ]
    return {"rows": [[layer, row] for layer, row in rows], "events": found}


def by_words(actor: str) -> str:
    """Who did an event, to be written after it: " by the army"; empty where nobody did."""
    if actor in ("", "city"):
        return ""
    return f" by {'the ' if actor in ('army', 'elders') else ''}{actor.replace('_', ' ')}"


def _quarters(table: pd.DataFrame) -> dict[str, Any]:
    """Feelings by quarter: `days`, and for each of present, fear and anger a list of rows, one a day."""
    days = sorted({int(day) for day in table["day"]})
    n = int(table["quarter"].max()) + 1
    ordered = table.sort_values(["day", "quarter"])
    grids = {
        name: ordered[name].to_numpy(float).reshape(len(days), n) for name in ("present", "fear", "anger")
    }
    return {
        "days": days,
        "present": [[int(each) for each in row] for row in grids["present"]],
        "fear": [_numbers(row) for row in grids["fear"]],
        "anger": [_numbers(row) for row in grids["anger"]],
    }


def _numbers(values: Iterable[Any]) -> list[float | None]:
    """Numbers to four decimals, whole ones without; None for NaN."""
    rounded = np.round(np.asarray(values, float), 4)
    return [
        None if math.isnan(each) else int(each) if each.is_integer() else each for each in rounded.tolist()
    ]


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), 4)
