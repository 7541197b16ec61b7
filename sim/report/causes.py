"""What led to a break, in words and from the numbers: one short line or two for each ending."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sim.actors.army import Posture
from sim.report.history import Break, feud_blows, incidents, longest_chain, stretch_at, stretches
from sim.report.words import counted, kind_words, listed, number_words, percent, span
from sim.truce import TruceState


def causes_of(broken: Break, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    """What led to this break, in lines; none where the ending is not known."""
    tell = _TELLERS.get(broken.ending)
    return tell(broken.day, daily, events) if tell else []


def _feud(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    blows = feud_blows(daily, events, day)
    if blows.empty:
        return ["No blow is on record before it."]
    weight = float(blows["breach"].sum())
    lines = [
        f"What led to it: {kinds_by_weight(blows)}, on {span(int(blows['day'].min()), day)} "
        f"(together {number_words(weight)} by weight)."
    ]
    chain = longest_chain(blows, events)
    if chain:
        kind, first, actor = chain[0]
        tail = ", then ".join(f"{kind_words(k)} (day {d})" for k, d, _ in chain[1:])
        by = f" by {actor.replace('_', ' ')}" if actor else ""
        lines.append(f"Longest chain among these blows: {kind_words(kind)}{by} (day {first}), then {tail}.")
    return lines


def kinds_by_weight(blows: pd.DataFrame, most: int = 5) -> str:
    """The kinds of blows with their counts, those that weigh most together first."""
    weights = blows.groupby("kind")["breach"].agg(["sum", "size"]).reset_index()
    ordered = weights.sort_values(["sum", "kind"], ascending=[False, True])
    return listed(
        [
            counted(int(n), kind_words(str(kind)))
            for kind, n in zip(ordered["kind"], ordered["size"], strict=True)
        ],
        most,
    )


def _passage(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    until = daily[daily["day"] <= day]
    # from the last day on which it was as open as it ever was before the break
    best = until.loc[until["passage"] == until["passage"].max()].iloc[-1]
    start = int(best["day"])
    happened = incidents(events)
    n = int(((happened["kind"] == "harassment") & happened["day"].between(start + 1, day)).sum())
    return [
        f"What led to it: {counted(n, 'harassment')} at the edge of the city on {span(start + 1, day)}; free passage "
        f"fell from {percent(float(best['passage']))} to {percent(float(until['passage'].iloc[-1]))}."
    ]


def _exodus(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    until = daily[daily["day"] <= day]
    gone = until["departed_loyalist"]
    n, share = int(gone.iloc[-1]), float(until["loyalists_left"].iloc[-1])
    if n == 0:
        return ["No departure of loyalists is on record before it."]
    first = int(until.loc[gone > 0, "day"].iloc[0])
    half = int(until.loc[gone >= n / 2, "day"].iloc[0])
    return [
        f"What led to it: {counted(n, 'loyalist')} ({percent(share)}) had left by day {day}, "
        f"the first on day {first}, half of them by day {half}."
    ]


def _siege(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    siege = stretch_at(daily, "posture", day)
    if siege.value != Posture.BESIEGING:
        return []
    return [
        f"What led to it: the army laid siege on day {siege.first}{_scheduled(events, 'siege', siege.first)}; on day "
        f"{day} the siege was {counted(day - siege.first + 1, 'day')} old. {_until(daily, siege.last, 'It was over')}",
        _state_before(daily, siege.first),
    ]


def _assault(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    storm = stretch_at(daily, "posture", day)
    before = [s for s in stretches(daily, "posture") if s.last == day - 1]
    is_siege = bool(before) and before[0].value == Posture.BESIEGING
    after = (
        f" after {counted(before[0].n_days, 'day')} of siege (from day {before[0].first})" if is_siege else ""
    )
    deaths = int(events.loc[(events["kind"] == "assault") & (events["day"] == day), "deaths"].sum())
    dead = counted(deaths, "person", "people") if deaths else "nobody"
    return [
        f"What led to it: the army stormed the city on day {day}{_scheduled(events, 'assault', day)}{after}; "
        f"{dead} died in the assault. {_until(daily, storm.last, 'The army was back out')}",
        _state_before(daily, day),
    ]


def _scheduled(events: pd.DataFrame, kind: str, day: int) -> str:
    rows = (events["kind"] == kind) & (events["day"] == day) & (events["cause"] == "scheduled")
    return ", as scheduled," if rows.any() else ""


def _until(daily: pd.DataFrame, last: int, over: str) -> str:
    is_end = last >= int(daily["day"].iloc[-1])
    return "It went on to the last day." if is_end else f"{over} on day {last + 1}."


def _state_before(daily: pd.DataFrame, day: int) -> str:
    """What the army saw when it gave the order: the day before it."""
    seen = daily[daily["day"] < day]
    if seen.empty:
        return "It came before anything else could happen."
    share = float(seen["loyalists_left"].iloc[-1])
    return f"The day before, {f'{percent(share)} of the loyalists' if share else 'no loyalist'} had left."


def nearest_to_a_break(daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    """For a truce that held: how near it came to a break, and through which blows."""
    strained = int((daily["truce"] == TruceState.STRAINED).sum())
    narrowest = daily.loc[daily["passage"].idxmin()]
    passage = (
        f"free passage was never under {percent(float(narrowest['passage']))} (day {int(narrowest['day'])})"
    )
    strain = f"It was strained on {counted(strained, 'day')}" if strained else "It was never strained"
    day = int(daily.loc[daily["feud"].idxmax(), "day"])
    blows = feud_blows(daily, events, day)
    if blows.empty:
        return [f"{strain}; {passage}; no blow among residents is on record."]
    days = span(int(blows["day"].min()), day)
    return [f"{strain}; {passage}.", f"The heaviest blows fell on {days}: {kinds_by_weight(blows)}."]


_TELLERS: dict[str, Callable[[int, pd.DataFrame, pd.DataFrame], list[str]]] = {
    "feud": _feud,
    "passage": _passage,
    "exodus": _exodus,
    "siege": _siege,
    "assault": _assault,
}
