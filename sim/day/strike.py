"""From incidents to consequences: who is struck, what changes, what is logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sim.actors.world import World
from sim.day.claims import settle_claims
from sim.events import EventKind
from sim.kinds.due import Due
from sim.kinds.kind import Want
from sim.world.incident import Cause, Incident

Kinds = Mapping[str, EventKind]


def schedule_events(world: World, kinds: Kinds, dues: Sequence[tuple[str, Due]], day: int) -> list[Incident]:
    """The incidents that the config schedules for today; a kind that is named twice has two.

    `dues`: name of the kind and what is known of the event, for each event of today.
    """
    if not dues:
        return []
    begun: Counter[str] = Counter()
    found = []
    for name, due in dues:
        found.append(kinds[name].schedule(world, day, begun[name], due))
        begun[name] += 1
    return found


def answers(world: World, kinds: Kinds, day: int) -> list[Incident]:
    """Answers whose day has come, thinned by elders and kin, and no more of a kind than a day can hold.

    They are taken from `World.grievances`: a second call finds none.
    """
    found: list[Incident] = []
    due = world.grievances.due(day)
    if not due:
        return found
    room = dict.fromkeys(kinds, world.scenario.grievances.most_per_day)
    for incident in sorted(due, key=lambda each: each.id):
        kind = kinds[incident.kind]
        if not kind.is_on(day) or room[incident.kind] == 0:
            continue
        kind.answer(world, incident)
        if kind.dares(world, incident):
            found.append(incident)
            room[incident.kind] -= 1
    return found


def strike(world: World, kinds: Kinds, incidents: Sequence[Incident], shock_scale: float) -> list[Incident]:
    """Strike with all incidents of a day, in the order of their ids; return them as they fell out.

    `shock_scale` multiplies every shock. Those of which nothing came have the cause LAPSED.
    """
    ordered = sorted(incidents, key=lambda incident: incident.id)
    wants = []
    seeking = set()
    for incident in ordered:
        for want in kinds[incident.kind].wants(world, incident) if incident.actor else ():
            wants.append((incident, _in_quarter(world, incident, want)))
            if want.n > 0:
                seeking.add(incident.id)
    settle_claims(world, wants)
    for incident in ordered:
        _place(world, incident)
        found = bool(incident.victims) or incident.id not in seeking
        if incident.actor and found and kinds[incident.kind].strike(world, incident):
            _place(world, incident)
            incident.n_people = max(incident.n_people, len(incident.victims))
            kinds[incident.kind].land(world, incident, shock_scale)
        else:
            incident.cause = Cause.LAPSED
            incident.victims = []
            incident.deaths = 0
            incident.soldiers = 0.0
    return ordered


def _in_quarter(world: World, incident: Incident, want: Want) -> Want:
    """Of the candidates those of the quarter in which a scheduled event is known to have happened."""
    if incident.due is None or incident.due.quarter is None or not want.rows.size:
        return want
    is_there = world.city.quarter[world.city.household[want.rows]] == incident.due.quarter
    return Want(want.rows[is_there], want.pull[is_there], want.n)


def _place(world: World, incident: Incident) -> None:
    """Where it happens and whom it strikes, taken from the first victim."""
    if incident.victims:
        row = incident.victims[0]
        house = int(world.city.household[row])
        incident.household = house
        incident.quarter = int(world.city.quarter[house])
        incident.target_camp = int(world.residents.camp[row])
