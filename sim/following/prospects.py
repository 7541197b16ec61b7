"""From the last day on: how often the truce breaks, how much violence follows, what each measure changes.

All are shares and sums over histories of the model that followed the record, weighed as the record weighs
them. They are shares of model runs; the baselines and the measured skill stand beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.following.ahead import UNCHANGED, WEEK, WITH, WITHOUT, Ahead
from sim.following.forecasts import Past, break_probabilities, forecasts
from sim.following.island import IslandFound
from sim.following.quantiles import weighted_quantiles
from sim.following.record import Record, Row
from sim.following.truces import date_of
from sim.stats.intervals import wilson

HORIZONS = (30, 60, 90)  # days
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)
BOOTSTRAPS = 1000
COUNTED = {"events": "recorded kind of events", "deaths": "deaths in them", "departed": "departures"}
EFFECTS = ("breaks", "deaths", "departures")
FEWEST = 5  # minimum number of histories for a difference


@dataclass(frozen=True)
class Prospects:
    """Tables of what comes after the last day followed (docs/following.md explains them).

    `breaks`: days, ending ("any" for all), share with low and high, n, a column for each baseline; `fan`:
    week, what, method, quantiles q05 to q95, mean; `measures`: measure, begins_in_days; `explained`: day,
    date, event, deaths_of. The last two have n, and breaks, deaths and departures with _low and _high too.
    """

    breaks: pd.DataFrame
    fan: pd.DataFrame
    measures: pd.DataFrame
    explained: pd.DataFrame


def island_weights(islands: Sequence[IslandFound], day: int) -> NDArray[np.float64]:
    """Weight of each island after a day, by its evidence up to then; they add up to 1."""
    logs = [sum(each.log_counts + each.log_marks for each in island.days[:day]) for island in islands]
    log = np.array(logs)
    return np.asarray(np.exp(log - np.logaddexp.reduce(log)), np.float64)


def histories_ahead(islands: Sequence[IslandFound]) -> pd.DataFrame:
    """A row per history that went on, with its weight among those of its day, variant and delay.

    The other columns are those of `Continuations.rows`, and the island. Empty if none went on.
    """
    rows = [{"island": k, **row} for k, island in enumerate(islands) for row in island.ahead]
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    own = {day: island_weights(islands, day) for day in sorted(set(table.day))}
    n = table.groupby(["day", "variant", "delay", "island"]).member.transform("size")
    weights = [own[day][k] for day, k in zip(table.day, table.island, strict=True)]
    return table.assign(weight=np.array(weights) / n.to_numpy())


def prospects(
    record: Record,
    islands: Sequence[IslandFound],
    ahead: Ahead,
    others: Sequence[Record] = (),
    seed: int = 0,
) -> Prospects:
    """All tables, from the results of the islands. `others`: records of other towns, for the baselines."""
    table = histories_ahead(islands)
    origin = ahead.origins[-1]
    here = table[(table.day == origin) & ~table.variant.str.startswith((WITH, WITHOUT))]
    free = here[here.variant == UNCHANGED]
    return Prospects(
        _breaks(free, record, origin, ahead, others),
        _fan(free, record, origin, ahead, others, seed),
        _measures(here, ahead),
        _explain(table, record, ahead),
    )


def _breaks(
    free: pd.DataFrame, record: Record, origin: int, ahead: Ahead, others: Sequence[Record]
) -> pd.DataFrame:
    """Share that breaks within each horizon, given unbroken today, in all and by ending."""
    standing = free[~free.broken.astype(bool)]
    n = len(standing)
    weights = standing.weight.to_numpy()
    rows = []
    for days in _horizons(ahead):
        broke = ((standing.break_days > 0) & (standing.break_days <= days)).to_numpy()
        truces = [(float(each.days), each.ended) for each in others]
        simple = break_probabilities(truces, float(record.stood + origin), float(days))
        for ending in ("any", *sorted(set(standing.ending[broke]))):
            hit = broke if ending == "any" else broke & (standing.ending == ending).to_numpy()
            share = float(weights[hit].sum() / weights.sum()) if n else float("nan")
            n_effective = round(weights.sum() ** 2 / np.sum(weights**2)) if n else 0
            low, high = wilson(round(share * n_effective), n_effective) if n_effective else (np.nan, np.nan)
            row = {"days": days, "ending": ending, "share": share, "low": low, "high": high, "n": n}
            rows.append(row | (simple if ending == "any" else dict.fromkeys(simple, np.nan)))
    return pd.DataFrame(rows)


def _horizons(ahead: Ahead) -> list[int]:
    return [days for days in HORIZONS if days <= ahead.weeks * WEEK] or [ahead.weeks * WEEK]


def _fan(
    free: pd.DataFrame, record: Record, origin: int, ahead: Ahead, others: Sequence[Record], seed: int
) -> pd.DataFrame:
    """Quantiles of sums from today on, week by week, and those of the baselines where they exist."""
    rows = []
    past = Past.of(record, origin, others)
    for week in range(1, ahead.weeks + 1):
        for what in COUNTED:
            values = np.array([sums[week - 1] for sums in free[what]], np.float64)
            rows.append(_quantiles(week, what, "model", values, free.weight.to_numpy()))
        if week % 4 and week != ahead.weeks:
            continue
        for method, ensemble in forecasts(past, week * WEEK, seed).items():
            for what in ("events", "deaths"):
                values = getattr(ensemble, what).astype(np.float64)
                rows.append(_quantiles(week, what, method, values, np.ones(values.size)))
    return pd.DataFrame(rows)


def _quantiles(
    week: int, what: str, method: str, values: NDArray[np.float64], weights: NDArray[np.float64]
) -> dict[str, object]:
    names = [f"q{round(100 * share):02d}" for share in FAN]
    found = dict(zip(names, weighted_quantiles(values, weights, FAN), strict=True))
    mean = float(np.average(values, weights=weights))
    return {"week": week, "what": what, "method": method, **found, "mean": mean}


def _measures(here: pd.DataFrame, ahead: Ahead) -> pd.DataFrame:
    """What each measure does, against the same histories without it; differences per history."""
    base = here[here.variant == UNCHANGED].set_index(["island", "member"])
    rows: list[dict[str, object]] = []
    for name in ahead.measures:
        for delay in ahead.delays:
            changed = here[(here.variant == name) & (here.delay == delay)].set_index(["island", "member"])
            if len(changed):
                pair = changed.merge(base, left_index=True, right_index=True, suffixes=("", "_base"))
                rows.append({"measure": name, "begins_in_days": delay, **_differences(pair, changed.weight)})
    return pd.DataFrame(rows)


def _explain(table: pd.DataFrame, record: Record, ahead: Ahead) -> pd.DataFrame:
    """What followed from each recorded event: histories with it less the same ones without it."""
    rows: list[dict[str, object]] = []
    for place in ahead.explained:
        row: Row = record.rows[place]
        without = table[table.variant == f"{WITHOUT} {place}"].set_index(["island", "member"])
        whole = table[(table.variant == WITH) & (table.day == row.day)].set_index(["island", "member"])
        if len(without):
            pair = whole.merge(without, left_index=True, right_index=True, suffixes=("", "_base"))
            told = {
                "day": row.day,
                "date": date_of(record, row.day),
                "event": row.of,
                "deaths_of": row.deaths,
            }
            rows.append(told | _differences(pair, whole.weight.loc[pair.index]))
    return pd.DataFrame(rows)


def _differences(pair: pd.DataFrame, weight: pd.Series) -> dict[str, object]:
    """Mean paired differences with bootstrap intervals over histories."""
    weights = weight.loc[pair.index].to_numpy()

    def last(column: str) -> NDArray[np.float64]:
        return np.array([sums[-1] for sums in pair[column]], np.float64)

    found: dict[str, object] = {"n": len(pair)}
    stood = ~(pair.broken.astype(bool) & pair.broken_base.astype(bool)).to_numpy()
    broke = ((pair.break_days > 0) | pair.broken.astype(bool)).to_numpy()
    broke_base = ((pair.break_days_base > 0) | pair.broken_base.astype(bool)).to_numpy()
    effects = {
        "breaks": (broke.astype(float) - broke_base, stood),
        "deaths": (last("dead") - last("dead_base"), np.ones(len(pair), bool)),
        "departures": (last("departed") - last("departed_base"), np.ones(len(pair), bool)),
    }
    for name, (difference, counts) in effects.items():
        mean, low, high = mean_with_interval(difference[counts], weights[counts])
        found |= {name: mean, f"{name}_low": low, f"{name}_high": high}
    return found


def mean_with_interval(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Weighted mean and its 95 % interval by the bootstrap; nan for fewer than FEWEST values."""
    if values.size < FEWEST or not weights.sum() > 0:
        return float("nan"), float("nan"), float("nan")
    rng = np.random.default_rng([values.size, 6])
    drawn = rng.integers(values.size, size=(BOOTSTRAPS, values.size))
    sums = weights[drawn].sum(axis=1)
    means = (values[drawn] * weights[drawn]).sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(np.average(values, weights=weights)), float(low), float(high)
