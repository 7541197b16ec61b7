"""The run row: what became of the truce, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim.city.columns import Camp, Role, Status
from sim.core.sums import add_in_order
from sim.events import EventKind
from sim.records.columns import CAMPS, RUN_COLUMNS
from sim.truce import TruceState
from sim.world.incident import Cause, Incident, Layer

if TYPE_CHECKING:
    from sim.model import TruceModel


def _share_under_truce(states: list[int]) -> float:
    return sum(state != TruceState.BROKEN for state in states) / len(states) if states else float("nan")


def _share_strained(states: list[int]) -> float:
    return sum(state == TruceState.STRAINED for state in states) / len(states) if states else float("nan")


def _counts(kinds: Mapping[str, EventKind], happened: Iterable[Incident]) -> dict[str, int]:
    """What the kinds say of themselves that it counts: their people and their events, by column."""
    columns = {column for kind in kinds.values() for column in (kind.people_count_as, kind.events_count_as)}
    counts = dict.fromkeys(columns - {""}, 0)
    for incident in happened:
        kind = kinds[incident.kind]
        if kind.people_count_as:
            counts[kind.people_count_as] += incident.n_people
        if kind.events_count_as:
            counts[kind.events_count_as] += 1
    return counts


def run_row(model: TruceModel) -> dict[str, Any]:
    """The run row: what became of the truce, and what it cost, in the columns of RUN_COLUMNS."""
    scenario, world, truce = model.scenario, model.world, model.truce
    residents = world.residents
    happened = [incident for incident in world.log if incident.cause != Cause.LAPSED]
    by_day = model.datacollector.model_vars
    truce_days = by_day["truce"][1:]
    unbroken = model.day + 1 if truce.spells[0].end is None else max(1, truce.spells[0].end)
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
        "strained_share": _share_strained(truce_days[: unbroken - 1]),
        "lowest_passage": min(by_day["passage"][:unbroken]),
        "officer_days": int(sum(by_day["away"][:-1]) + sum(by_day["officers_in_city"][:-1])),
        "soldiers_killed": add_in_order(i.soldiers for i in happened),
    }
    row |= _counts(model.kinds, happened)
    for layer in Layer:
        name = layer.name.lower()
        of_layer = [i for i in happened if model.kinds[i.kind].layer == layer]
        row[f"breaches_{name}"] = add_in_order(i.breach for i in of_layer)
        row[f"events_{name}"] = sum(not model.kinds[i.kind].is_move for i in of_layer)
    for camp, name in zip(Camp, CAMPS, strict=True):
        row[f"deaths_{name}"] = int((dead & (residents.camp == camp)).sum())
        row[f"departed_{name}"] = residents.count_of(camp, Status.DEPARTED)
        row[f"present_{name}"] = residents.count_of(camp, Status.PRESENT)
    for role in Role:
        row[f"deaths_{role.name.lower()}"] = int((dead & (residents.role == role)).sum())
    return {column.name: row[column.name] for column in RUN_COLUMNS}
