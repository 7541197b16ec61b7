"""An axis of days: day 0 is the start; with dates under the days where day 0 has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.labels import day_ticks
from sim.towns.dates import date_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

DAY_ZERO = "day_zero"  # under which a table of points is marked with it
DATES = 0.16  # height in inches of a line of dates
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_date(date: str) -> str:
    """A date, ISO 8601, as 5 Jun."""
    return f"{int(date[8:])} {_MONTHS[int(date[5:7]) - 1]}"


def day_label(day: int, day_zero: str | None) -> str:
    """A day under an axis: "10", and below it "15 Jun"."""
    return str(day) if day_zero is None else f"{day}\n{short_date(date_of(day, day_zero))}"


def axis_words(day_zero: str | None) -> str:
    """The label of an axis of days, with the date of day 0 (ISO 8601) where it has one."""
    if day_zero is None:
        return "day (0 is the start)"
    return f"day (0 is the start, {short_date(day_zero)} {day_zero[:4]})"


def label_days(axes: Axes, ticks: Sequence[int], day_zero: str | None, pad: float | None = None) -> None:
    """Name these days under the axes, with dates where day 0 has one.

    `pad`: points between the days and the label of the axis.
    """
    axes.set_xticks(ticks, [day_label(day, day_zero) for day in ticks])
    axes.set_xlabel(axis_words(day_zero), labelpad=pad)


def label_shared_days(panels: Sequence[Axes], daily: pd.DataFrame, most: int) -> None:
    """Name the days, at most so many steps, under the last of these panels; the others carry the same ticks.

    With dates if the daily table has any. The first two panels are bands and carry none.
    """
    ticks = day_ticks(int(daily["day"].iloc[-1]), most)
    for k, axes in enumerate(panels):
        axes.set_xticks(ticks)
        axes.tick_params(labelbottom=axes is panels[-1], bottom=k > 1)
    label_days(panels[-1], ticks, str(daily["date"].iloc[0]) if "date" in daily else None)
