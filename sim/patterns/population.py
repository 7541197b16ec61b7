"""P1 and P2: how soon the truces of a population break, and whether their hazard falls with age."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.patterns.pattern import NAN, RESAMPLES, Pattern, make_range
from sim.patterns.targets import BROKEN_BY, SHAPE
from sim.stats.survival import fit_weibull

LAYERS = {"social layer": ("feud", "passage", "exodus"), "standoff": ("siege", "assault")}


def local_truces(uncertainty: str = "local_truce") -> tuple[str, ...]:
    """Overrides of a study of a population of local truces that differ by this file of draws."""
    return ("scenario=local_truce", f"uncertainty={uncertainty}", "cities=redrawn", "keep=rows")


class Lives(NamedTuple):
    """Lifetimes of the truces of a population: arrays with an entry per truce."""

    days: NDArray[np.int64]  # of the break, or of the horizon
    broke: NDArray[np.bool_]
    ending: NDArray[np.str_]


def lives_of(runs: pd.DataFrame) -> Lives:
    """The lifetimes in the run rows of a study; failed runs are left out.

    Columns needed: days, broke, first_break_day, ending; status, if runs may have failed.
    """
    runs = runs[runs.status == "ok"] if "status" in runs else runs
    days = runs.first_break_day.fillna(runs.days).to_numpy(np.int64)
    return Lives(days, runs.broke.to_numpy(bool), runs.ending.fillna("").to_numpy(str))


def population(lives: Lives) -> Iterator[Pattern]:
    """P1, whole and by layer, and P2. All truces have one horizon, so shares are plain proportions."""
    sample = f"{lives.days.size} local truces"
    luck = np.random.default_rng(0)
    drawn = luck.integers(lives.days.size, size=(RESAMPLES, lives.days.size))
    horizon = lives.days[~lives.broke].max(initial=lives.days.max(initial=0))
    for day, target in BROKEN_BY.items():
        if day > horizon:
            continue
        is_broken = lives.broke & (lives.days <= day)
        again = is_broken[drawn].mean(axis=1).tolist()
        yield make_range("P1", f"truces broken by day {day}", target, float(is_broken.mean()), again, sample)
        for layer, endings in LAYERS.items():
            share = is_broken & np.isin(lives.ending, endings)
            found = make_range(
                "P1", "", (0, 1), float(share.mean()), share[drawn].mean(axis=1).tolist(), sample
            )
            yield Pattern(
                "P1", f"  of them by the {layer}", "", found.simulated, found.low, found.high, sample, None
            )
    shapes = [weibull_shape(lives.days[rows], lives.broke[rows]) for rows in drawn[:100]]
    shape = weibull_shape(lives.days, lives.broke)
    yield make_range("P2", "Weibull shape of the age at the break", SHAPE, shape, shapes, sample)


def weibull_shape(days: NDArray[np.int64], broke: NDArray[np.bool_]) -> float:
    """Maximum-likelihood shape of a Weibull law of the age at the break; nan if too few broke for one.

    `days` and `broke` as in `Lives`. A break on day d lies between d - 1 and d; those that did not break are
    censored at their age.
    """
    try:
        return fit_weibull(days, broke).shape
    except ValueError:
        return NAN
