"""Where events go in the timeline of a history: a row per kind, a place per mark; nothing is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.report.history import incidents, stretches
from sim.report.style import LAYERS
from sim.report.words import kind_words

ORDERS = "army orders"

Point = tuple[float, float]


def placed_marks(events: pd.DataFrame, daily: pd.DataFrame) -> pd.DataFrame:
    """The events that are drawn, with their `row`, their height `y` in rows, and how many were `killed`.

    Each kind has a row; the orders that change the army's posture, which its band names, share one. Events
    of one row and day lie side by side in it. Social rows come first, and within a layer the kinds that
    weigh most: the weight is that of one event, so that rows keep their order from history to history.
    """
    marks = incidents(events).copy()
    marks["killed"] = marks["deaths"] + marks["soldiers"]
    marks["row"] = [kind_words(kind) for kind in marks["kind"]]
    marks.loc[_changes_posture(marks, daily), "row"] = ORDERS
    rank_of = {row: rank for rank, (_, row) in enumerate(rows_of(marks))}
    same = marks.groupby(["row", "day"])["event"]
    nth, n = same.cumcount(), same.transform("size")
    step = np.minimum(0.2, 0.56 / np.maximum(1, n - 1))
    marks["y"] = marks["row"].map(rank_of).astype(float) + (nth - (n - 1) / 2) * step
    return marks


def _changes_posture(marks: pd.DataFrame, daily: pd.DataFrame) -> pd.Series[bool]:
    """Whether an event is of a kind that came only as an order, and only on days of a new posture."""
    new = {stretch.first for stretch in stretches(daily, "posture")[1:]}
    is_order = (
        marks["cause"].isin(("order", "scheduled")) & (marks["actor"] == "army") & marks["day"].isin(new)
    )
    return is_order.groupby(marks["kind"]).transform("all").astype(bool)


def rows_of(marks: pd.DataFrame) -> list[tuple[str, str]]:
    """Rows of the events (with `layer`, `row`, `breach`), as (layer, row), top row first."""
    if marks.empty:
        return []
    weight = marks.groupby(["layer", "row"])["breach"].mean().reset_index()
    weight["order"] = weight["layer"].map({layer: i for i, layer in enumerate(LAYERS)}).fillna(len(LAYERS))
    weight["last"] = weight["row"] == ORDERS
    ordered = weight.sort_values(["order", "last", "breach", "row"], ascending=[True, True, False, True])
    return list(zip(ordered["layer"], ordered["row"], strict=True))


def joins(marks: pd.DataFrame) -> list[tuple[Point, Point]]:
    """The ends of the lines from what a blow answers or follows to the blow, each as (day, height in rows).

    Releases also follow a kidnapping, but are not blows.
    """
    places = zip(marks["day"].tolist(), marks["y"].tolist(), strict=True)
    at: dict[int, Point] = dict(zip(marks["event"].tolist(), places, strict=True))
    blows = marks[(marks["breach"] > 0) | (marks["cause"] == "answer")]
    pairs = zip(blows["event"].tolist(), blows["parent"].tolist(), strict=True)
    return [(at[parent], at[event]) for event, parent in pairs if parent in at]
