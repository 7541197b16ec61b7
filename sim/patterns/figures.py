"""The figures of P8 to P16 and T1 to T4: how histories give draws of the observed statistic, or a mean.

A draw is the figure of a sample of the same size as the observed one: as many weeks, gaps, storms or truces.
The patterns ask whether the draws cover what was observed, the calibration uses their mean and standard
deviation; both take them from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import expm1, inf, log, log1p, nan
from typing import Literal, NamedTuple

import numpy as np

from sim.actors.postures import SHUT, Posture
from sim.patterns import targets as seen
from sim.patterns.agreed import FIRST_WEEK, select_agreed
from sim.patterns.offensives import answers_to_collapse, gaps, sieges, storms
from sim.patterns.phases import Floats, first_weeks, weeks_put_together, weeks_under
from sim.patterns.record import measure_histories
from sim.patterns.standing import answers_in_feuds, ended_by_the_third, lowest_passages, strained_shares
from sim.patterns.traces import Trace

DRAWS = 400  # samples drawn from a pool of gaps, storms or truces
Scale = Literal["plain", "log", "log1p"]


class Figure(NamedTuple):
    """One figure that was observed once."""

    pattern: str
    what: str
    seen: float
    scale: Scale = "plain"  # the scale on which it is emulated
    most: float = inf  # the most that a sample can show

    def to_scale(self, value: float) -> float:
        """A value on the scale on which it is emulated."""
        return log1p(value) if self.scale == "log1p" else log(value) if self.scale == "log" else value

    def from_scale(self, value: float) -> float:
        """A value on that scale back on its own, within what a sample can show: from 0 to `most`."""
        plain = expm1(value) if self.scale == "log1p" else np.exp(value) if self.scale == "log" else value
        return min(max(0.0, float(plain)), self.most)


class Family(NamedTuple):
    """Figures of the same sample, and their draws: equally many of each, in the same order."""

    figures: Mapping[str, Figure]
    draw: Callable[[Sequence[Trace]], tuple[str, dict[str, Floats]]]  # what they are drawn from, in words


def _measure_held(traces: Sequence[Trace]) -> tuple[str, dict[str, Floats]]:
    found = first_weeks(traces)
    sample = f"{seen.WEEKS} weeks of {found.deaths.size} histories unbroken so long"
    return sample, {
        "fatal_events": found.fatal_events,
        "deaths": found.deaths,
        "empty_weeks": found.empty_weeks,
        "held_shelled": found.shelled,
    }


def _measure_pressed(traces: Sequence[Trace]) -> tuple[str, dict[str, Floats]]:
    found = weeks_under(traces, SHUT, seen.PRESSED_WEEKS)
    return f"{found.deaths.size} windows of {seen.PRESSED_WEEKS} weeks", {
        "pressed_events": found.fatal_events / seen.PRESSED_WEEKS,
        "pressed_deaths": found.deaths / seen.PRESSED_WEEKS,
        "pressed_most": found.most,
        "pressed_empty": found.empty_weeks,
        "pressed_shelled": found.shelled,
    }


def _measure_occupied(traces: Sequence[Trace]) -> tuple[str, dict[str, Floats]]:
    n, found = weeks_put_together(traces, Posture.HOLDING, seen.OCCUPIED_WEEKS, DRAWS)
    return f"{seen.OCCUPIED_WEEKS} weeks of {n} occupations", {
        "occupied_events": found.fatal_events / seen.OCCUPIED_WEEKS,
        "occupied_deaths": found.deaths / seen.OCCUPIED_WEEKS,
        "occupied_empty": found.empty_weeks,
    }


def _gaps(traces: Sequence[Trace]) -> tuple[str, dict[str, Floats]]:
    pool = gaps(traces)
    drawn = samples(pool, seen.GAPS)
    return f"{seen.GAPS} of {pool.size} gaps", {
        "gap_median": np.median(drawn, axis=1),
        "gap_least": drawn.min(axis=1),
        "gap_most": drawn.max(axis=1),
    }


def _storms(traces: Sequence[Trace]) -> tuple[str, dict[str, Floats]]:
    pool = np.array([each.dead for each in storms(traces)], np.float64)
    drawn = samples(pool, seen.STORMS)
    return f"{seen.STORMS} of {pool.size} storms", {
        "storm_least": drawn.min(axis=1),
        "storm_most": drawn.max(axis=1),
    }


def longest_falls(traces: Sequence[Trace]) -> tuple[str, Floats]:
    """P13: days from the order to the fall, the longest of three storms that succeed; words, then draws."""
    pool = np.array([each.days for each in storms(traces) if each.is_fall], np.float64)
    return f"{seen.FALLS} of {pool.size} storms that succeed", samples(pool, seen.FALLS).max(axis=1)


def _standing(traces: Sequence[Trace]) -> tuple[str, Floats]:
    stood = sieges(traces).astype(np.float64)
    return f"{stood.size} sieges", stood


def _measure_followed(traces: Sequence[Trace]) -> tuple[str, Floats]:
    after = answers_to_collapse(traces)
    return f"{after.size} collapses of the social truce", np.isfinite(after).astype(np.float64)


def _days_to_follow(traces: Sequence[Trace]) -> tuple[str, Floats]:
    after = answers_to_collapse(traces)
    after = after[np.isfinite(after)]
    return f"{after.size} offensives", after


def _measure_strained(traces: Sequence[Trace]) -> tuple[str, Floats]:
    values = strained_shares(traces)
    return f"{values.size} truces that held", values


def _lowest_passage(traces: Sequence[Trace]) -> tuple[str, Floats]:
    values = lowest_passages(traces)
    return f"{values.size} truces that held", values


def _feud_answers(traces: Sequence[Trace]) -> tuple[str, Floats]:
    values = answers_in_feuds(traces)
    return f"{values.size} breaks by feud", values


def _third_ending(traces: Sequence[Trace]) -> tuple[str, Floats]:
    values = ended_by_the_third(traces)
    return f"{values.size} histories", values


def _measure_agreed(traces: Sequence[Trace]) -> tuple[str, dict[str, Floats]]:
    found = select_agreed(traces)
    n = found.ratio.size
    rows = samples(np.arange(n, dtype=np.float64), seen.TRUCES, least=2).astype(np.int64)
    ratio, first, dispersion = (values[rows] for values in found)
    low, middle, high = _quartiles(ratio)
    return f"{seen.TRUCES} of {n} truces", {
        "truce_ratio": middle,
        "truce_ratio_low": low,
        "truce_ratio_high": high,
        "truce_first_day": np.median(first, axis=1),
        "truce_first_week": (first <= FIRST_WEEK).mean(axis=1),
        "truce_dispersion": _quartiles(dispersion)[1],
    }


def _quartiles(drawn: Floats) -> Floats:
    """Quartiles of each row (float64[3, rows]) of what is known of it; nan where nothing is."""
    known = drawn[np.isfinite(drawn).any(axis=1)]
    found = np.full((3, len(drawn)), np.nan)
    if len(known):
        found[:, np.isfinite(drawn).any(axis=1)] = np.nanpercentile(known, (25, 50, 75), axis=1)
    return found


def samples(pool: Floats, n: int, *, least: int | None = None) -> Floats:
    """Samples of n from a pool, float64[DRAWS, n]; none if the pool is smaller than `least` (or n)."""
    if pool.size < (n if least is None else least):
        return np.empty((0, n))
    return pool[np.random.default_rng(0).integers(pool.size, size=(DRAWS, n))]


FAMILIES = (
    Family(
        {
            "fatal_events": Figure("P8", "fatal events in 13 weeks", seen.EVENTS),
            "deaths": Figure("P8", "deaths in 13 weeks", seen.DEATHS, "log1p"),
            "empty_weeks": Figure("P8", "weeks without a fatal event, of 13", seen.EMPTY, most=seen.WEEKS),
            "held_shelled": Figure(
                "P10", "share of deaths by shelling, 13 weeks of truce", seen.SHELLED_HELD, most=1
            ),
        },
        _measure_held,
    ),
    Family(
        {
            "pressed_events": Figure(
                "P9", "fatal events a week, 11 weeks of siege or assault", seen.PRESSED_EVENTS
            ),
            "pressed_deaths": Figure("P9", "deaths a week", seen.PRESSED_DEATHS, "log1p"),
            "pressed_most": Figure("P9", "deaths in the worst of 11 weeks", seen.PRESSED_MOST, "log1p"),
            "pressed_empty": Figure(
                "P9", "weeks without a fatal event, of 11", seen.PRESSED_EMPTY, most=seen.PRESSED_WEEKS
            ),
            "pressed_shelled": Figure(
                "P10",
                "share of deaths by shelling, 11 weeks of siege or assault",
                seen.SHELLED_PRESSED,
                most=1,
            ),
        },
        _measure_pressed,
    ),
    Family(
        {
            "occupied_events": Figure(
                "P11", "fatal events a week, 34 weeks held by the army", seen.OCCUPIED_EVENTS
            ),
            "occupied_deaths": Figure("P11", "deaths a week", seen.OCCUPIED_DEATHS, "log1p"),
            "occupied_empty": Figure(
                "P11", "weeks without a fatal event, of 34", seen.OCCUPIED_EMPTY, most=seen.OCCUPIED_WEEKS
            ),
        },
        _measure_occupied,
    ),
    Family(
        {
            "gap_median": Figure("P12", "days between offensives, median of 6", seen.GAP_MEDIAN, "log"),
            "gap_least": Figure("P12", "shortest of 6", seen.GAP_LEAST, "log"),
            "gap_most": Figure("P12", "longest of 6", seen.GAP_MOST, "log"),
        },
        _gaps,
    ),
    Family(
        {
            "storm_least": Figure("P13", "dead in the least deadly of 4 storms", seen.STORM_LEAST, "log1p"),
            "storm_most": Figure("P13", "dead in the deadliest of 4 storms", seen.STORM_MOST, "log1p"),
        },
        _storms,
    ),
    Family(
        {
            "truce_ratio": Figure(
                "P16",
                "fatal events a week in a truce by 26 weeks before, median of 19",
                seen.TRUCE_RATIO,
                "log1p",
            ),
            "truce_ratio_low": Figure("P16", "lower quartile of 19", seen.TRUCE_QUARTILES[0], "log1p"),
            "truce_ratio_high": Figure("P16", "upper quartile of 19", seen.TRUCE_QUARTILES[1], "log1p"),
            "truce_first_day": Figure(
                "P16", "day of the first fatal event in a truce, median of 19", seen.TRUCE_FIRST_DAY, "log1p"
            ),
            "truce_first_week": Figure(
                "P16", "share with one within a week, of 19", seen.TRUCE_FIRST_WEEK, most=1
            ),
            "truce_dispersion": Figure(
                "P16",
                "variance-to-mean ratio of weekly fatal events, median of 19",
                seen.TRUCE_DISPERSION,
                "log1p",
            ),
        },
        _measure_agreed,
    ),
    Family(
        {
            "record_events": Figure("town", "fatal events from day 1 to the last", nan, "log1p"),
            "record_deaths": Figure("town", "deaths from day 1 to the last", nan, "log1p"),
            "record_empty": Figure("town", "weeks without a fatal event", nan),
            "record_gap": Figure("town", "days between days with a fatal event, median", nan, "log1p"),
            "record_dispersion": Figure(
                "town", "variance-to-mean ratio of weekly fatal events", nan, "log1p"
            ),
        },
        measure_histories,
    ),
)
ONCE: dict[str, Figure] = {name: figure for each in FAMILIES for name, figure in each.figures.items()}


class Range(NamedTuple):
    """A mean or median that should lie in a range."""

    pattern: str
    what: str
    target: tuple[float, float]
    values: Callable[[Sequence[Trace]], tuple[str, Floats]]  # what they are, in words
    is_share: bool = False
    is_predictive: bool = False  # draws of one statistic, some of which the range should contain
    middle: Literal["mean", "median"] = "mean"  # of the values
    is_plain: bool = False  # of the town as it is, not besieged


RANGES = {
    "fall_days": Range(
        "P13", "days until a storm succeeds, longest of 3", seen.FALL_DAYS, longest_falls, is_predictive=True
    ),
    "standing": Range(
        "P14", "share of sieges that stand 180 days without a storm", seen.STANDING, _standing, is_share=True
    ),
    "followed": Range(
        "P15",
        "share of social collapses that an offensive follows",
        seen.FOLLOWED,
        _measure_followed,
        is_share=True,
        is_plain=True,
    ),
    "followed_after": Range("P15", "mean days to it", seen.FOLLOWED_AFTER, _days_to_follow, is_plain=True),
    "strained": Range(
        "T1",
        "share of strained days, median of the truces that held",
        seen.STRAINED,
        _measure_strained,
        is_share=True,
        middle="median",
        is_plain=True,
    ),
    "lowest_passage": Range(
        "T2",
        "lowest free passage, median of the truces that held",
        seen.LOWEST_PASSAGE,
        _lowest_passage,
        is_share=True,
        middle="median",
        is_plain=True,
    ),
    "feud_answers": Range(
        "T3",
        "share of answers in the window of a break by feud, median",
        seen.FEUD_ANSWERS,
        _feud_answers,
        is_share=True,
        middle="median",
        is_plain=True,
    ),
    "third_ending": Range(
        "T4",
        "share broken by the third most frequent ending",
        seen.THIRD_ENDING,
        _third_ending,
        is_share=True,
        is_plain=True,
    ),
}


def mean_of(name: str, traces: Sequence[Trace]) -> float:
    """The mean or median of one of RANGES, by its name; nan where it did not happen."""
    values = RANGES[name].values(traces)[1]
    values = values[np.isfinite(values)]
    middle = np.median if RANGES[name].middle == "median" else np.mean
    return float(middle(values)) if values.size else float("nan")
