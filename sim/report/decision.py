"""A decision in words: the favourite, the least regret with its harms, where the favourite fails."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.report.names import key_words, measure_name
from sim.report.words import list_words, number_words, percent
from sim.study.decision import CAMPS, Decision

_NAMES = {"broke": "breaks", "deaths": "deaths", "departed": "departures"}


def decision_lines(found: Decision, labels: Mapping[int, str]) -> list[str]:
    """What the draws say, in lines; `labels`: point -> label."""
    best, least = labels[found.favourite], labels[found.least_regret]
    lines = []
    if found.favourite == found.base:
        lines.append(f"On average over {found.n_draws:,} draws, no measure does better than {best}.")
    elif found.favourite == found.least_regret:
        lines.append(
            f"Over {found.n_draws:,} draws of the parameters, {best} has the fewest "
            f"{_NAMES[found.outcome]} on average and the least regret: "
            f"{_regret(found, found.favourite)} (strengths are assumed)."
        )
    else:
        lines.append(
            f"Least regret over {found.n_draws:,} draws of the parameters: {least}, "
            f"{_regret(found, found.least_regret)}. On average {best} does best, but its regret is "
            f"{_regret(found, found.favourite)} (strengths are assumed)."
        )
    lines.append(_harms(found, labels))
    lines += [_option(found, labels, point) for point in found.options if point != found.base]
    lines += _starts(found)
    lines.append(_failing(found, labels))
    lines.append(
        f"{found.n_distinct:,} of the {found.n_draws:,} draws differ, each with about "
        f"{number_words(round(found.runs_per_draw, 1))} histories per measure. So luck is part of every "
        "effect, and of the worst one most of all. Strengths of measures are assumed."
    )
    return [line for line in lines if line]


def _size(outcome: str, value: float, sign: bool = True) -> str:
    digits = 0 if outcome == "departed" or abs(value) >= 100 else 1
    scaled = 100 * value if outcome == "broke" else value
    number = f"{scaled:{'+' if sign else ''},.{digits}f}" if round(scaled, digits) else "0"
    return number + (" points" if outcome == "broke" else "")


def _regret(found: Decision, point: int) -> str:
    row = found.table.iloc[point]
    worst, mean = (_size(found.outcome, float(row[f"regret_{end}"]), sign=False) for end in ("max", "mean"))
    return f"at most {worst}, on average {mean}"


def _harms(found: Decision, labels: Mapping[int, str]) -> str:
    """What the least-regret option does to each camp."""
    row = found.table.iloc[found.least_regret]
    if found.least_regret == found.base:
        return ""
    camps = [
        f"{camp} {_size('deaths', float(row[f'deaths_{camp}']))} deaths, "
        f"{_size('departed', float(row[f'departed_{camp}']))} departures"
        for camp in CAMPS
    ]
    return f"{_upper(labels[found.least_regret])} by camp, per history: {'; '.join(camps)}."


def _option(found: Decision, labels: Mapping[int, str], point: int) -> str:
    row = found.table.iloc[point]
    parts = [
        f"{words} {_size(name, float(row[f'{name}_median']))} "
        f"(worst {_size(name, float(row[f'{name}_worst']))})"
        for name, words in _NAMES.items()
    ]
    return (
        f"{_upper(labels[point])}: helps in {percent(float(row['helps']))} of draws, harms in "
        f"{percent(float(row['harms']))}; in the median {list_words(parts)}; regret {_regret(found, point)}."
    )


def _starts(found: Decision) -> list[str]:
    lines = []
    for name, latest, last in found.latest:
        words = _upper(measure_name(name))
        if np.isnan(latest):
            lines.append(f"{words}: no start that was tried clearly helps over the draws.")
        else:
            more = ", the last one tried" if latest == last else f" of those tried up to day {last:.0f}"
            lines.append(f"{words}: the latest start that still helps is day {latest:.0f}{more}.")
    return lines


def box_words(found: Decision) -> str:
    """The limits of the box in which the favourite fails: "kidnapping base rate above 0.12"; "" for none."""
    if found.box is None:
        return ""
    parts = []
    for k in found.box.restricted:
        low, high = found.box.limits[k]
        name = key_words(found.keys[k])
        if np.isfinite(low) and np.isfinite(high):
            parts.append(f"{name} between {low:.3g} and {high:.3g}")
        else:
            parts.append(f"{name} above {low:.3g}" if np.isfinite(low) else f"{name} under {high:.3g}")
    return list_words(parts)


def _failing(found: Decision, labels: Mapping[int, str]) -> str:
    """Under which conditions the favourite does not help."""
    if found.favourite == found.base:
        return ""
    said = f"{_upper(labels[found.favourite])} does not help in {percent(found.fails)} of draws"
    if found.box is None:
        return f"{said}; no condition on the drawn parameters tells which ones better than chance."
    return (
        f"{said}, most often where {box_words(found)}: in {percent(found.box.density)} of the draws there, "
        f"which hold {percent(found.box.coverage)} of all that fail (patient rule induction)."
    )


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
