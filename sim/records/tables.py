"""The tables of a run: the daily table, the event log, feelings by quarter, snapshots."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import mesa
import numpy as np
import pandas as pd

from sim.city.columns import Camp, Status
from sim.core.feelings import FINE
from sim.core.sums import add_in_order
from sim.kinds.kind import KINDS
from sim.records.columns import (
    CAMPS,
    DAILY_COLUMNS,
    EVENT_COLUMNS,
    QUARTER_COLUMNS,
    SNAPSHOT_COLUMNS,
)
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.model import TruceModel


# as plain numbers, which index lists several times as fast
_LOYALIST = int(Camp.LOYALIST)
_PRESENT, _AWAY, _CAPTIVE = int(Status.PRESENT), int(Status.AWAY), int(Status.CAPTIVE)
_DEPARTED, _DEAD = int(Status.DEPARTED), int(Status.DEAD)
_BY_CAMP = tuple(
    tuple(f"{what}_{name}" for what in ("present", "departed", "fear", "anger")) for name in CAMPS
)
_SUMS_OF = {layer: (f"breaches_{layer.name.lower()}", f"events_{layer.name.lower()}") for layer in Layer}


def _day(model: TruceModel) -> float:
    return model.today["day"]


class DailyCollector(mesa.DataCollector):  # type: ignore[misc]
    """Mesa's DataCollector with one model variable a column of the daily table.

    Mesa asks each reporter and copies what it says; all columns are made together here, and are numbers. So
    Mesa collects the day alone, and with it whatever it keeps account of.
    """

    def __init__(self) -> None:
        super().__init__(model_reporters={"day": _day})
        self.model_vars.update({column.name: [] for column in DAILY_COLUMNS if column.name != "day"})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy with columns of its own; what is in them is numbers, which need no copy each."""
        twin = copy.copy(self)
        for name, value in vars(self).items():
            if name == "model_vars":
                twin.model_vars = {column: list(values) for column, values in value.items()}
            elif not name.endswith("_reporters"):
                setattr(twin, name, copy.deepcopy(value, memo))
        return twin

    def collect(self, model: TruceModel) -> None:
        """Take the row of today."""
        super().collect(model)
        today = model.today
        for name, values in self.model_vars.items():
            if name != "day":
                values.append(today[name])


def day_row(model: TruceModel, struck: Iterable[Incident]) -> dict[str, float]:
    """The row of the daily table for the day that has just been simulated, by column.

    `struck`: the incidents of the day; those that lapsed are not counted.
    """
    world, truce = model.world, model.truce
    residents = world.residents
    count, felt = residents.count.tolist(), residents.feeling_sum.tolist()
    loyalists = count[_LOYALIST]
    n_fighters = sum(len(faction.rows) for faction in world.factions)
    in_all = [sum(by_camp) for by_camp in zip(*count, strict=True)]
    row: dict[str, float] = {
        "day": model.day,
        "truce": int(truce.state),
        "posture": int(world.army.posture),
        "away": in_all[_AWAY],
        "captive": in_all[_CAPTIVE],
        "dead": in_all[_DEAD],
        "officers_in_city": residents.n_officers_in_city,
        "fighters": n_fighters,
        "passage": world.passage.open,
        "pressure": world.pressure.level,
        "standing": world.standing,
        "backlog": world.elders.backlog,
        "hostility": world.army.hostility,
        "supplies": world.supplies.level,
        "works": world.works.level,
        "morale": world.factions.mean_morale(),
        "troops": world.army.troops,
        "rivalry": world.factions.rivalry(),
        "restraint": add_in_order(len(each.rows) * each.restraint for each in world.factions)
        / max(1, n_fighters),
        "loyalists_left": loyalists[_DEPARTED] / max(1, world.loyalists_at_start),
        "loyalists_present": loyalists[_PRESENT] / max(1, world.loyalists_present_at_start),
        "feud": truce.feud,
        "waiting_answers": sum(len(waiting) for waiting in world.grievances.waiting.values()),
    }
    for by_status, (fear, anger), names in zip(count, felt, _BY_CAMP, strict=True):
        present = by_status[_PRESENT]
        means = [x / FINE / present if present else math.nan for x in (fear, anger)]
        row.update(zip(names, (present, by_status[_DEPARTED], *means), strict=True))
    row.update(_event_sums(model, struck))
    return row


