"""Rival claims: who is struck when several incidents of a day look for victims. The earliest clock takes."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from sim.core.race import find_first
from sim.kinds.kind import Want
from sim.world.incident import Incident

if TYPE_CHECKING:
    from sim.actors.world import World


def settle_claims(world: World, wants: list[tuple[Incident, Want]]) -> None:
    """Fill `victims` of each incident. An incident's clocks do not depend on its rivals.

    Every candidate has a clock for every incident. All clocks are taken in their order, and a candidate goes
    to the first incident that still needs one. So an incident never has to look further than the number that
    it and its rivals need together.
    """
    if not wants:
        return
    if len(wants) == 1:
        ((incident, want),) = wants
        places, _ = find_first(
            world.seed, incident.id, incident.day, world.city.resident_id[want.rows], want.pull, want.n
        )
        incident.victims += want.rows[places].tolist()
        return
    most = sum(want.n for _, want in wants)
    bids: list[tuple[float, int, int]] = []
    for k, (incident, want) in enumerate(wants):
        places, times = find_first(
            world.seed, incident.id, incident.day, world.city.resident_id[want.rows], want.pull, most
        )
        bids += zip(times.tolist(), want.rows[places].tolist(), repeat(k), strict=False)
    taken: set[int] = set()
    found = [0] * len(wants)
    for _, row, k in sorted(bids):
        incident, want = wants[k]
        if row not in taken and found[k] < want.n:
            taken.add(row)
            found[k] += 1
            incident.victims.append(row)
