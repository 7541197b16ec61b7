"""The points of a study in words: which columns are factors, short names, labels that fit beside a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

MOST_SIGNS = 44
MOST_NAMED = 2  # factors that are all named in a label


def factors_of(points: pd.DataFrame) -> list[str]:
    """The keys that were varied: the columns between the number of the point and the number of runs."""
    columns = list(points.columns)
    return columns[columns.index("point") + 1 : columns.index("n")]


def short_names(keys: Sequence[str]) -> dict[str, str]:
    """Each key by its last parts, two at most where that tells them apart; a switch by what it switches."""
    short = {key: ".".join(key.removesuffix(".enabled").split(".")[-_parts(key) :]) for key in keys}
    told = list(short.values())
    return {key: name if told.count(name) == 1 else key for key, name in short.items()}


def _parts(key: str) -> int:
    return 1 if key.endswith(".enabled") else 2


def value_words(value: Any) -> str:
    """A value of a factor as it is read."""
    if _is_truth(value):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value).replace("_", " ")


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")


def labels_of(points: pd.DataFrame) -> dict[int, str]:
    """Number of each point -> its label: "kidnapping.base 0.02, army.shield no".

    Of more than two factors only those are named that differ from the first point, which is called "base".
    """
    factors = factors_of(points)
    if not factors:
        return {int(number): "all histories" for number in points["point"]}
    names = short_names(factors)
    rows = points[["point", *factors]].to_dict("records")
    found = {}
    for row in rows:
        told = [key for key in factors if len(factors) <= MOST_NAMED or row[key] != rows[0][key]]
        parts = [_setting(key, names[key], row[key]) for key in told]
        found[int(row["point"])] = shortened(", ".join(parts)) if parts else "base"
    return found


def _setting(key: str, name: str, value: Any) -> str:
    """One factor at one value: "kidnapping.base 0.02", "mediation on", "al rastan"."""
    if "." not in key and isinstance(value, str):  # a config group
        return value_words(value)
    if key.endswith(".enabled") and _is_truth(value):
        return f"{name} {'on' if value else 'off'}".replace("_", " ")
    return f"{name} {value_words(value)}"


def shortened(text: str, most: int = MOST_SIGNS) -> str:
    """A text cut in its middle, so that both ends can still be told."""
    if len(text) <= most:
        return text
    head = (most - 3) // 2
    return f"{text[:head].rstrip()} … {text[len(text) - (most - 3 - head) :].lstrip()}"


def spaced(numbers: Sequence[int], most: int) -> list[int]:
    """At most so many of them, evenly spaced, the first and the last among them."""
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
