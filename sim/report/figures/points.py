"""The points of a study in words: which columns are factors, short names, labels that fit beside a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from sim.report.dates import DAY_ZERO
from sim.report.names import (
    MEASURES,
    is_measure_key,
    measures_words,
    names_of_keys,
    setting_words,
    strengths_of,
)
from sim.report.words import list_words

if TYPE_CHECKING:
    from sim.study.plan import Plan

STRENGTHS = "strengths"  # mark of a table of points
MOST_SIGNS = 64
MOST_NAMED = 2  # factors that are all named in a label


def factors_of(points: pd.DataFrame) -> list[str]:
    """The keys that were varied: the columns between the number of the point and the number of runs."""
    columns = list(points.columns)
    return columns[columns.index("point") + 1 : columns.index("n")]


def labels_of(points: pd.DataFrame) -> dict[int, str]:
    """Number of each point -> its label: "kidnapping base rate 0.02, army shield off".

    Protective measures are named if they are taken. Of more than two other factors only those are named that
    differ from the first point. `points.attrs["measures"]` (see `name_variants`) says how they are set where
    the study does not vary it.
    """
    factors = factors_of(points)
    if not factors:
        return {int(number): "all histories" for number in points["point"]}
    of_measures = [key for key in factors if is_measure_key(key)]
    others = [key for key in factors if key not in of_measures]
    names = names_of_keys(others)
    fixed = points.attrs.get(MEASURES, {})
    rows = points[["point", *factors]].to_dict("records")
    found = {}
    for row in rows:
        told = [key for key in others if len(others) <= MOST_NAMED or row[key] != rows[0][key]]
        parts = [setting_words(key, names[key], row[key]) for key in told]
        if of_measures:
            parts.insert(0, measures_words({key: row[key] for key in of_measures}, fixed))
        found[int(row["point"])] = shorten(", ".join(parts)) if parts else "base"
    return found


def name_variants(points: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The same table, marked in place with what labels need and its columns do not hold.

    `attrs["measures"]`: how the protective measures are set that the study does not vary;
    `attrs["strengths"]`: the strengths of the measures that each option of a config group `measures` takes;
    `attrs["truce"]`: the rules of the truce, where all points share them;
    `attrs["day_zero"]`: the date of day 0, where all points share one.
    """
    from sim.study.dates import day_zero_of

    first = plan.scenario(0)
    points.attrs[MEASURES] = first.measures.model_dump(mode="json")
    if not any(factor.key.startswith("truce") for factor in plan.points.factors):
        points.attrs["truce"] = first.truce.model_dump(mode="json")
    points.attrs[DAY_ZERO] = day_zero_of(plan)
    options = {each.choices.get(MEASURES, ""): each.values.get(MEASURES) or {} for each in plan.combinations}
    points.attrs[STRENGTHS] = {
        option: sorted({float(each["strength"]) for each in values.values() if _is_taken(each)})
        for option, values in options.items()
        if option
    }
    return points


def _is_taken(measure: object) -> bool:
    return isinstance(measure, dict) and measure.get("enabled") is True and "strength" in measure


def find_assumed(points: pd.DataFrame) -> dict[int, str]:
    """Number of each point that takes protective measures -> "assumed strength 0.5", or several."""
    factors = factors_of(points)
    of_measures = [key for key in factors if is_measure_key(key)]
    options = points.attrs.get(STRENGTHS, {})
    found = {}
    for row in points[["point", *factors]].to_dict("records"):
        settings = {str(key): row[key] for key in of_measures}
        strengths = set(strengths_of(settings, points.attrs.get(MEASURES, {})))
        strengths |= set(options.get(row.get(MEASURES), ()))
        if strengths:
            told = list_words([f"{each:g}" for each in sorted(strengths)])
            found[int(row["point"])] = f"assumed strength{'s' if len(strengths) > 1 else ''} {told}"
    return found


def shorten(text: str, most: int = MOST_SIGNS) -> str:
    """A text cut in its middle, so that both ends can still be told."""
    if len(text) <= most:
        return text
    head = (most - 3) // 2
    return f"{text[:head].rstrip()} … {text[len(text) - (most - 3 - head) :].lstrip()}"


def space_evenly(numbers: Sequence[int], most: int) -> list[int]:
    """At most so many (two or more) of them, evenly spaced, the first and the last among them."""
    if len(numbers) <= most:
        return list(numbers)
    return [numbers[round(k * (len(numbers) - 1) / (most - 1))] for k in range(most)]


def some_of(shown: Sequence[int], there: Sequence[int]) -> str:
    """A sentence for the caption where not all points are shown."""
    if len(shown) == len(there):
        return ""
    return f" {len(shown)} of {len(there):,} points are shown, evenly spaced."


def is_numeric(values: pd.Series) -> bool:
    """Whether a factor is one of numbers; yes and no are none."""
    return bool(pd.api.types.is_numeric_dtype(values)) and not bool(pd.api.types.is_bool_dtype(values))
