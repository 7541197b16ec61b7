"""What the histories of one point are reduced to: a number for each pattern, with its error.

A pattern that was observed once has two: the mean and the standard deviation over histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, log, nan

import numpy as np
import pandas as pd

from sim.city.columns import Rank
from sim.patterns import held_median
from sim.patterns.hawkes import fit
from sim.patterns.targets import WEEKS
from sim.patterns.traces import Trace, traces_of

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
_MOMENTS = tuple(f"{name}_{moment}" for name in ONCE for moment in ("mean", "sd"))
SUMMARIES = (*(name for name in TARGETS if name not in ONCE), *_MOMENTS)


def scaled(name: str, value: float) -> float:
    """A value of a pattern on the scale on which it is emulated; deaths by log(1 + deaths)."""
    if name == "deaths":
        return log(1 + value)
    return log(value) if name in LOGS else value


def summaries_of(runs: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """A row a point (index) and a column for each of SUMMARIES; nan where the histories cannot say."""
    traces = traces_of(runs, events)
    ok = runs[runs.status == "ok"]
    rows = {}
    for point, places in ok.reset_index(drop=True).groupby("point").indices.items():
        rows[point] = _summary(ok.iloc[places], [traces[k] for k in places])
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(SUMMARIES)).sort_index()


def _summary(runs: pd.DataFrame, traces: Sequence[Trace]) -> dict[str, float]:
    counts = np.array([each.begun for each in traces])[:, 1:]
    days = np.arange(1, counts.shape[1] + 1)
    hawkes = fit(counts, days <= np.array([each.n_unbroken for each in traces])[:, None])
    answers = [k > 0 for each in traces for k in each.n_answers]
    captivity = held_median(traces, Rank.NONE)
    defections = sum(each.n_defections for each in traces) / max(1, sum(e.officer_days for e in traces))
    held = runs[~runs.broke.astype(bool)]
    present = held[[f"present_{camp}" for camp in ("loyalist", "uncommitted", "opposition")]].sum(axis=1)
    found = {
        "excitation": min(hawkes.branching, 1.0),  # more is a trend taken for excitation
        "memory": log(min(max(hawkes.memory_days, 0.5), 200.0)),
        "captivity": log(captivity) if isfinite(captivity) and captivity > 0 else nan,
        "answered": float(np.mean(answers)) if answers else nan,
        "defections": log(defections) if defections > 0 else nan,
        "broken": float(runs.broke.mean()),
        "present": float((present / held.residents).mean()) if len(held) else nan,
    }
    size = 7 * WEEKS
    unbroken = [each for each in traces if each.n_unbroken >= size]
    weeks = [each.fatal[1 : size + 1].reshape(WEEKS, 7).sum(axis=1) for each in unbroken]
    told = {
        "fatal_events": [float(each.sum()) for each in weeks],
        "deaths": [log(1 + float(each.deaths[1 : size + 1].sum())) for each in unbroken],
        "empty_weeks": [float((each == 0).sum()) for each in weeks],
    }
    for name, values in told.items():
        enough = len(values) >= 4
        found[f"{name}_mean"] = float(np.mean(values)) if enough else nan
        found[f"{name}_sd"] = max(float(np.std(values, ddof=1)), 0.05) if enough else nan
    return {name: value if abs(value) < inf else nan for name, value in found.items()}
