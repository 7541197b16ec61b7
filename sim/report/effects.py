"""What a variant does against its base, in words: from paired differences and their intervals to a sentence.

An interval that excludes 0 is an effect. A narrow one around 0 says that no effect is larger than its wider
end; a wide one that nothing is decided, and roughly how many more runs would decide.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from sim.report.words import list_words

SMALL_SHARE = 0.03  # an effect on the probability of a break that is called small: 3 points, assumed
SMALL_PART = 0.1  # on any other outcome: this part of its mean at the base, assumed
LEAST_SMALL = 0.5  # of a count per history: half a person, assumed
MOST_MORE = 10**7  # runs beyond which no number is named


class Verdict(StrEnum):
    """What an interval says of an effect."""

    LOWERS = "lowered"  # in the past tense, which fits one name and several
    RAISES = "raised"
    SMALL = "small"  # narrow, and holds 0
    OPEN = "open"  # wide, and holds 0


OUTCOMES: Mapping[str, str] = {"broke": "breaks", "deaths": "deaths", "departed": "departures"}


@dataclass(frozen=True)
class Effect:
    """The difference of one outcome to the base, with its 95 % interval, from `n` pairs of runs.

    For the outcome broke all are probabilities, otherwise residents per history.
    """

    outcome: str
    difference: float
    low: float
    high: float
    base_mean: float
    n: int

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Effect | None:
        """From a row of the table of differences; None where it holds no number."""
        values = [row.get(name) for name in ("difference", "low", "high", "base_mean")]
        if any(value is None or value != value for value in values):
            return None
        difference, low, high, base = map(float, values)  # type: ignore[arg-type]
        return cls(str(row["outcome"]), difference, low, high, base, int(row["n"]))

    @property
    def small(self) -> float:
        """The size up to which an effect on this outcome is called small."""
        if self.outcome == "broke":
            return SMALL_SHARE
        return max(LEAST_SMALL, SMALL_PART * abs(self.base_mean))

    @property
    def most(self) -> float:
        """The largest size that the interval leaves possible."""
        return max(abs(self.low), abs(self.high))

    @property
    def verdict(self) -> Verdict:
        """What the interval says."""
        if self.high < 0:
            return Verdict.LOWERS
        if self.low > 0:
            return Verdict.RAISES
        return Verdict.SMALL if self.most <= self.small else Verdict.OPEN

    @property
    def more_runs(self) -> int:
        """About how many more pairs would decide, if the difference stays what it is; 0 if it is decided.

        The half-width falls with the square root of the number of pairs: until it is under the difference, or
        until the interval lies within what is called small, whichever comes first.
        """
        if self.verdict is not Verdict.OPEN:
            return 0
        half, size = (self.high - self.low) / 2, abs(self.difference)
        ways = [half / size] if size > 0 else []
        if self.small > size:
            ways.append(half / (self.small - size))
        if not ways:
            return MOST_MORE
        return min(MOST_MORE, max(1, math.ceil(self.n * (min(ways) ** 2 - 1))))


def effects_by_point(differences: pd.DataFrame) -> dict[int, dict[str, Effect]]:
    """Point -> outcome -> effect, of breaks, deaths and departures, where the table has a number."""
    found: dict[int, dict[str, Effect]] = {}
    if differences.empty:
        return found
    for row in differences[differences["outcome"].isin(list(OUTCOMES))].to_dict("records"):
        effect = Effect.of(row)
        if effect is not None:
            found.setdefault(int(row["point"]), {})[effect.outcome] = effect
    return found


def size_words(effect: Effect, value: float, unit: bool = True) -> str:
    """The size of an effect (a probability or a number) in words: "6 points", "4.5", "1,014"."""
    if effect.outcome == "broke":
        points = _round(100 * value, 1 if abs(100 * value) < 2 else 0)
        return f"{points} point{'' if points == '1' else 's'}" if unit else points
    return _round(value, 1 if effect.most < 20 else 0)


def _round(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def _up(value: float, digits: int) -> float:
    """Rounded away from 0, so that "no larger than" stays true."""
    factor = 10.0**digits
    return math.ceil(round(value * factor, 6)) / factor


def bound_words(effect: Effect) -> str:
    """The bound that no effect exceeds: the wider end of the interval, rounded up."""
    if effect.outcome == "broke":
        points = 100 * effect.most
        return size_words(effect, _up(points, 0 if points > 1 else 1) / 100)
    return _round(_up(effect.most, 0 if effect.most >= 20 else 1), 1)


def clear_words(effect: Effect) -> str:
    """An effect that is clear of 0: "breaks by 6 points (2 to 9)"; the sign is in the verb."""
    ends = sorted((abs(effect.low), abs(effect.high)))
    low, high = (size_words(effect, end, unit=False) for end in ends)
    size = size_words(effect, abs(effect.difference))
    return f"{OUTCOMES[effect.outcome]} by {size} ({low} to {high})"


def open_words(effect: Effect, more: bool = True) -> str:
    """An effect that is not decided: its interval, and how many more runs would decide."""
    low, high = (_sign(size_words(effect, end, unit=False), end) for end in (effect.low, effect.high))
    words = f"{OUTCOMES[effect.outcome]} ({low} to {high}{' points' if effect.outcome == 'broke' else ''}"
    return f"{words}; {more_words(effect.more_runs)})" if more else f"{words})"


def more_words(n: int) -> str:
    """How many more runs would decide, to two digits: "about 1,200 more runs would decide"."""
    if n >= MOST_MORE:
        return "no feasible number of runs would decide"
    digits = max(0, len(str(n)) - 2)
    up = -(-n // 10**digits) * 10**digits
    return f"about {up:,} more run{'' if up == 1 else 's'} would decide"


def _sign(text: str, value: float) -> str:
    return text if text.startswith("-") or text == "0" else f"{'+' if value > 0 else ''}{text}"


def effect_sentence(label: str, effects: Mapping[str, Effect], assumed: str = "") -> str:
    """What one variant does to breaks, deaths and departures, in one sentence without a full stop.

    `assumed` is said of the variant in the same sentence: "at strengths that are assumed".
    """
    name = f"{label[:1].upper()}{label[1:]}{f' ({assumed})' if assumed else ''}"
    there = [effects[name] for name in OUTCOMES if name in effects]
    if not there:
        return f"{name}: no pair of histories succeeded, so nothing is known"
    by: dict[Verdict, list[Effect]] = {}
    for effect in there:
        by.setdefault(effect.verdict, []).append(effect)
    clear = [
        f"{verdict} {list_words([clear_words(each) for each in by[verdict]])}"
        for verdict in (Verdict.LOWERS, Verdict.RAISES)
        if verdict in by
    ]
    rest = []
    if Verdict.SMALL in by:
        rest.append(small_words(by[Verdict.SMALL]))
    if Verdict.OPEN in by:
        rest.append(f"not decided: {list_words([open_words(each) for each in by[Verdict.OPEN]])}")
    if clear:
        return "; ".join([f"{name} {' and '.join(clear)} per history", *rest])
    return f"{name}: {'; '.join(rest)}, per history"


def small_words(effects: Sequence[Effect]) -> str:
    """The bounds that no effect exceeds: "no effect larger than 1 point on breaks and 0.4 on deaths"."""
    some = [f"{bound_words(each)} on {OUTCOMES[each.outcome]}" for each in effects if each.most > 0]
    none = [OUTCOMES[each.outcome] for each in effects if each.most == 0]
    parts = [f"no effect larger than {list_words(some)}"] if some else []
    return "; ".join([*parts, *([f"{list_words(none)} the same in every pair of histories"] if none else [])])


def order_by_size(effects: Mapping[int, Mapping[str, Effect]]) -> list[int]:
    """Points whose effect on breaks is clear first, fewer breaks before more, the largest first.

    `effects`: as `effects_by_point` gives them.
    """
    ranks = {Verdict.LOWERS: 0, Verdict.RAISES: 1, Verdict.SMALL: 2, Verdict.OPEN: 3}

    def key(point: int) -> tuple[int, float, int]:
        effect = effects[point].get("broke")
        rank = 4 if effect is None else ranks[effect.verdict]
        return rank, -abs(effect.difference) if effect is not None and rank < 2 else 0.0, point

    return sorted(effects, key=key)
