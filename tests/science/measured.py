"""Print how a truce of the model behaves: the table of docs/model/properties.md, of histories at full scale.

`python -m tests.science.measured` takes about ten minutes of two cores. The tests of this folder judge the
same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.stats.intervals import wilson
from sim.stats.survival import fit_weibull
from tests.science.histories import (
    FIRST_DAYS,
    History,
    break_chance_by_state,
    change_a_year,
    histories,
    mean_of,
    median_of,
    officers_kept,
    strained_share,
    unbroken,
)

REFITS = 200
QUIET, STANDOFF, BESIEGED = "scenario=al_rastan_quiet", "scenario=al_rastan", "scenario=al_rastan_besieged"


def shape_of(many: Sequence[History], horizon: int) -> tuple[float, float, float]:
    """Shape of a Weibull law fitted to the first breaks, with its 95 % interval by bootstrap."""
    broke = np.array([not each.is_unbroken for each in many])
    days = np.array([each.broke_on or horizon for each in many])
    luck = np.random.default_rng(0)
    drawn = (luck.integers(broke.size, size=broke.size) for _ in range(REFITS))
    shapes = [fit_weibull(days[rows], broke[rows]).shape for rows in drawn]
    low, high = np.percentile(shapes, [2.5, 97.5])
    return float(fit_weibull(days, broke).shape), float(low), float(high)


def rows() -> Iterator[tuple[str, str, str]]:
    """What is asked, what is wanted, what was measured."""
    quiet = histories(120, QUIET, "days=730")
    standing = unbroken(quiet)
    yield "**Left alone** (no standoff, two years)", "", f"{len(standing)} of {len(quiet)} histories stand"
    yield (
        "free passage at the end, median",
        "at least 0.9",
        f"{median_of(standing, 'passage', 730, over=670):.2f}",
    )
    start = np.mean([each.days["officers_in_city"][:3].mean() for each in standing])
    kept = mean_of(standing, "officers_in_city", 730, over=670) / start
    yield "officers in the city, of those at the start", "at least 0.9", f"{kept:.2f}"
    for column in ("fear", "anger", "present"):
        drift = change_a_year(standing, column, 2 * FIRST_DAYS, 730)
        yield f"change of {column} a year", "within 10 %", f"{100 * drift:+.1f} %"
    shape, low, high = shape_of(quiet, 730)
    yield (
        "Weibull shape of breaks: does the hazard rise with age?",
        "about 1",
        f"{shape:.2f} ({low:.2f} to {high:.2f})",
    )
    many = histories(200, STANDOFF)
    holding, strained = break_chance_by_state(many)
    held = unbroken(many)
    k = len(many) - len(held)
    low, high = wilson(k, len(many))
    yield (
        "**In the standoff** (180 days)",
        "20 to 80 % break",
        f"{k} of {len(many)} broke ({100 * low:.0f}-{100 * high:.0f} %)",
    )
    yield (
        "P(break within 30 days), strained today over holding today",
        "at least 3",
        f"{strained:.3f} / {holding:.3f} = {strained / holding:.1f}",
    )
    yield "strained days of truces that hold, median", "under a third", f"{strained_share(held):.2f}"
    lowest = np.median([each.days["passage"].min() for each in held])
    yield "their lowest free passage, median", "at least 0.6", f"{lowest:.2f}"
    yield (
        "officers in their city at the end, of those at the start",
        "at least 0.7",
        f"{officers_kept(held):.2f}",
    )
    year = unbroken(histories(120, STANDOFF, "days=425"))
    yield "**Still unbroken after 14 months**", "", f"{len(year)} of 120 histories"
    for column in ("fear", "anger"):
        drift = change_a_year(year, column, 2 * FIRST_DAYS, 365)
        yield f"change of {column} from month 4 to 12, a year", "less than half", f"{100 * drift:+.0f} %"
    drift = change_a_year(year, "present", FIRST_DAYS, 365)
    yield "change of those present from month 2 to 12, a year", "less than -15 %", f"{100 * drift:+.0f} %"
    sieges = [days for each in histories(100, BESIEGED, "days=400") for days, _ in each.sieges]
    yield "**Besieged** (400 days)", "", f"{len(sieges)} sieges"
    yield "days of a siege, median", "at least 10", f"{np.median(sieges):.0f}"
    long = np.mean([days >= 180 for days in sieges])
    yield "sieges of half a year", "at least 2 % (P14: 10 %)", f"{100 * long:.0f} %"
    two = histories(50, STANDOFF, "days=730")
    left: NDArray[np.float64] = np.array([each.days["present"][-1] / each.days["present"][0] for each in two])
    yield "people present after two years, median of all histories", "over half", f"{np.median(left):.2f}"


def main() -> None:
    """Print the table as Markdown."""
    print("| | wanted | measured |\n|---|---|---|")
    for row in rows():
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
