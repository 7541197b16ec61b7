"""Curves over the days: what residents feel, who has left, who was lost; each named at its right end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.report.labels import end_labels
from sim.report.style import CAMPS, LOSSES, SIZE_SMALL, Look, ink_of
from sim.report.words import percent

_FEELINGS: Mapping[str, str | tuple[int, tuple[float, float]]] = MappingProxyType(
    {"fear": "-", "anger": (0, (3, 1.5))}
)
_MARKS_A_LINE = 7  # sparse marks tell the lines apart without colour
_STEPS = [1, 2, 5, 10]
_LONG_DAYS = 400  # from here on lines are thinner: days lie closer than lines are wide
End = tuple[float, float, str, str]


def draw_feelings(axes: Axes, daily: pd.DataFrame, feelings: Sequence[str] = tuple(_FEELINGS)) -> None:
    """Mean fear (solid) and anger (dashed) of each camp; a camp with nobody present has a gap.

    Where one feeling is drawn alone its lines are named by the camps.
    """
    ends: list[End] = []
    top = 0.25
    for feeling in feelings:
        for index, (camp, look) in enumerate(CAMPS.items()):
            values = daily[f"{feeling}_{camp}"]
            if values.notna().any():
                top = max(top, float(values.max()))
                words = camp if len(feelings) == 1 else f"{camp} {feeling}"
                ends.append(_draw(axes, daily["day"], values, look, words, index, _FEELINGS[feeling]))
    axes.set_ylim(0, min(1.04, 1.08 * top))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=_STEPS))
    axes.set_ylabel("mean, 0 to 1")
    end_labels(axes, ends, SIZE_SMALL)


def draw_departed(axes: Axes, daily: pd.DataFrame) -> None:
    """Residents who have left, by camp; the loyalists, whose going ends a truce, as a filled curve."""
    ends: list[End] = []
    for index, (camp, look) in enumerate(CAMPS.items()):
        values = daily[f"departed_{camp}"]
        n = int(values.iloc[-1])
        words = f"{camp} {n:,}"
        if camp == "loyalist":
            share = float(daily["loyalists_left"].iloc[-1])
            words += f" ({percent(share)})" if n else ""
            axes.fill_between(daily["day"], values, color=look.colour, alpha=0.18, linewidth=0, zorder=1)
        ends.append(_draw(axes, daily["day"], values, look, words, index))
    _count_axis(axes, max(float(daily[f"departed_{camp}"].max()) for camp in CAMPS))
    end_labels(axes, ends, SIZE_SMALL)


def draw_loss(axes: Axes, daily: pd.DataFrame, name: str) -> None:
    """Captives of the day or dead since day 0 (`name`: the column), as steps."""
    words = f"{name} {int(daily[name].iloc[-1]):,}"
    end = _draw(axes, daily["day"], daily[name], LOSSES[name], words, 0, step=True)
    _count_axis(axes, float(daily[name].max()), ticks=2)
    end_labels(axes, [end], SIZE_SMALL)


def _draw(
    axes: Axes,
    days: pd.Series,
    values: pd.Series,
    look: Look,
    words: str,
    index: int,
    line: str | tuple[int, tuple[float, float]] = "-",
    step: bool = False,
) -> End:
    """Draw one line with sparse marks; return where it ends, for its label."""
    every = max(1, len(values) // _MARKS_A_LINE)
    width = look.width * (0.7 if len(values) > _LONG_DAYS else 1.0) * (1.0 if line == "-" else 0.75)
    axes.plot(
        days,
        values,
        color=look.colour,
        linewidth=width,
        linestyle=line,
        label=words,
        drawstyle="steps-mid" if step else "default",
        solid_joinstyle="round",
        marker=look.marker,
        markersize=3.2,
        markeredgewidth=0.9,
        markevery=(index * every // 4, every),
        zorder=2.2,
    )
    known = np.flatnonzero(values.notna())
    last = int(known[-1])
    return float(days.iloc[last]), float(values.iloc[last]), words, ink_of(look.colour)


def _count_axis(axes: Axes, top: float, ticks: int = 4) -> None:
    """An axis of people from 0 in whole numbers, never a degenerate one."""
    axes.set_ylim(0, max(1.0, 1.08 * top))
    axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=_STEPS, integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_ylabel("residents")
