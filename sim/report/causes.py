"""What led to a break, in words and from the numbers: one short line or two for each ending."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sim.actors.postures import Posture
from sim.report.history import Break, feud_blows, incidents, longest_chain, stretch_at
from sim.report.words import count, kind_words, list_words, number_words, percent, span
from sim.truce import TruceConfig, TruceState


def causes_of(
    broken: Break, daily: pd.DataFrame, events: pd.DataFrame, rules: TruceConfig | None = None
) -> list[str]:
    """What led to this break, in lines; none where the ending is not known.

    With the `rules` of the truce, the line on a feud says at which weight it breaks.
    """
    tell = _TELLERS.get(broken.ending)
    lines = tell(broken.day, daily, events) if tell else []
    if broken.ending == "feud" and rules is not None and lines and "weighted total" in lines[0]:
        days = count(rules.feud.window_days, "day")
        bar = f"; the truce breaks at {number_words(rules.feud.bar)} within {days}."
        lines[0] = f"{lines[0].removesuffix('.')}{bar}"
    return lines


def _feud(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    blows = feud_blows(daily, events, day)
    if blows.empty:
        return ["No blow is on record before it."]
    weight = float(blows["breach"].sum())
    lines = [
        f"What led to it: {kinds_by_weight(blows)} on {span(int(blows['day'].min()), day)}, "
        f"weighted total {number_words(weight)}."
    ]
    chain = longest_chain(blows, events)
    if chain:
        kind, first, actor = chain[0]
        tail = ", then ".join(f"{kind_words(k)} (day {d})" for k, d, _ in chain[1:])
        by = f" by {actor.replace('_', ' ')}" if actor else ""
        lines.append(f"Longest chain among these blows: {kind_words(kind)}{by} (day {first}), then {tail}.")
    return lines


def kinds_by_weight(blows: pd.DataFrame, most: int = 5) -> str:
    """The kinds of blows (rows of the event log) with their counts, those that weigh most together first."""
    weights = blows.groupby("kind")["breach"].agg(["sum", "size"]).reset_index()
    ordered = weights.sort_values(["sum", "kind"], ascending=[False, True])
    return list_words(
        [
            count(int(n), kind_words(str(kind)))
            for kind, n in zip(ordered["kind"], ordered["size"], strict=True)
        ],
        most,
    )


def _passage(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    until = daily[daily["day"] <= day]
    # from the last day on which it was as open as it ever was before the break
    best = until.loc[until["passage"] == until["passage"].max()].iloc[-1]
    start = int(best["day"])
    now = float(until["passage"].iloc[-1])
    happened = incidents(events)
    n = int(((happened["kind"] == "harassment") & happened["day"].between(start + 1, day)).sum())
    return [
        f"What led to it: {count(n, 'harassment')} at the edge of the city on {span(start + 1, day)}; "
        f"free passage fell from {percent(float(best['passage']))} to {percent(now)}."
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
        f"What led to it: {count(n, 'loyalist')} ({percent(share)}) had left by day {day}, "
        f"the first on day {first}, half of them by day {half}."
    ]


def _siege(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    siege = _siege_around(day, daily)
    if siege is None:
        return []
    first, last = siege
    age = count(day - first + 1, "day")
    planned = _describe_schedule(events, "siege", first).rstrip(",")
    return [
        f"What led to it: the army laid siege on day {first}{planned}; on day {day} the siege was {age} old.",
        f"{_state_before(daily, first)} {_until(daily, last, 'The siege')}",
    ]


def _assault(day: int, daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    storm = stretch_at(daily, "posture", day)
    siege = _siege_around(day - 1, daily)
    after = f" after {count(day - siege[0], 'day')} of siege (from day {siege[0]})" if siege else ""
    planned = _describe_schedule(events, "assault", day)
    planned = planned if after else planned.rstrip(",")
    fought = events[events["kind"].isin(("assault", "battle")) & events["day"].between(day, storm.last)]
    dead = count(int(fought["deaths"].sum()), "resident")
    soldiers = count(round(float(fought["soldiers"].sum())), "soldier")
    outcome = _outcome(events, storm.last)
    return [
        f"What led to it: the army stormed the city on day {day}{planned}{after}; "
        f"{dead} and {soldiers} died in the fighting.",
        f"{_state_before(daily, day)} {_until(daily, storm.last, 'The assault', outcome)}",
    ]


def _siege_around(day: int, daily: pd.DataFrame) -> tuple[int, int] | None:
    """First and last day of the siege that a day lies in, under bombardment or not; None if there is none."""
    is_siege = daily["posture"].isin((Posture.BESIEGING, Posture.BOMBARDING))
    siege = stretch_at(daily.assign(siege=is_siege), "siege", day) if day >= 0 else None
    return (siege.first, siege.last) if siege is not None and siege.value else None


def _outcome(events: pd.DataFrame, last: int) -> str:
    """How a battle ended, if the log says so the day after the last day of storming."""
    ends = events.loc[events["day"].eq(last + 1) & (events["cause"] != "lapsed"), "kind"]
    return next((words for kind, words in _OUTCOMES.items() if ends.eq(kind).any()), "")


_OUTCOMES = {"fall": "the city fell", "repulse": "the army was beaten back"}


def _describe_schedule(events: pd.DataFrame, kind: str, day: int) -> str:
    rows = (events["kind"] == kind) & (events["day"] == day) & (events["cause"] == "scheduled")
    return ", as scheduled," if rows.any() else ""


def _until(daily: pd.DataFrame, last: int, what: str, outcome: str = "") -> str:
    if last >= int(daily["day"].iloc[-1]):
        return f"{what} went on to the last day."
    return f"{what} was over on day {last + 1}{': ' * bool(outcome)}{outcome}."


def _state_before(daily: pd.DataFrame, day: int) -> str:
    """What moves the army to give an order, as it was the day before."""
    seen = daily[daily["day"] < day]
    if seen.empty:
        return "It came before anything else could happen."
    share, hostility = float(seen["loyalists_left"].iloc[-1]), float(seen["hostility"].iloc[-1])
    left = f"{percent(share)} of the loyalists" if share else "no loyalist"
    return (
        f"The day before, {left} had left, and the army's hostility stood at {number_words(hostility)} of 1."
    )


def nearest_to_a_break(daily: pd.DataFrame, events: pd.DataFrame) -> list[str]:
    """For a truce that held: how close it came to breaking, and through which blows."""
    strained = int((daily["truce"] == TruceState.STRAINED).sum())
    least = float(daily["passage"].min())
    when = int(daily["day"].to_numpy()[daily["passage"].to_numpy().argmin()])
    passage = f"free passage fell to {percent(least)} at the lowest (day {when})"
    if least >= 1:
        passage = "passage was free throughout"
    strain = f"It was strained on {count(strained, 'day')}" if strained else "It was never strained"
    day = int(daily["day"].to_numpy()[daily["feud"].to_numpy().argmax()])
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
