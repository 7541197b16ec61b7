"""An explained study in words, made from its numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from sim.explanation.history_words import points
from sim.explanation.sample import Sample
from sim.explanation.trials import FROM_THE_START
from sim.report.words import count, list_words, percent, with_range, with_sign

MOST_NAMED = 3
HEADS = {
    "kind": "Kinds of events",
    "covariate": "Covariates, if nobody and nothing responded to them",
    "measure": "Protective measures",
}
NOTHING = {
    "kind": "no kind switched off makes a difference that is clear of chance",
    "covariate": "no weight set to 0 makes a difference that is clear of chance",
    "measure": "none makes a difference that is clear of chance, however early it begins",
}


def describe_reruns(sample: Sample, table: pd.DataFrame, replicates: int) -> list[str]:
    """What the reruns say, in a few lines, from the table of `study_table`; `replicates`: of each history."""
    lines = [*([sample.question] if sample.question else []), _opening(sample)]
    for sort in HEADS:
        rows = table[table["sort"] == sort]
        if len(rows):
            lines += _of_measures(rows) if sort == "measure" else _of_sort(sort, rows)
    return [*lines, _more_often(table), *_caveat(sample, replicates)]


def _opening(sample: Sample) -> str:
    days = sorted(each.day for each in sample.histories)
    endings = Counter(each.ending for each in sample.histories).most_common()
    where = f"{sample.where}: " if sample.where else ""
    return (
        f"{where}{count(len(days), 'history', 'histories')} of the {sample.n_broke:,} that broke, of "
        f"{sample.n_runs:,} in all: broken between day {days[0]} and day {days[-1]}, half of them by day "
        f"{days[(len(days) - 1) // 2]}; {list_words([f'{ending} {n}' for ending, n in endings])}."
    )


def _of_sort(sort: str, rows: pd.DataFrame) -> list[str]:
    """What averts most from day 1 on, and in the time before the break."""
    lines = []
    for lead in sorted(set(rows.days_before)):
        there = rows[rows.days_before == lead].sort_values(["difference", "name"])
        clear = there[there.difference_high < 0].head(MOST_NAMED)
        when = "from day 1 on" if lead == FROM_THE_START else f"from {lead} days before the break on"
        says = "; ".join(_effect(row) for _, row in clear.iterrows()) or NOTHING[sort]
        lines.append(f"{HEADS[sort]}, {when}: {says}.")
    return lines


def _effect(row: Any) -> str:
    held = f", and {row.held:.0f} of {row.histories} hold with the same luck" if row.held == row.held else ""
    return (
        f"{row.change} it breaks in {percent(row.p_with)} of the later histories instead of "
        f"{percent(row.p_without)}, {points(row)}{held}"
    )


def _of_measures(rows: pd.DataFrame) -> list[str]:
    """Which measure, begun when, averts most; how early it must begin; what it costs."""
    clear = rows[rows.difference_high < 0]
    if clear.empty:
        return [f"{HEADS['measure']}: {NOTHING['measure']}."]
    best = clear.sort_values(["difference", "name"]).iloc[0]
    deaths = with_range(best.deaths_difference, best.deaths_low, best.deaths_high, "deaths")
    lines = [
        f"{HEADS['measure']}: most breaks are averted {best.change} {_start(best.days_before)}: "
        f"{points(best)}; {deaths}, {with_sign(best.departed_difference)} departed."
    ]
    for name in list(dict.fromkeys(clear.sort_values(["difference", "name"]).name))[:MOST_NAMED]:
        lines.append(_how_early(rows[rows.name == name]))
    return lines


def _how_early(rows: pd.DataFrame) -> str:
    """One measure by its start: the latest one that still makes a clear difference."""
    first, *later = (row for _, row in rows.sort_values("days_before", key=_earliest_first).iterrows())
    each = [f"{with_sign(100 * row.difference)} {_start(row.days_before)}" for row in (first, *later)]
    clear = [row for row in (first, *later) if row.difference_high < 0]
    latest = _start(clear[-1].days_before)
    return (
        f"{first.change[:1].upper()}{first.change[1:]}, in points: {list_words(each)}; last clear {latest}."
    )


def _earliest_first(days_before: pd.Series) -> pd.Series:
    return days_before.map(lambda days: (days != FROM_THE_START, -days))


def _start(days_before: int) -> str:
    return "from day 1" if days_before == FROM_THE_START else f"begun {days_before} days before the break"


def _more_often(table: pd.DataFrame) -> str:
    """What causes more breaks than it averts."""
    rows = table[table.difference_low > 0].sort_values(["difference", "name"], ascending=[False, True])
    if rows.empty:
        return "Nothing that was changed makes the truce break more often, clear of chance."
    named = [f"{row.change} {_start(row.days_before)} ({points(row)})" for _, row in rows.iterrows()]
    return f"It breaks more often {list_words(named, MOST_NAMED)}."


def _caveat(sample: Sample, replicates: int) -> list[str]:
    n = len(sample.histories)
    return [
        f"Each figure is the mean over up to {n} histories with {count(replicates, 'replicate')} of later "
        "luck; 95 % intervals are over histories. Changes do not add up. Holding with the same luck says "
        "little: any change alters what comes later, and a broken history may hold for that reason alone.",
        "Things are switched on or off in the model, whose parameters are assumed. This is no forecast.",
    ]
