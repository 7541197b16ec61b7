"""The table of an explained study: over histories, how often each change averts the break."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.city.columns import Column
from sim.explanation.trials import FROM_THE_START, SORTS, Trial
from sim.stats.intervals import mean_share, paired_mean, wilson

COLUMNS = (
    Column("sort", "string", "name", "kind, covariate or measure"),
    Column("name", "string", "name", "name of the kind, the covariate or the measure"),
    Column("change", "string", "words", "what is changed"),
    Column("days_before", "int32", "days", "how long before the break it is changed; 0: from day 1 on"),
    Column("histories", "int32", "histories", "broken histories in which it could be changed that early"),
    Column("held", "float64", "histories", "those that hold with the same luck; nan unless from day 1 on"),
    Column("held_share", "float64", "share", "held of histories"),
    Column("held_low", "float64", "share", "lower end of its 95 % Wilson interval"),
    Column("held_high", "float64", "share", "upper end"),
    Column("p_with", "float64", "probability", "share of later histories that break with the change, mean"),
    Column("p_without", "float64", "probability", "share of the same ones that break unchanged, mean"),
    Column("difference", "float64", "probability", "p_with - p_without"),
    Column("difference_low", "float64", "probability", "lower end of its 95 % interval over histories"),
    Column("difference_high", "float64", "probability", "upper end"),
    Column("deaths_difference", "float64", "residents", "mean difference in deaths"),
    Column("deaths_low", "float64", "residents", "lower end of its 95 % interval over histories (paired, t)"),
    Column("deaths_high", "float64", "residents", "upper end"),
    Column("departed_difference", "float64", "residents", "mean difference in departed"),
)


def study_table(trials: Sequence[Trial], reruns: pd.DataFrame) -> pd.DataFrame:
    """One row per trial, in COLUMNS: by sort, then by what averts most from its earliest start on.

    `reruns`: as in StudyExplanation. Histories count once each: their replicates are averaged first.
    """
    later, replicates = reruns[reruns.replicate > 0], int(reruns.replicate.max())
    means = later.groupby(["history", "days_before", "trial"])[["broke", "deaths", "departed"]].mean()
    same = reruns[reruns.replicate == 0].set_index(["history", "days_before", "trial"])
    rows = []
    for number, trial in enumerate(trials):
        ours = _of(means, trial.lead, number)
        base = _of(means, trial.lead, -1).loc[ours.index]
        n = len(ours)
        apart = (ours - base).astype(float)
        row = {
            "sort": trial.sort, "name": trial.name, "change": trial.says,
            "days_before": trial.lead, "histories": n,
            "p_with": float(ours.broke.mean()), "p_without": float(base.broke.mean()),
            "difference": float(apart.broke.mean()),
            "deaths_difference": float(apart.deaths.mean()),
            "departed_difference": float(apart.departed.mean()),
        }  # fmt: skip
        if trial.lead == FROM_THE_START:
            row["held"] = held = int((~_of(same, trial.lead, number).broke.astype(bool)).sum())
            row["held_share"] = held / n
            row["held_low"], row["held_high"] = wilson(held, n)
        row["difference_low"], row["difference_high"], _ = mean_share(apart.broke.to_numpy(), replicates)
        row["deaths_low"], row["deaths_high"], _ = paired_mean(
            ours.deaths.to_numpy(float), base.deaths.to_numpy(float)
        )
        rows.append(row)
    table = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    table = table.astype({column.name: column.dtype for column in COLUMNS})
    return table.iloc[_order(table)].reset_index(drop=True)


def _order(table: pd.DataFrame) -> list[int]:
    """By sort, then names with the best effect first, then early starts first."""
    best = table.groupby(["sort", "name"]).difference.transform("min").tolist()
    keys = [
        (SORTS.index(row["sort"]), best[k], row["name"], row["days_before"] > 0, -row["days_before"], k)
        for k, row in enumerate(table.to_dict("records"))
    ]
    return [key[-1] for key in sorted(keys)]


def _of(rows: pd.DataFrame, lead: int, trial: int) -> pd.DataFrame:
    """The rows of a trial, or of no change (-1), by history."""
    return pd.DataFrame(rows.xs((lead, trial), level=("days_before", "trial")))
