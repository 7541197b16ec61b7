"""The points of a study in words: which columns are factors, short names, labels that fit beside a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

MOST_SIGNS = 44


def factors_of(points: pd.DataFrame) -> list[str]:
    """The keys that were varied: the columns between the number of the point and the number of runs."""
    columns = list(points.columns)
    return columns[columns.index("point") + 1 : columns.index("n")]


def short_names(keys: Sequence[str]) -> dict[str, str]:
    """Each key by its last parts, two at most where that tells them apart."""
    short = {key: ".".join(key.split(".")[-2:]) for key in keys}
    told = list(short.values())
    return {key: name if told.count(name) == 1 else key for key, name in short.items()}


def value_words(value: Any) -> str:
    """A value of a factor as it is read."""
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value).replace("_", " ")


def labels_of(points: pd.DataFrame) -> dict[int, str]:
    """Number of each point -> its label: "kidnapping.base 0.02, army.shield no"."""
    factors = factors_of(points)
    if not factors:
        return {int(number): "all histories" for number in points["point"]}
    names = short_names(factors)
    found = {}
    for row in points[["point", *factors]].itertuples(index=False):
        parts = []
        for key, value in zip(factors, row[1:], strict=True):
            parts.append(value_words(value) if key == "scenario" else f"{names[key]} {value_words(value)}")
        found[int(row[0])] = shortened(", ".join(parts))
    return found


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
