"""Which events of a history are removed: the heaviest and latest roots, or those asked for."""

from __future__ import annotations

from collections.abc import Iterable

from sim.errors import InputError
from sim.events import MOVES
from sim.model import TruceModel
from sim.report.words import kind_words
from sim.world.incident import NO_PARENT, Cause, Incident, Layer

MOST_EVENTS = 15  # root events that are removed one by one, assumed


def what_happened(log: Iterable[Incident], until: int) -> list[Incident]:
    """The incidents up to a day that did not lapse."""
    return [each for each in log if each.cause != Cause.LAPSED and each.day <= until]


def events_of(model: TruceModel, happened: list[Incident], until: int) -> list[Incident]:
    """The heaviest and latest root events: those that answer nothing and are breaches or orders.

    At most MOST_EVENTS, of those that `happened` (see `what_happened`) up to day `until`, the heaviest
    first.
    """
    roots = [
        each
        for each in happened
        if each.parent == NO_PARENT
        and (each.breach > 0 or each.cause == Cause.ORDER)
        and not model.kinds[each.kind].is_certain
    ]
    window = model.scenario.truce.feud.window_days

    def weight(each: Incident) -> tuple[float, int]:
        is_social = model.kinds[each.kind].layer == Layer.SOCIAL
        counts = each.cause == Cause.ORDER or (is_social and until - each.day < window)
        return (-1.0 - each.breach if counts else -min(1.0, each.breach) / 2, until - each.day)

    return sorted(roots, key=weight)[:MOST_EVENTS]


def find_event(model: TruceModel, event: int) -> Incident:
    """The event of this id in a history that has run. Raises InputError if there is none to remove."""
    found = next((each for each in model.world.log if each.id == event), None)
    if found is None:
        raise InputError(
            f"--without {event}: there is no such event in this history; column event of the run's "
            "events.parquet lists them"
        )
    if found.kind in MOVES and found.cause != Cause.SCHEDULED:
        raise InputError(
            f"--without {event}: a {kind_words(found.kind)} is a move of the residents themselves and "
            f"cannot be removed; run with events.{found.kind}.enabled=false for none at all"
        )
    return found
