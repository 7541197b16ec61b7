"""Summaries of the histories of one point: a number for each pattern.

A pattern that was observed once has two: the mean and the standard deviation over histories. Where histories
show too little of a pattern for a number, it gets the most extreme one they allow (no defection: half
of one; nobody released: held to the end), so that such a point counts against its parameters. It is nan only
where the pattern has no meaning: nobody abducted, no truce that held, fewer than four with 13 weeks unbroken.

Patterns that are seen in one and the same history go together: their correlations are kept too.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from itertools import combinations
from math import inf, isnan, log, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.actors.postures import Posture
from sim.city.columns import Rank
from sim.patterns import held_median
from sim.patterns.figures import FAMILIES, ONCE, RANGES, Figure, mean_of
from sim.patterns.traces import Trace, traces_of
from sim.stats.hawkes import fit

TARGETS = {
    "excitation": "P3: branching ratio of violent events begun in the city",
    "memory": "P3: their memory in days",
    "captivity": "P4: median days in captivity without rank",
    "answered": "P4: share of abductions that are answered",
    "defections": "P7: defections an officer and day",
    "broken": "share of histories broken by the last day",
    "present": "share of people present at the end where the truce held",
    **{name: f"{each.pattern}: {each.what}" for name, each in RANGES.items()},
    **{name: f"{each.pattern}: {each.what}" for name, each in ONCE.items()},
}
LOGS = frozenset({"memory", "captivity", "defections", "followed_after"})  # emulated by their logarithms
SHARES = frozenset(  # between 0 and 1
    {"excitation", "answered", "broken", "present", *(name for name, each in RANGES.items() if each.is_share)}
)
BOUNDS: dict[str, tuple[float, float]] = {
    "excitation": (0.0, 0.8),  # a longer fitted memory is a trend, or nothing
    "memory": (5.0, 100.0),
    **{name: (0.0, figure.most) for name, figure in ONCE.items() if figure.most < inf},
}
LEAST_HELD = 0.5  # days; a median of whole days may be 0
FEWEST = 4  # samples that a figure seen once asks for: histories without a break (P8), weeks of siege, ...
LEAST_SD = 0.05
_MOMENTS = tuple(f"{name}_{moment}" for name in ONCE for moment in ("mean", "sd"))
TOGETHER = {  # correlations of figures of one and the same sample
    f"{one}_with_{other}": (one, other) for each in FAMILIES for one, other in combinations(each.figures, 2)
}
SUMMARIES = (*(name for name in TARGETS if name not in ONCE), *_MOMENTS, *TOGETHER)


def columns_of(names: Iterable[str]) -> list[str]:
    """The summaries that these patterns need: of one that was observed once, mean and standard deviation."""
    needed = []
    for name in names:
        needed += [f"{name}_mean", f"{name}_sd"] if name in ONCE else [name]
    return needed


def columns_with(names: Collection[str]) -> list[str]:
    """The summaries that these patterns need, and the correlations of those that are seen together."""
    pairs = [pair for pair, both in TOGETHER.items() if {*both} <= {*names}]
    return [*columns_of(names), *pairs]


def scale(name: str, value: float) -> float:
    """A value of a pattern on the scale on which it is emulated."""
    if name in ONCE:
        return ONCE[name].to_scale(value)
    return log(value) if name in LOGS else value


def summaries_of(runs: pd.DataFrame, events: pd.DataFrame, start: Posture) -> pd.DataFrame:
    """A row per point (index) and a column for each of SUMMARIES; nan where the histories cannot say.

    `runs` and `events`: the tables of a study that kept its events; `start`: the army's posture on day 0.
    A point with at least half of its runs failed has only nan. `failed`: how many did.
    """
    traces = traces_of(runs, events, start)
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
    for name in RANGES:
        value = mean_of(name, traces)
        found[name] = log(value) if name in LOGS else value
    for family in FAMILIES:
        draws = family.draw(traces)[1]
        told = {}
        for name, figure in family.figures.items():
            told[name] = _scale_values(figure, draws[name])
            values = told[name][np.isfinite(told[name])]
            enough = values.size >= FEWEST
            found[f"{name}_mean"] = float(values.mean()) if enough else nan
            found[f"{name}_sd"] = max(float(values.std(ddof=1)), LEAST_SD) if enough else nan
        for one, other in combinations(told, 2):
            found[f"{one}_with_{other}"] = _correlation(told[one], told[other])
    return found


def _scale_values(figure: Figure, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([figure.to_scale(value) for value in values.tolist()], np.float64)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Correlation over the samples that have both; nan if too few do, or if one of them is constant."""
    both = np.isfinite(one) & np.isfinite(other)
    one, other = one[both], other[both]
    if one.size < FEWEST or one.std() == 0 or other.std() == 0:
        return nan
    return float(np.corrcoef(one, other)[0, 1])


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
