"""The pictures that are kept: hand-made tables drawn small. `python -m tests.figures.pictures` renews them.

Renew them after a change that is meant, and look at them before they are committed.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

import sim
from sim.report.files import save_figure
from tests.report.tables import daily_of, events_of, feud_tables

KEPT = Path(__file__).parent / "baselines"
DOTS = 50  # an inch


def break_curve() -> Figure:
    days, endings = [12, 25, 25, 31, 44, 58], ["feud", "feud", "siege", "assault", "feud", "exodus"]
    rows = [{"point": 0, "run": k, "days": 60, "broke": k < 6} for k in range(10)]
    runs = pd.DataFrame(rows)
    runs["first_break_day"] = [*days, *[float("nan")] * 4]
    runs["ending"] = [*endings, *[""] * 4]
    return sim.figures.break_curve(runs, pd.DataFrame({"point": [0], "n": [10]}))


def causes() -> Figure:
    events = events_of(
        {"event": 1, "day": 3},
        {"event": 2, "day": 8, "parent": 1, "kind": "counter_abduction"},
        {"event": 3, "day": 9, "parent": 1, "kind": "clash", "deaths": 2},
        {"event": 4, "day": 14, "parent": 2, "kind": "revenge_killing", "deaths": 1},
        {"event": 5, "day": 6, "kind": "checkpoint_attack", "layer": "standoff"},
        {"event": 6, "day": 7, "kind": "shelling", "layer": "standoff", "parent": 5},
    )
    return sim.figures.causes(events, daily_of(20))


def comparison() -> Figure:
    return sim.figures.comparison(grid(), differences())


def heat_map() -> Figure:
    return sim.figures.heat_map(grid())


def timeline() -> Figure:
    return sim.figures.timeline(*feud_tables())


PICTURES: tuple[Callable[[], Figure], ...] = (break_curve, causes, comparison, heat_map, timeline)


def grid() -> pd.DataFrame:
    """A table of points over two factors."""
    rows = [
        {"point": 2 * i + j, "events.a.base": a, "army.shield": b, "n": 20, "broke": k,
         "p_break": k / 20, "p_break_low": max(0, k / 20 - 0.1), "p_break_high": min(1, k / 20 + 0.1)}
        for i, a in enumerate((0.1, 0.2)) for j, (b, k) in enumerate(((True, 4), (False, 8 + 4 * i)))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def differences() -> pd.DataFrame:
    """Differences of the points of `grid` from point 0: more breaks, none more, and more by chance."""
    rows = [(1, 0.2, 0.05, 0.35), (2, 0.0, -0.1, 0.1), (3, 0.4, 0.2, 0.6)]
    table = pd.DataFrame(rows, columns=["point", "difference", "low", "high"])
    return table.assign(base=0, outcome="broke", method="paired, Bonett-Price")


def save(draw: Callable[[], Figure], folder: Path) -> Path:
    """Save a picture under its name."""
    (path,) = save_figure(draw(), folder, draw.__name__, ("png",), DOTS)
    return path


if __name__ == "__main__":
    for picture in PICTURES:
        print(save(picture, KEPT))
