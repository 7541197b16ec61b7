"""Print how a truce of the model behaves: the table of docs/model/properties.md, of histories at full scale.

`python -m tests.science.measured` takes about ten minutes of two cores. The tests of this folder judge the
same figures.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.stats.intervals import wilson
from tests.science import histories as of
from tests.science.histories import FIRST_DAYS, histories, unbroken

QUIET, STANDOFF, BESIEGED = (f"scenario=al_rastan{name}" for name in ("_quiet", "", "_besieged"))
Row = tuple[str, str, str, bool | None]  # what, what is wanted, what was measured, whether it is met


def left_alone() -> Iterator[Row]:
    """Two years without the standoff."""
    many = histories(120, QUIET, "days=730")
    standing = unbroken(many)
    yield (
        "**Left alone** (no standoff, two years)",
        "",
        f"{len(standing)} of {len(many)} histories stand",
        None,
    )
    passage = of.median_of(standing, "passage", 730, over=670)
    yield "free passage at the end, median", "at least 0.9", f"{passage:.2f}", passage >= 0.9
    start = np.mean([each.days["officers_in_city"][:3].mean() for each in standing])
    kept = of.mean_of(standing, "officers_in_city", 730, over=670) / start
    yield "officers in the city, of those at the start", "at least 0.9", f"{kept:.2f}", kept >= 0.9
    for column, what in (("fear", "fear"), ("anger", "anger"), ("present", "people present")):
        drift = round(100 * of.change_a_year(standing, column, 2 * FIRST_DAYS, 730), 1) + 0.0
        yield f"change of {what} a year", "within 10 %", f"{drift:+.1f} %", abs(drift) < 10
    shape, low, high = of.shape_of(many, 730)
    what = "Weibull shape of breaks: does the hazard rise with age?"
    yield what, "0.8 to 1.2", f"{shape:.2f} ({low:.2f} to {high:.2f})", low <= 1.2 and high >= 0.8


def in_the_standoff() -> Iterator[Row]:
    """The shipped scenario, half a year."""
    many = histories(200, STANDOFF)
    held = unbroken(many)
    k = len(many) - len(held)
    low, high = (100 * end for end in wilson(k, len(many)))
    share = f"{k} of {len(many)} broke ({low:.0f}-{high:.0f} %)"
    yield "**In the standoff** (180 days)", "20 to 80 % break", share, 0.2 <= k / len(many) <= 0.8
    holding, strained = of.break_chance_by_state(many)
    ratio = f"{strained:.3f} / {holding:.3f} = {strained / holding:.1f}"
    what = "P(break within 30 days), strained today over holding today"
    yield what, "at least 3", ratio, strained >= 3 * holding
    days = of.strained_share(held)
    yield "strained days of truces that hold, median", "under a third", f"{days:.2f}", days < 1 / 3
    lowest = float(np.median([each.days["passage"].min() for each in held]))
    yield "their lowest free passage, median", "at least 0.6", f"{lowest:.2f}", lowest >= 0.6
    kept = of.officers_kept(held)
    yield (
        "officers in their city at the end, of those at the start",
        "at least 0.7",
        f"{kept:.2f}",
        kept >= 0.7,
    )


def over_a_year() -> Iterator[Row]:
    """Those that stand for fourteen months, looked at over twelve; and all, two years on."""
    year = unbroken(histories(120, STANDOFF, "days=425"))
    yield "**Still unbroken after 14 months**", "", f"{len(year)} of 120 histories", None
    for column in ("fear", "anger"):
        drift = of.change_a_year(year, column, 2 * FIRST_DAYS, 365)
        what = f"change of {column} from month 4 to 12, a year"
        yield what, "less than half", f"{100 * drift:+.0f} %", drift < 0.5
    drift = of.change_a_year(year, "present", FIRST_DAYS, 365)
    what = "change of people present from month 2 to 12, a year"
    yield what, "at most 15 % fewer", f"{100 * drift:+.0f} %", drift > -0.15
    two = histories(50, STANDOFF, "days=730")
    left = float(np.median([each.days["present"][-1] / each.days["present"][0] for each in two]))
    yield "people present after two years, median of all histories", "over half", f"{left:.2f}", left > 0.5


def besieged() -> Iterator[Row]:
    """The town besieged, 400 days."""
    sieges = [days for each in histories(100, BESIEGED, "days=400") for days, _ in each.sieges]
    yield "**Besieged** (400 days, 100 histories)", "", f"{len(sieges)} sieges", None
    median, long = float(np.median(sieges)), float(np.mean([days >= 180 for days in sieges]))
    yield "days of a siege, median", "at least 10", f"{median:.0f}", median >= 10
    yield "sieges of half a year", "at least 2 % (P14: 10 %)", f"{100 * long:.0f} %", long >= 0.02


def main() -> None:
    """Print the table as Markdown."""
    print("| | wanted | measured |\n|---|---|---|")
    for part in (left_alone, in_the_standoff, over_a_year, besieged):
        for what, wanted, measured, is_met in part():
            print(f"| {what} | {wanted} | {measured}{': **no**' if is_met is False else ''} |", flush=True)


if __name__ == "__main__":
    main()
