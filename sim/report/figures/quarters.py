"""The quarters of one city as a schematic map: a tile per quarter, for fear, anger and departures."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.report.figures.fit import Unfit
from sim.report.figures.points import space_evenly
from sim.report.figures.sheet import Sheet
from sim.report.style import (
    BLUE,
    INK,
    PHONE_INCHES,
    SIZE_SMALL,
    VERMILLION,
    WIDTH_INCHES,
    house_style,
    is_for_phone,
    lightness,
)
from sim.report.words import count

MOST_TILES, _LEFT, _GAP, _TILE, _PHONE_LEFT = 64, 0.22, 0.3, 0.5, 0.12
_MAPS = (
    ("fear", "Highest mean fear, share of 1", BLUE),
    ("anger", "Highest mean anger, share of 1", VERMILLION),
    ("left", "Residents who left", "#333333"),
)


def departures_of(events: pd.DataFrame, quarter: int) -> int:
    """People who left a quarter in the whole history."""
    mine = (events["kind"] == "departure") & (events["quarter"] == quarter) & (events["cause"] != "lapsed")
    return int(events.loc[mine, "people"].sum())


def tiles_of(quarters: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """A row per quarter: `quarter`, `left` (residents who did), highest mean `fear` and `anger` of any day.

    `quarters`, `events`: the tables of a run; the first has only the days that were kept, every seventh
    unless the scenario says otherwise. A feeling is nan in a quarter where nobody was ever present.
    """
    rows = []
    for quarter, table in quarters.groupby("quarter"):
        row: dict[str, float] = {
            "quarter": int(str(quarter)),
            "left": departures_of(events, int(str(quarter))),
        }
        for name in ("fear", "anger"):
            known = table.dropna(subset=[name])
            row[name] = float(known[name].max()) if len(known) else float("nan")
        rows.append(row)
    return pd.DataFrame(rows)


def quarters(quarters: pd.DataFrame, events: pd.DataFrame) -> Figure:
    """Draw three maps of tiles, in the order of numbers, from the table of quarters and the event log.

    Raises Unfit for an empty table.
    """
    if quarters.empty:
        raise Unfit("quarters: needs feelings by quarter; run with records that keep them")
    every = tiles_of(quarters, events)
    shown = space_evenly([int(each) for each in every["quarter"]], MOST_TILES)
    tiles = every[every["quarter"].isin(shown)].reset_index(drop=True)
    across = math.ceil(math.sqrt(len(tiles)))
    down = -(-len(tiles) // across)
    with house_style():
        some = f" {len(shown)} of {len(every)} quarters are shown." if len(shown) < len(every) else ""
        narrow = is_for_phone()
        width = PHONE_INCHES - 2 * _PHONE_LEFT if narrow else (WIDTH_INCHES - 2 * _LEFT - 2 * _GAP) / 3
        tall = max(1.2, min(3.2, _TILE * down))
        maps = len(_MAPS) if narrow else 1  # one below the other
        sheet = Sheet(
            "The quarters: where fear, anger and departures were greatest",
            f"One history, {count(len(every), 'quarter')}, {_say_how_often(quarters)} up to day "
            f"{int(quarters['day'].max())}. One possible history, not a forecast; no interval.",
            maps * (tall + 0.4),
            "A schematic map, no geography: tiles are in the order of the quarters' numbers (small, upper "
            "left). In the middle: what the heading says, for those whose home is there; the darker, the "
            "greater." + some,
        )
        for k, (name, heading, colour) in enumerate(_MAPS):
            left, top = (_PHONE_LEFT, k * (tall + 0.4)) if narrow else (_LEFT + k * (width + _GAP), 0.0)
            axes = sheet.panel(left, top + 0.24, width, tall, heading)
            _draw(axes, tiles, name, colour, across, down)
    return sheet.figure


def _say_how_often(quarters: pd.DataFrame) -> str:
    """How often: by the first two days of the table."""
    days = sorted(quarters["day"].unique())[:2]
    step = int(days[1] - days[0]) if len(days) == 2 else 0
    often = {0: "looked at once", 1: "looked at each day", 7: "looked at once a week"}
    return often.get(step, f"looked at every {step} days")


def _draw(axes: Axes, tiles: pd.DataFrame, name: str, colour: str, across: int, down: int) -> None:
    """A map: one tile per quarter, from white to the colour."""
    scale = LinearSegmentedColormap.from_list(name, ["#FAFAFA", colour])
    values = tiles[name].to_numpy(float)
    most = float(np.nanmax(values, initial=0.0)) or 1.0
    for k, (quarter, value) in enumerate(zip(tiles["quarter"], values, strict=True)):
        row, column = divmod(k, across)
        fill = "#FFFFFF" if np.isnan(value) else to_hex(scale(value / most)).upper()
        axes.add_patch(
            Rectangle(
                (column, row), 0.94, 0.94, facecolor=fill, edgecolor="#BBBBBB", linewidth=0.5, label=name
            )
        )
        ink = "white" if lightness(fill) < 56 else INK
        told = "–" if np.isnan(value) else f"{value:,.0f}" if name == "left" else f"{value:.2f}"
        axes.text(column + 0.06, row + 0.06, f"{quarter}", va="top", color=ink, fontsize=SIZE_SMALL)
        axes.text(
            column + 0.52, row + 0.56, told, ha="center", va="center", color=ink, fontsize=SIZE_SMALL,
            fontweight="bold",
        )  # fmt: skip
    axes.set_xlim(0, across)
    axes.set_ylim(down, 0)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
