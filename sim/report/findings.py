"""What a study found, in sentences with intervals: how often the truce broke at each point."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.report.effects import (
    OUTCOMES,
    Effect,
    Verdict,
    effect_sentence,
    effects_by_point,
    more_words,
    order_by_size,
    small_words,
)
from sim.report.figures.fit import good_runs
from sim.report.figures.points import find_assumed, labels_of, space_evenly
from sim.report.figures.sheet import share_words
from sim.report.words import count, list_words
from sim.stats.intervals import mean_half_width, paired_share
from sim.truce import ENDINGS

MOST = 40
MOST_NAMED = 3  # variants that have a sentence of their own in a headline
MOST_LISTED = 8  # labels in a list
_BETWEEN = re.compile(r", (?![^\[]*\])")  # the parts of a label; a list has commas of its own


@dataclass(frozen=True)
class Finding:
    """One point: its label, how often the truce broke there, how it differs from its base (may be empty)."""

    label: str
    often: str
    against: str


def findings(points: pd.DataFrame, differences: pd.DataFrame) -> list[Finding]:
    """A finding for each point, or for forty evenly spaced, from the tables of points and differences."""
    labels, effects, assumed = labels_of(points), effects_by_point(differences), find_assumed(points)
    shown = set(space_evenly([int(point) for point in points["point"]], MOST))
    return [
        Finding(
            labels[row["point"]],
            f"{often(row)}; {costs(row)}" if row["n"] else often(row),
            _against(effects[row["point"]], assumed.get(row["point"], "")) if row["point"] in effects else "",
        )
        for row in points.to_dict("records")
        if row["point"] in shown
    ]


def _against(effects: Mapping[str, Effect], assumed: str) -> str:
    """What a point does against its base, without its name."""
    words = effect_sentence("", effects).strip(": ")
    return f"{words} ({assumed})" if assumed else words


def often(row: Mapping[Any, Any]) -> str:
    """How often the truce broke at a point (a row of the table of points), with its 95 % interval."""
    if not row["n"]:
        return f"no history succeeded, {row['failed']} failed"
    share = share_words(row["p_break"], row["p_break_low"], row["p_break_high"])
    n = count(int(row["n"]), "history", "histories")
    text = f"broke in {int(row['broke']):,} of {n}, {share}"
    median = row["median_break_days"]
    return f"{text}, half of all by day {median:.0f}" if median == median else text


def endings(row: Mapping[Any, Any]) -> str:
    """By what the truce broke at a point, with intervals, the most frequent first; "" if it never did."""
    shares = sorted(((row[f"p_{name}"], name) for name in ENDINGS), reverse=True)
    return ", ".join(
        f"{name} {share_words(share, row[f'p_{name}_low'], row[f'p_{name}_high'])}"
        for share, name in shares
        if share > 0
    )


def headline(points: pd.DataFrame, differences: pd.DataFrame, runs: pd.DataFrame | None = None) -> str:
    """The sentences of `headline_parts`, one after the other."""
    return " ".join(headline_parts(points, differences, runs))


def headline_parts(
    points: pd.DataFrame, differences: pd.DataFrame, runs: pd.DataFrame | None = None
) -> list[str]:
    """The study in a few sentences: what each variant does to breaks, deaths and departures against its base.

    A paired difference, never a ranking of shares. `runs` (the run rows), where given, tell variants apart
    that lower breaks, or call them a tie. Many variants are grouped by what their intervals say.
    """
    good = points[points["n"] > 0]
    if good.empty:
        return [f"No history succeeded, so nothing can be said; {int(points['failed'].sum()):,} failed."]
    if len(good) == 1:
        row = good.iloc[0].to_dict()
        return [f"The truce {often(row)}; per history {costs(row)}."]
    effects = effects_by_point(differences)
    if not effects:
        shares = 100 * good["p_break"]
        return [
            f"The truce broke in {shares.min():.0f} to {shares.max():.0f} % of histories over "
            f"{len(good):,} points, none of which is compared with a base."
        ]
    against, labels = _name_apart(labels_of(points), differences)
    assumed = find_assumed(points)
    ordered = order_by_size(effects)
    told = [effect_sentence(labels[p], effects[p], assumed.get(p, "")) for p in ordered[:MOST_NAMED]]
    if len(ordered) > MOST_NAMED:
        told = _many(ordered, effects, labels, assumed)
    tie = tie_words(ordered, effects, labels, runs)
    lead = f"Compared with {against}: {told[0][:1].lower()}{told[0][1:]}"
    return [f"{each}." for each in (lead, *told[1:], *([tie] if tie else []))]


def _name_apart(labels: dict[int, str], differences: pd.DataFrame) -> tuple[str, dict[int, str]]:
    """What all points are compared with, and their labels.

    Where each has a base with the same other settings, a label says first what both have: "with a siege,
    relief on" against "relief off".
    """
    base_of = dict(zip(differences["point"].tolist(), differences["base"].tolist(), strict=True))
    if len(set(base_of.values())) == 1:
        return labels[next(iter(base_of.values()))], labels
    names, bases = dict(labels), set()
    for point, base in base_of.items():
        own, other = (_BETWEEN.split(labels[each]) for each in (point, base))
        same, changed = ([each for each in own if (each in other) == is_same] for is_same in (True, False))
        bases.add(", ".join(each for each in other if each not in own))
        names[point] = ", ".join([f"with {each}" for each in same] + changed)
    if len(bases) > 1 or not all(bases):
        return "the base with the same other settings", labels
    return bases.pop(), names


def _many(
    ordered: Sequence[int],
    effects: Mapping[int, Mapping[str, Effect]],
    labels: Mapping[int, str],
    assumed: Mapping[int, str],
) -> list[str]:
    """Those with the largest clear effects on breaks one by one, the others grouped by what is known.

    What moves deaths or departures and not breaks is told one by one as well.
    """
    groups: dict[Verdict, list[int]] = {}
    for point in ordered:
        if "broke" in effects[point]:
            groups.setdefault(effects[point]["broke"].verdict, []).append(point)
    told = []
    for verdict in (Verdict.LOWERS, Verdict.RAISES):
        mine = groups.get(verdict, [])
        told += [effect_sentence(labels[p], effects[p], assumed.get(p, "")) for p in mine[:MOST_NAMED]]
        if len(mine) > MOST_NAMED:
            rest = len(mine) - MOST_NAMED
            told.append(f"{count(rest, 'more variant')} {verdict} breaks")
    for verdict in (Verdict.SMALL, Verdict.OPEN):
        costly = [p for p in groups.get(verdict, []) if _moves_more_than_breaks(effects[p])]
        told += [effect_sentence(labels[p], effects[p], assumed.get(p, "")) for p in costly[:MOST_NAMED]]
        if more := costly[MOST_NAMED:]:
            shown = "an effect on deaths or departures, but none visible on breaks"
            told.append(f"{_name_group(more, labels)}: {shown}")
        groups[verdict] = [p for p in groups.get(verdict, []) if p not in costly]
    if small := groups[Verdict.SMALL]:
        told.append(f"{_name_group(small, labels)}: {_bounds([effects[p] for p in small])}")
    if wide := groups[Verdict.OPEN]:
        runs = max(effects[p]["broke"].more_runs for p in wide)
        told.append(
            f"{_name_group(wide, labels)}: not decided whether breaks go up or down; {more_words(runs)}; "
            f"{_bounds([effects[p] for p in wide], but='broke')}"
        )
    if assumed and not any("assumed" in each for each in told):
        told[-1] += f" ({next(iter(assumed.values()))})"
    return told


def _moves_more_than_breaks(effects: Mapping[str, Effect]) -> bool:
    """Whether an effect on deaths or departures is clear of 0."""
    others = [each.verdict for name, each in effects.items() if name != "broke"]
    return Verdict.LOWERS in others or Verdict.RAISES in others


def _name_group(group: Sequence[int], labels: Mapping[int, str]) -> str:
    words = list_words([labels[point] for point in group], MOST_LISTED)
    return f"{words[:1].upper()}{words[1:]}"


def _bounds(group: Sequence[Mapping[str, Effect]], but: str = "") -> str:
    """The widest ends of the intervals of several variants."""
    widest = [
        max((each[name] for each in group if name in each), key=lambda effect: effect.most)
        for name in OUTCOMES
        if name != but and any(name in each for each in group)
    ]
    return f"{small_words(widest)}, per history"


def tie_words(
    ordered: Sequence[int],
    effects: Mapping[int, Mapping[str, Effect]],
    labels: Mapping[int, str],
    runs: pd.DataFrame | None,
) -> str:
    """Which variants lower breaks and cannot be told apart from the one that lowers them most; or empty.

    `ordered`: points as `order_by_size` has them; `runs`: run rows, compared pair by pair (None: empty).
    """
    lowers = [p for p in ordered if "broke" in effects[p] and effects[p]["broke"].verdict is Verdict.LOWERS]
    if runs is None or len(lowers) < 2:
        return ""
    broke = good_runs(runs, "ties")
    by_point = {point: broke[broke["point"] == point].set_index("run")["broke"] for point in lowers}
    first, *others = lowers
    tied = []
    for point in others:
        pairs = pd.concat([by_point[first], by_point[point]], axis=1, join="inner").to_numpy(float)
        low, high, _ = paired_share(pairs[:, 0], pairs[:, 1])
        if len(pairs) and low <= 0 <= high:
            tied.append(point)
    if not tied:
        return ""
    names = list_words([labels[p] for p in (first, *tied)], MOST_LISTED)
    return f"A tie: {names} cannot be told apart by breaks"


def costs(row: Mapping[Any, Any]) -> str:
    """Deaths and departures per history at a point, with 95 % t intervals."""
    return list_words(
        [
            f"{words} {mean_words(row, name)}"
            for name, words in (("deaths", "deaths"), ("departed", "departures"))
        ]
    )


def mean_words(row: Mapping[Any, Any], name: str) -> str:
    """The mean of an outcome and its 95 % t interval: "12.3 (9.8 to 14.8)"."""
    mean, n = float(row[f"{name}_mean"]), int(row["n"])
    half = float(mean_half_width(float(row[f"{name}_sd"]), float(n))) if n > 1 else float("nan")
    digits = 1 if abs(mean) < 100 else 0
    if half != half:
        return f"{mean:,.{digits}f}"
    return f"{mean:,.{digits}f} ({max(0.0, mean - half):,.{digits}f} to {mean + half:,.{digits}f})"
