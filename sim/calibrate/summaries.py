"""What the histories of one point are reduced to: a number for each pattern.

A pattern that was observed once has two: the mean and the standard deviation over histories. Where histories
show too little of a pattern for a number, it gets one that is as far off as they can tell (no defection: half
of one; nobody released: held to the end), so that such a point counts against its parameters. It is nan only
where the pattern has no meaning: nobody abducted, no truce that held, fewer than four with 13 weeks unbroken.

Patterns that are seen in one and the same history go together: their correlations are kept too.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from math import isnan, log, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.columns import Rank
from sim.patterns import held_median
from sim.patterns.months import first_months
from sim.patterns.traces import Trace, traces_of
from sim.stats.hawkes import fit

ONCE = ("fatal_events", "deaths", "empty_weeks")  # P8, in 13 weeks before a break
TARGETS = {
    "excitation": "P3: branching ratio of violent events begun in the city",
    "memory": "P3: their memory in days",
    "captivity": "P4: median days in captivity without rank",
    "answered": "P4: share of abductions that are answered",
    "defections": "P7: defections an officer and day",
    "broken": "share of histories broken by the last day",
    "present": "share of people present at the end where the truce held",
    "fatal_events": "P8: fatal events in 13 weeks",
    "deaths": "P8: deaths in 13 weeks",
    "empty_weeks": "P8: weeks without a fatal event, of 13",
}
LOGS = frozenset({"memory", "captivity", "defections"})  # emulated by their logarithms
SHARES = frozenset({"excitation", "answered", "broken", "present"})  # between 0 and 1
BOUNDS = {"excitation": (0.0, 0.8), "memory": (5.0, 100.0)}  # what is fitted beyond is a trend, or nothing
LEAST_HELD = 0.5  # days; a median of whole days may be 0
FEWEST = 4  # histories without a break that P8 asks for
LEAST_SD = 0.05
_MOMENTS = tuple(f"{name}_{moment}" for name in ONCE for moment in ("mean", "sd"))
TOGETHER = {f"{one}_with_{other}": (one, other) for one, other in combinations(ONCE, 2)}  # correlations
SUMMARIES = (*(name for name in TARGETS if name not in ONCE), *_MOMENTS, *TOGETHER)


def scaled(name: str, value: float) -> float:
    """A value of a pattern on the scale on which it is emulated; deaths by log(1 + deaths)."""
    if name == "deaths":
        return log(1 + value)
    return log(value) if name in LOGS else value


def summaries_of(runs: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """A row a point (index) and a column for each of SUMMARIES; nan where the histories cannot say.

    A point at least half of whose runs failed says nothing. `failed`: how many did.
    """
    traces = traces_of(runs, events)
    ok = runs[runs.status == "ok"]
    rows: dict[Hashable, dict[str, float]] = {}
    failed = (runs.status != "ok").groupby(runs.point).sum()
    for point, places in ok.reset_index(drop=True).groupby("point").indices.items():
        rows[point] = _summary(ok.iloc[places], [traces[k] for k in places])
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(SUMMARIES)).reindex(failed.index)
    table[failed >= runs.groupby("point").size() / 2] = nan
    return table.assign(failed=failed)


def _summary(runs: pd.DataFrame, traces: Sequence[Trace]) -> dict[str, float]:
    counts = np.array([each.begun for each in traces])[:, 1:]
    days = np.arange(1, counts.shape[1] + 1)
    branching, memory = _excitation(counts, days <= np.array([each.n_unbroken for each in traces])[:, None])
    answers = [k > 0 for each in traces for k in each.n_answers]
    captivity = held_median(traces, Rank.NONE)
    defections = sum(each.n_defections for each in traces)
    officer_days = sum(each.officer_days for each in traces)
    held = runs[~runs.broke.astype(bool)]
    present = held[[f"present_{camp}" for camp in ("loyalist", "uncommitted", "opposition")]].sum(axis=1)
    found = {
        "excitation": branching,
        "memory": memory,
        "captivity": nan if isnan(captivity) else log(min(max(captivity, LEAST_HELD), float(days.size))),
        "answered": float(np.mean(answers)) if answers else nan,
        "defections": log(max(defections, 0.5) / officer_days) if officer_days else nan,
        "broken": float(runs.broke.mean()),
        "present": float((present / held.residents).mean()) if len(held) else nan,
    }
    months = first_months(traces)
    told = {
        "fatal_events": months.fatal_events,
        "deaths": np.log1p(months.deaths),
        "empty_weeks": months.empty_weeks,
    }
    for name, values in told.items():
        enough = values.size >= FEWEST
        found[f"{name}_mean"] = float(values.mean()) if enough else nan
        found[f"{name}_sd"] = max(float(values.std(ddof=1)), LEAST_SD) if enough else nan
    for pair, (one, other) in TOGETHER.items():
        differ = months.deaths.size >= FEWEST and told[one].std() > 0 and told[other].std() > 0
        found[pair] = float(np.corrcoef(told[one], told[other])[0, 1]) if differ else nan
    return found


def _excitation(counts: NDArray[np.int64], is_seen: NDArray[np.bool_]) -> tuple[float, float]:
    """Branching ratio, and the logarithm of the memory in days: none without an event; nan without a day."""
    if not counts[is_seen].any():
        return (0.0 if is_seen.any() else nan), nan
    found = fit(counts, is_seen)
    branching, memory = (
        min(max(value, BOUNDS[name][0]), BOUNDS[name][1])
        for name, value in (("excitation", found.branching), ("memory", found.memory_days))
    )
    return branching, log(memory)