def _event_sums(model: TruceModel, struck: Iterable[Incident]) -> dict[str, float]:
    """Sums over the events of one day."""
    sums = dict.fromkeys(_name_sums(), 0.0)
    for incident in struck:
        if incident.cause == Cause.LAPSED:
            continue
        kind = model.kinds[incident.kind]
        breaches, events = _SUMS_OF[kind.layer]
        sums[breaches] += incident.breach
        sums[events] += not kind.is_move
        sums["deaths"] += incident.deaths
        sums["soldiers_killed"] += incident.soldiers
        if kind.people_count_as:
            sums[kind.people_count_as] += incident.n_people
    return sums


@cache
def _name_sums() -> tuple[str, ...]:
    """Names of the columns that are sums over the events of a day."""
    counted = {kind.people_count_as for kind in KINDS.values()} - {""}
    return (
        *(name for names in _SUMS_OF.values() for name in names),
        "deaths",
        "soldiers_killed",
        *sorted(counted),
    )


def daily_table(model: TruceModel) -> pd.DataFrame:
    """The daily table, one row a day from day 0, in the columns of DAILY_COLUMNS."""
    table = model.datacollector.get_model_vars_dataframe().reset_index(drop=True)
    typed: pd.DataFrame = table.astype({column.name: column.dtype for column in DAILY_COLUMNS})
    return typed


def event_table(model: TruceModel) -> pd.DataFrame:
    """The event log in the order of days, lapsed events too, in the columns of EVENT_COLUMNS."""
    city, rank = model.world.city, model.world.residents.rank
    rows = []
    for incident in model.world.log:
        victim = incident.victims[0] if incident.victims else -1
        house = incident.household
        rows.append(
            (
                incident.id,
                incident.parent,
                incident.day,
                incident.kind,
                model.kinds[incident.kind].layer.name.lower(),
                incident.actor,
                incident.cause.name.lower(),
                int(city.resident_id[victim]) if victim >= 0 else -1,
                int(city.household_id[house]) if house >= 0 else -1,
                int(rank[victim]) if victim >= 0 else -1,
                incident.quarter,
                CAMPS[incident.target_camp] if incident.target_camp >= 0 else "",
                incident.n_people,
                incident.deaths,
                incident.soldiers,
                incident.breach,
            )
        )
    table = pd.DataFrame(rows, columns=[column.name for column in EVENT_COLUMNS])
    return table.astype({column.name: column.dtype for column in EVENT_COLUMNS})


def quarter_table(model: TruceModel) -> pd.DataFrame | None:
    """Feelings by quarter on the days that were kept, in the columns of QUARTER_COLUMNS; None for no day."""
    if not model.quarters:
        return None
    n = model.world.city.n_quarters
    fear, anger, present = np.concatenate(list(model.quarters.values())).T
    values = {
        "day": np.repeat(list(model.quarters), n),
        "quarter": np.tile(np.arange(n), len(model.quarters)),
        "present": present,
        "fear": np.divide(fear, present, out=np.full(present.size, np.nan), where=present > 0),
        "anger": np.divide(anger, present, out=np.full(present.size, np.nan), where=present > 0),
    }
    return pd.DataFrame(values).astype({column.name: column.dtype for column in QUARTER_COLUMNS})


def snapshot_table(model: TruceModel) -> pd.DataFrame:
    """State of every resident today, in the columns of SNAPSHOT_COLUMNS."""
    residents, city = model.world.residents, model.world.city
    table = pd.DataFrame(
        {
            "day": model.day,
            "resident": city.resident_id,
            "household": city.household_id[city.household],
            "quarter": city.quarter[city.household],
            "camp": residents.camp,
            "role": residents.role,
            "status": residents.status,
            "fear": residents.fear,
            "anger": residents.anger,
        }
    )
    return table.astype({column.name: column.dtype for column in SNAPSHOT_COLUMNS})
