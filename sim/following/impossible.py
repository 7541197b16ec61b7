"""Why a recorded day is impossible for all particles: which row, and what would have to be switched on."""

from __future__ import annotations

from collections.abc import Sequence

from sim.events import KINDS
from sim.following.follower import Follower, Outlook
from sim.following.record import Record, Row
from sim.following.truces import date_of
from sim.model import TruceModel
from sim.report.words import list_words

MOST_NAMED = 4


def explain_impossible(record: Record, day: int, follower: Follower, models: Sequence[TruceModel]) -> str:
    """One line on a day of no likelihood: row, reason and switch. `models` stand on the eve of that day.

    A day without events has been played already; then only the day can be named.
    """
    rows = [row for _, row in record.on(day)]
    if not rows:
        return (
            f"{date_of(record, day)}, no recorded event: no particle can have such a day. Something that the "
            "record would show comes about for certain; is an event scheduled (events.KIND.at), or is a "
            "battle on?"
        )
    where = f"{rows[0].source or rows[0].of}: {date_of(record, day)}, {len(rows)} recorded events"
    for j, row in enumerate(rows):
        outlooks = [each for model in models if (each := follower.outlook_of(model)) is not None]
        if any(_density(outlook, j) > 0 for outlook in outlooks):
            continue
        return (
            f"{row.source or row.of}: {date_of(record, day)}: no particle can have this event: "
            f"{_reason(record, row, models[0], outlooks)}"
        )
    return (
        f"{where}: no particle can have them all; each alone is possible. The army gives at most one "
        f"order a day; "
        "is a row there twice? More particles help where it is only improbable"
    )


def explain_lapsed(record: Record, day: int) -> str:
    """One line on a day whose recorded events found too few to strike in every particle."""
    rows = [row for _, row in record.on(day)]
    deaths = sum(row.deaths or 0 for row in rows)
    where = rows[0].source or rows[0].of
    events = "1 recorded event" if len(rows) == 1 else f"{len(rows)} recorded events"
    return (
        f"{where}: {date_of(record, day)}: in no particle could {events} with {deaths} deaths find whom to "
        "strike; is anybody there (city.households, army.troops, factions.NAME.members)? More particles help "
        "where it is only improbable"
    )


def _density(outlook: Outlook, j: int) -> float:
    return sum(outlook.density(piece, j) for piece in outlook.every)


def _reason(record: Record, row: Row, model: TruceModel, outlooks: Sequence[Outlook]) -> str:
    kinds = _kinds(record, row)
    off = [kind for kind in kinds if not model.kinds[kind].enabled]
    if len(off) == len(kinds):
        switches = list_words([f"events.{kind}.enabled=true" for kind in off], MOST_NAMED)
        return f"{list_words(list(kinds), MOST_NAMED)} is switched off; set {switches}"
    open_ = [
        piece
        for outlook in outlooks
        for piece in outlook.every
        if piece.kind.name in kinds and piece.rate > 0
    ]
    actors = sorted({actor for piece in open_ for actor in piece.actors})
    if not open_:
        return (
            f"nobody could begin {list_words([kind for kind in kinds if kind not in off], MOST_NAMED)} that "
            f"day; are "
            "those there who would (army.troops, factions.NAME.members), and is its rate above 0 "
            "(events.KIND.base)?"
        )
    if row.actor is not None and row.actor not in actors:
        return f"{row.actor} could not begin it that day; who could: {list_words(actors)}"
    return (
        f"its {row.deaths} deaths cannot come of such an event "
        "(events.KIND.casualties: most, p_fatal); more particles help where it is only improbable"
    )


def _kinds(record: Record, row: Row) -> Sequence[str]:
    if row.of in KINDS:
        return (row.of,)
    return next(each.kinds for each in record.classes if each.name == row.of)
