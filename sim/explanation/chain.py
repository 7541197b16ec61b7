"""The chain of answers that led to a break, or to the greatest strain, in a sentence."""

from __future__ import annotations

import pandas as pd

from sim.report.history import feud_blows, incidents, longest_chain
from sim.report.words import kind_words


def chain_sentence(day: int, ending: str, daily: pd.DataFrame, events: pd.DataFrame) -> str:
    """The longest chain of blows and answers that ends among those that count for this ending.

    `daily`, `events`: the tables of the run; `day`: that of the break. A truce that held has no `ending`, and
    the day of its greatest strain. For it and for a feud, the chain ends among the blows in the feud window
    of the day, otherwise among all events up to the day. Empty if sim.report.causes gives it: for a feud.
    """
    if ending in ("", "feud"):
        blows, which = feud_blows(daily, events, day), "these blows"
    else:
        happened = incidents(events)
        blows, which = happened[happened["day"] <= day], "all events before it"
    chain = longest_chain(blows, events)
    if not chain:
        return f"There is no chain of answers: none of {which} answers another."
    if ending == "feud":
        return ""
    links = [
        f"{kind_words(kind)}{f' by {actor}' if actor else ''} (day {when})".replace("_", " ")
        for kind, when, actor in chain
    ]
    return f"Longest chain among {which}: {', then '.join(links)}."
