"""Early-warning signs: do variance and autocorrelation of fear and passage rise before a truce breaks?

A system that is losing resilience is said to swing more widely and to come back more slowly (Scheffer et
al. 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WINDOW = 28  # days over which variance and autocorrelation are taken
AHEAD = (0, 14, 28, 56)  # days before a break
SIGNS = ("variance", "autocorrelation")
COLUMNS = ("fear", "passage")
DRAWS = 400
CAMPS = ("loyalist", "uncommitted", "opposition")
SOCIAL = ("feud", "passage", "exodus")
FEWEST = 20  # breaks from which on anything is said
TELLING = 0.7  # area from which on a sign is called strong


class Sign(NamedTuple):
    """How well it tells a break that comes so many days later: area under its ROC curve, 95 % interval."""

    column: str
    sign: str
    ahead: int
    area: float
    low: float
    high: float
    n_broke: int
    n_held: int


def signs_of_breaks(runs: pd.DataFrame, daily: pd.DataFrame) -> list[Sign]:
    """What variance and autocorrelation of fear and passage tell of breaks by the residents' own hands.

    Each window before such a break is set beside the windows that end on the same day in histories that stay
    unbroken for as long again; the trend over the window is taken out first.
    """
    table = daily.assign(fear=mean_fear(daily))
    series = {
        (int(point), int(run)): each
        for (point, run), each in table.sort_values("day").groupby(["point", "run"])
    }
    ends = {
        (int(row.point), int(row.run)): (row.first_break_day, row.ending)
        for row in runs[runs["status"] == "ok"].itertuples()
    }
    found = []
    for column in COLUMNS:
        lines = {key: each[column].to_numpy(np.float64) for key, each in series.items()}
        for ahead in AHEAD:
            broke: dict[str, list[float]] = {sign: [] for sign in SIGNS}
            held: dict[str, list[list[float]]] = {sign: [] for sign in SIGNS}
            for key, (day, ending) in ends.items():
                last = int(day) - 1 - ahead if day == day else -1
                if ending not in SOCIAL or last - WINDOW + 1 < 0:
                    continue
                mine = signs(lines[key][last - WINDOW + 1 : last + 1])
                others = [
                    signs(lines[other][last - WINDOW + 1 : last + 1])
                    for other, (end, _) in ends.items()
                    if not end <= last + 2 * max(AHEAD) and lines[other].size > last + 1
                ]
                if not others:
                    continue
                for k, sign in enumerate(SIGNS):
                    broke[sign].append(mine[k])
                    held[sign].append([each[k] for each in others])
            for sign in SIGNS:
                found.append(_told(column, sign, ahead, broke[sign], held[sign]))
    return found


def _told(
    column: str, sign: str, ahead: int, broke: Sequence[float], held: Sequence[Sequence[float]]
) -> Sign:
    each = np.array(
        [
            float(np.mean([(mine > other) + 0.5 * (mine == other) for other in others]))
            for mine, others in zip(broke, held, strict=True)
        ]
    )
    if each.size == 0:
        nan = float("nan")
        return Sign(column, sign, ahead, nan, nan, nan, 0, 0)
    rng = np.random.default_rng(0)
    drawn = each[rng.integers(each.size, size=(DRAWS, each.size))].mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    n_held = int(np.median([len(others) for others in held]))
    return Sign(column, sign, ahead, float(each.mean()), float(low), float(high), each.size, n_held)


def signs(window: NDArray[np.float64]) -> tuple[float, float]:
    """Variance and lag-1 autocorrelation about the straight line through a window."""
    days = np.arange(window.size, dtype=np.float64)
    rest = window - np.polynomial.Polynomial.fit(days, window, 1)(days)
    variance = float(rest.var())
    return variance, float((rest[1:] * rest[:-1]).mean() / variance) if variance > 1e-12 else 0.0


def mean_fear(daily: pd.DataFrame) -> pd.Series:
    """Mean fear of all who are present."""
    present = sum(daily[f"present_{camp}"] for camp in CAMPS)
    felt = sum(daily[f"fear_{camp}"].fillna(0) * daily[f"present_{camp}"] for camp in CAMPS)
    return felt / np.maximum(present, 1)


def answer(found: Sequence[Sign]) -> list[str]:
    """A section in words."""
    lines = [
        "## Does it show beforehand?",
        "",
        "A system that is losing resilience is said to swing more widely and to come back more slowly: "
        f"variance and lag-1 autocorrelation should rise. Here they are taken over {WINDOW} days of the "
        "city's mean fear and of free passage, the trend taken out, before breaks by feud, passage or "
        "exodus. The number is the chance that the sign is larger before such a break than on the same "
        "days of a truce that went on (0.5: it tells nothing; 1: it tells all), with its 95 % interval.",
        "",
        f"| sign | {' | '.join(f'{days} days before' if days else 'until the eve' for days in AHEAD)} |",
        f"|---|{'---|' * len(AHEAD)}",
    ]
    for column in COLUMNS:
        for sign in SIGNS:
            mine = [each for each in found if (each.column, each.sign) == (column, sign)]
            cells = [f"{each.area:.2f} ({each.low:.2f}-{each.high:.2f})" for each in mine]
            lines.append(f"| {sign} of {column} | {' | '.join(cells)} |")
    return [*lines, "", _verdict(found), ""]


def _verdict(found: Sequence[Sign]) -> str:
    """Whether signs exist two weeks ahead and earlier, which, and which do not."""
    n = max((each.n_broke for each in found), default=0)
    if n < FEWEST:
        return f"These are {n} breaks: too few to say whether the signs exist here."
    clear, unclear = [], []
    for column in COLUMNS:
        for sign in SIGNS:
            early = [e for e in found if (e.column, e.sign) == (column, sign) and e.ahead >= 14]
            telling = [each for each in early if each.low > 0.5]
            name = f"{sign} of {column}"
            if telling:
                best, farthest = max(telling, key=lambda e: e.area), max(each.ahead for each in telling)
                since = f", clear of 0.5 {farthest} days before" if farthest > best.ahead else ""
                clear.append(f"{name} ({best.area:.2f} {best.ahead} days before{since})")
            else:
                unclear.append(name)
    if not clear:
        return f"Two weeks ahead and earlier no sign is clear of chance, by {n} breaks."
    is_strong = any(each.area >= TELLING and each.ahead >= 14 and each.low > 0.5 for each in found)
    exist = "exist here" if is_strong else f"are weak here (none reaches {TELLING})"
    nothing = f" Not clear of chance two weeks ahead or earlier: {', '.join(unclear)}." if unclear else ""
    return f"Early-warning signs {exist}, by {n} breaks: {', '.join(clear)}.{nothing}"
