"""The one list of all figures: name, what it shows, which result and data it needs, its function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from sim.report.figures.fit import Unfit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Kind:
    """One figure. `tables` are the tables that its function takes, in their order.

    It is drawn narrow inside `sim.report.style.for_phone`.
    """

    name: str
    shows: str
    of: str  # run or study
    needs: str
    tables: tuple[str, ...]
    home: str  # module:function
    optional: tuple[str, ...] = ()  # further tables, which it takes by name where they are there

    def draw(self, tables: Mapping[str, Any], **options: Any) -> Figure:
        """Draw it from the tables of a result. Unfit if one is missing or does not fit."""
        for name in self.tables:
            if tables.get(name) is None:
                raise Unfit(f"{self.name}: needs {self.needs}")
        module, _, function = self.home.partition(":")
        make = getattr(import_module(module), function)
        more = {name: tables[name] for name in self.optional if tables.get(name) is not None}
        return cast("Figure", make(*(tables[name] for name in self.tables), **more, **options))


_HERE = "sim.report.figures"

KINDS = (
    Kind(
        "timeline",
        "one history on a page: truce, events, feelings, departures, losses",
        "run",
        "the folder of one run",
        ("daily", "events", "row"),
        "sim.report.timeline:timeline_figure",
        ("scenario",),
    ),
    Kind(
        "quarters",
        "fear, anger and departures in each quarter, as a schematic map",
        "run",
        "a run with feelings by quarter (quarters.parquet)",
        ("quarters", "events"),
        f"{_HERE}.quarters:quarters",
    ),
    Kind(
        "causes",
        "forest of causes: which event answered or followed which",
        "run",
        "a run in which an event answered another one",
        ("events", "daily"),
        f"{_HERE}.causes:causes",
        ("row",),
    ),
    Kind(
        "break_curve",
        "probability that the truce has broken by each day, stacked by ending",
        "study",
        "a study with at least one history that succeeded",
        ("runs", "points"),
        f"{_HERE}.break_curve:break_curve",
    ),
    Kind(
        "comparison",
        "probability of a break at each point, and differences from the base",
        "study",
        "a study of two points or more",
        ("points", "differences"),
        f"{_HERE}.comparison:comparison",
    ),
    Kind(
        "response",
        "probability of a break along one factor",
        "study",
        "a study of one factor of numbers",
        ("points",),
        f"{_HERE}.response:response",
    ),
    Kind(
        "heat_map",
        "probability of a break over two factors",
        "study",
        "a study of exactly two factors",
        ("points",),
        f"{_HERE}.heat_map:heat_map",
    ),
    Kind(
        "spells",
        "how many spells of truce, how long, how much of the time",
        "study",
        "a study with at least one history that succeeded",
        ("runs", "points"),
        f"{_HERE}.spells:spells",
    ),
    Kind(
        "fan",
        "spread of one daily column over histories, day by day",
        "study",
        "a study that keeps bands (keep=summary, daily, events or all)",
        ("bands", "points"),
        f"{_HERE}.fan:fan",
    ),
    Kind(
        "morris",
        "which factors decide, by Morris: mean size of their effects against its spread",
        "study",
        "a study with design=morris",
        ("sensitivity",),
        f"{_HERE}.morris:morris",
    ),
    Kind(
        "sobol",
        "which factors decide, by Sobol' indices: share of the variance alone and with interactions",
        "study",
        "a study with design=saltelli",
        ("sensitivity",),
        f"{_HERE}.sobol:sobol",
    ),
    Kind(
        "harms",
        "what each variant does to breaks, deaths and departures: paired differences from its base",
        "study",
        "a study with at least one history that succeeded",
        ("points",),
        f"{_HERE}.harms:harms",
        ("differences",),
    ),
    Kind(
        "decision",
        "which measure to take while parameters are unknown: how often each helps, its regret",
        "study",
        "a study of protective measures over draws (uncertainty=posterior)",
        ("decision", "points"),
        f"{_HERE}.decision:decision",
    ),
)

BY_NAME = {kind.name: kind for kind in KINDS}


def kinds_of(what: str) -> tuple[Kind, ...]:
    """The figures of a "run" or of a "study"."""
    return tuple(kind for kind in KINDS if kind.of == what)
