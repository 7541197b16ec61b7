"""What a run leaves: the run row, the daily table, the event log, snapshots. THE table of their columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import mesa
import pandas as pd

from sim.actors.army import Posture
from sim.city.columns import Camp, Column, Role, Status
from sim.core.feelings import ANGER, FEAR
from sim.truce import TruceState
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.model import TruceModel

CAMPS = tuple(camp.name.lower() for camp in Camp)


def _per_camp(name: str, dtype: str, unit: str, meaning: str) -> tuple[Column, ...]:
    return tuple(Column(f"{name}_{camp}", dtype, unit, meaning.replace("CAMP", camp)) for camp in CAMPS)


DAILY_COLUMNS = (
    Column("day", "int32", "day", "day of the run; 0 is the start, before anything happens"),
    Column("truce", "int8", "0/1/2", "state of the truce: holding, strained, broken"),
    Column(
        "posture",
        "int8",
        "code",
        "posture of the army: " + ", ".join(f"{p.value} {p.name.lower()}" for p in Posture),
    ),
    *_per_camp("present", "int32", "residents", "CAMP residents present in the city"),
    *_per_camp("departed", "int32", "residents", "CAMP residents who have left the city"),
    Column("away", "int32", "residents", "serving officers who are not in the city today"),
    Column("captive", "int32", "residents", "captives, of any camp"),
    Column("dead", "int32", "residents", "dead since day 0, of any camp"),
    Column("officers_in_city", "int32", "residents", "serving officers in the city today"),
    Column("fighters", "int32", "residents", "living members of all factions"),
    *_per_camp("fear", "float64", "0..1", "mean fear of CAMP residents present; nan if there is none"),
    *_per_camp("anger", "float64", "0..1", "mean anger of CAMP residents present; nan if there is none"),
    Column("passage", "float64", "0..1", "free passage in and out; 0 under siege"),
    Column("pressure", "float64", "0..1", "belief in the coming annihilation"),
    Column("hostility", "float64", "0..1", "what the army feels of attacks on it of late"),
    Column("supplies", "float64", "0..1", "supplies of the city"),
    Column("works", "float64", "0..1", "dug-up and mined roads"),
    Column("morale", "float64", "0..1", "mean morale of the fighters in the city"),
    Column("troops", "float64", "soldiers", "soldiers near the city"),
    Column("loyalists_left", "float64", "share", "share of the loyalists of day 0 who have departed"),
    Column(
        "loyalists_present", "float64", "share", "loyalists present, as a share of those present on day 0"
    ),
    Column("rivalry", "float64", "share", "share of the armed strength that is newcomers or independents"),
    Column("restraint", "float64", "0..1", "mean restraint of the factions, by members"),
    Column("feud", "float64", "breaches", "weighted social breaches in the feud window"),
    Column("breaches_social", "float64", "breaches", "weighted breaches of the day, social layer"),
    Column("breaches_standoff", "float64", "breaches", "weighted breaches of the day, standoff layer"),
    Column(
        "events_social", "int32", "events", "events of the day, social layer; moves (departure, return) apart"
    ),
    Column(
        "events_standoff",
        "int32",
        "events",
        "events of the day, standoff layer; moves (joining, desertion, regrouping) apart",
    ),
    Column("deaths", "int32", "residents", "deaths of the day"),
    Column("soldiers_killed", "float64", "soldiers", "soldiers killed on the day; they are not residents"),
    Column("entered", "int32", "residents", "residents who entered the city on the day, for the first time"),
    Column("taken", "int32", "residents", "residents taken captive on the day"),
    Column("released", "int32", "residents", "captives released on the day"),
    Column("left", "int32", "residents", "residents who left on the day"),
    Column("returned", "int32", "residents", "residents who returned on the day"),
    Column("waiting_answers", "int32", "events", "answers to past blows that are still to come"),
)

EVENT_COLUMNS = (
    Column(
        "event", "int64", "id", "permanent id, made from kind, actor, day and ordinal, or from the parent's"
    ),
    Column("parent", "int64", "id", "event that this one answers or follows; 0 for none"),
    Column("day", "int32", "day", "day of the run"),
    Column("kind", "string", "name", "kind of event"),
    Column("layer", "string", "name", "social or standoff"),
    Column("actor", "string", "name", "who did it"),
    Column("cause", "string", "name", "scheduled, hazard, answer, order, or lapsed (nothing came of it)"),
    Column("victim", "int64", "id", "permanent id of the first victim; -1 for none"),
    Column("household", "int64", "id", "permanent id of the first victim's household; -1 for none"),
    Column("quarter", "int16", "id", "quarter; -1 for the whole city"),
    Column("camp", "string", "name", "camp of those struck, or who left; empty for none"),
    Column("people", "int32", "residents", "residents struck or moved"),
    Column("deaths", "int32", "residents", "deaths"),
    Column("soldiers", "float64", "soldiers", "soldiers killed; they are not residents"),
    Column("breach", "float64", "breaches", "weight in the count of breaches"),
)

RUN_COLUMNS = (
    Column("scenario", "string", "name", "name of the scenario"),
    Column("seed", "int64", "seed", "seed of the run"),
    Column("city_seed", "int64", "seed", "seed of the city"),
    Column("days", "int32", "days", "days simulated"),
    Column("residents", "int64", "residents", "residents on day 0, newcomers included"),
    Column("broke", "bool", "yes/no", "whether the truce broke at all"),
    Column("first_break_day", "float64", "day", "day of the first break; nan if it held"),
    Column("ending", "string", "name", "ending of the first break; empty if it held"),
    Column("endings", "string", "names", "endings of all breaks in their order, with spaces between"),
    Column("breaks", "int32", "breaks", "how often it broke"),
    Column("spells", "int32", "spells", "truces: the first and every one that formed again"),
    Column(
        "mean_spell_days", "float64", "days", "mean length of the spells, the last one cut by the horizon"
    ),
    Column("truce_share", "float64", "share", "share of days under truce; nan for a run of 0 days"),
    Column("breaches_social", "float64", "breaches", "weighted breaches, social layer"),
    Column("breaches_standoff", "float64", "breaches", "weighted breaches, standoff layer"),
    *(
        Column(f"events_{layer.name.lower()}", "int32", "events", f"events, {layer.name.lower()} layer")
        for layer in Layer
    ),
    *_per_camp("deaths", "int32", "residents", "CAMP residents who died"),
    *(
        Column(
            f"deaths_{role.name.lower()}", "int32", "residents", f"deaths in the role of {role.name.lower()}"
        )
        for role in Role
    ),
    *_per_camp("departed", "int32", "residents", "CAMP residents departed at the end"),
    *_per_camp("present", "int32", "residents", "CAMP residents present at the end"),
    Column("taken", "int32", "residents", "residents taken captive"),
    Column("released", "int32", "residents", "captives released"),
    Column("defections", "int32", "residents", "officers who defected of themselves"),
    Column("confessions", "int32", "residents", "officers made to announce their defection"),
    Column("entered", "int32", "residents", "residents who entered after day 0"),
    Column("soldiers_killed", "float64", "soldiers", "soldiers killed; they are not residents"),
    Column("sieges", "int32", "times", "how often the army laid siege"),
    Column("assaults", "int32", "times", "how often the army stormed"),
    Column("times_fallen", "int32", "times", "how often the city fell in battle"),
    Column("surrenders", "int32", "times", "how often it surrendered by negotiation"),
)

_MOVES = ("departure", "return", "joining", "desertion", "regrouping")


def _today(column: str, model: TruceModel) -> float:
    return model.today[column]


class DailyCollector(mesa.DataCollector):  # type: ignore[misc]
    """Mesa's DataCollector with one model reporter a column of the daily table.

    Mesa asks each reporter and copies what it says; all columns are made together here, and are numbers.
    """

    def __init__(self) -> None:
        super().__init__(model_reporters={c.name: partial(_today, c.name) for c in DAILY_COLUMNS})

    def collect(self, model: TruceModel) -> None:
        """Take the row of today."""
        for name, values in self.model_vars.items():
            values.append(model.today[name])


def day_row(model: TruceModel, struck: Iterable[Incident]) -> dict[str, float]:
    """The row of the daily table for the day that has just been simulated."""
    world, truce = model.world, model.truce
    residents = world.residents
    count = residents.count.tolist()
    row: dict[str, float] = {
        "day": model.day,
        "truce": int(truce.state),
        "posture": int(world.army.posture),
        "away": sum(by_status[Status.AWAY] for by_status in count),
        "captive": sum(by_status[Status.CAPTIVE] for by_status in count),
        "dead": sum(by_status[Status.DEAD] for by_status in count),
        "officers_in_city": residents.n_officers_in_city,
        "fighters": sum(len(faction.rows) for faction in world.factions),
        "passage": world.passage.open,
        "pressure": world.pressure.level,
        "hostility": world.army.hostility,
        "supplies": world.supplies.level,
        "works": world.works.level,
        "morale": world.mean_morale(),
        "troops": world.army.troops,
        "rivalry": world.rivalry(),
        "restraint": _mean_restraint(model),
        "loyalists_left": count[Camp.LOYALIST][Status.DEPARTED] / max(1, world.loyalists_at_start),
        "loyalists_present": count[Camp.LOYALIST][Status.PRESENT] / max(1, world.loyalists_present_at_start),
        "feud": truce.feud,
        "waiting_answers": sum(len(waiting) for waiting in world.grievances.waiting.values()),
    }
    for camp, name in zip(Camp, CAMPS, strict=True):
        present = count[camp][Status.PRESENT]
        row[f"present_{name}"] = present
        row[f"departed_{name}"] = count[camp][Status.DEPARTED]
        row[f"fear_{name}"] = residents.feeling((camp,), FEAR) / present if present else float("nan")
        row[f"anger_{name}"] = residents.feeling((camp,), ANGER) / present if present else float("nan")
    row.update(_event_sums(model, struck))
    return row


def _mean_restraint(model: TruceModel) -> float:
    factions = model.world.factions
    n = sum(len(faction.rows) for faction in factions)
    return sum(len(faction.rows) * faction.restraint for faction in factions) / max(1, n)


def _event_sums(model: TruceModel, struck: Iterable[Incident]) -> dict[str, float]:
    """Sums over the events of one day."""
    sums = dict.fromkeys(
        ("breaches_social", "breaches_standoff", "events_social", "events_standoff",
         "deaths", "soldiers_killed", "entered", "taken", "released", "left", "returned"), 0.0,
    )  # fmt: skip
    for incident in struck:
        if incident.cause == Cause.LAPSED:
            continue
        layer = model.kinds[incident.kind].layer.name.lower()
        sums[f"breaches_{layer}"] += incident.breach
        sums[f"events_{layer}"] += incident.kind not in _MOVES
        sums["deaths"] += incident.deaths
        sums["soldiers_killed"] += incident.soldiers
        if incident.kind in _PEOPLE_COLUMN:
            sums[_PEOPLE_COLUMN[incident.kind]] += incident.n_people
    return sums


_PEOPLE_COLUMN = {
    "kidnapping": "taken",
    "counter_abduction": "taken",
    "inflow": "entered",
    "release": "released",
    "departure": "left",
    "return": "returned",
}


def daily_table(model: TruceModel) -> pd.DataFrame:
    """The daily table, one row a day from day 0, in the columns of DAILY_COLUMNS."""
    table = model.datacollector.get_model_vars_dataframe().reset_index(drop=True)
    typed: pd.DataFrame = table.astype({column.name: column.dtype for column in DAILY_COLUMNS})
    return typed


def event_table(model: TruceModel) -> pd.DataFrame:
    """The event log in the order of days, in the columns of EVENT_COLUMNS."""
    city = model.world.city
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


def snapshot_table(model: TruceModel) -> pd.DataFrame:
    """State of every resident today."""
    residents, city = model.world.residents, model.world.city
    return pd.DataFrame(
        {
            "day": model.day,
            "resident": city.resident_id,
            "household": city.household_id[city.household],
            "quarter": city.quarter[city.household],
            "camp": residents.camp.copy(),
            "role": residents.role.copy(),
            "status": residents.status.copy(),
            "fear": residents.fear.copy(),
            "anger": residents.anger.copy(),
        }
    )


def _share_under_truce(states: list[int]) -> float:
    return sum(state != TruceState.BROKEN for state in states) / len(states) if states else float("nan")


def run_row(model: TruceModel) -> dict[str, Any]:
    """The run row: what became of the truce, and what it cost, in the columns of RUN_COLUMNS."""
    scenario, world, truce = model.scenario, model.world, model.truce
    residents = world.residents
    happened = [incident for incident in world.log if incident.cause != Cause.LAPSED]
    by_kind = {name: [i for i in happened if i.kind == name] for name in model.kinds}
    truce_days = model.datacollector.model_vars["truce"][1:]
    lengths = [(model.day if s.end is None else s.end) - s.start for s in truce.spells]
    dead = residents.status == Status.DEAD
    row: dict[str, Any] = {
        "scenario": scenario.name,
        "seed": scenario.seed,
        "city_seed": scenario.city.seed,
        "days": model.day,
        "residents": model.n_at_start,
        "broke": truce.n_breaks > 0,
        "first_break_day": float(truce.spells[0].end) if truce.spells[0].end is not None else float("nan"),
        "ending": truce.spells[0].ending,
        "endings": " ".join(spell.ending for spell in truce.spells if spell.ending),
        "breaks": truce.n_breaks,
        "spells": len(truce.spells),
        "mean_spell_days": sum(lengths) / len(lengths),
        "truce_share": _share_under_truce(truce_days),
        "taken": sum(i.n_people for name in ("kidnapping", "counter_abduction") for i in by_kind[name]),
        "released": sum(i.n_people for i in by_kind["release"]),
        "defections": len(by_kind["defection"]),
        "confessions": len(by_kind["confession"]),
        "entered": sum(i.n_people for i in by_kind["inflow"]),
        "soldiers_killed": sum(i.soldiers for i in happened),
        "sieges": len(by_kind["siege"]),
        "assaults": len(by_kind["assault"]),
        "times_fallen": len(by_kind["fall"]),
        "surrenders": len(by_kind["surrender"]),
    }
    for layer in Layer:
        name = layer.name.lower()
        of_layer = [i for i in happened if model.kinds[i.kind].layer == layer]
        row[f"breaches_{name}"] = sum(i.breach for i in of_layer)
        row[f"events_{name}"] = sum(i.kind not in _MOVES for i in of_layer)
    for camp, name in zip(Camp, CAMPS, strict=True):
        row[f"deaths_{name}"] = int((dead & (residents.camp == camp)).sum())
        row[f"departed_{name}"] = int(residents.count[camp, Status.DEPARTED])
        row[f"present_{name}"] = int(residents.count[camp, Status.PRESENT])
    for role in Role:
        row[f"deaths_{role.name.lower()}"] = int((dead & (residents.role == role)).sum())
    return {column.name: row[column.name] for column in RUN_COLUMNS}
