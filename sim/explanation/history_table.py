"""The table of an explanation: how often the truce breaks with and without each change, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.city.columns import Column
from sim.explanation.changes import Change
from sim.stats.intervals import paired_mean, paired_share, wilson

COLUMNS = (
    Column("sort", "string", "name", "event, together, kind, measure, switch or kinship"),
    Column(
        "name", "string", "name", "id of the event, or name of the kind, measure, switch or kinship effect"
    ),
    Column("change", "string", "words", "what is changed"),
    Column("day", "int32", "day", "day from which it is changed"),
    Column("until", "int32", "day", "day up to which the luck is the run's own; it is fresh after that"),
    Column("broke", "bool", "yes/no", "whether the truce still breaks in this history, with the same luck"),
    Column("first_break_day", "float64", "day", "when; nan if it holds"),
    Column("ending", "string", "name", "by which ending; empty if it holds"),
    Column("deaths", "int64", "residents", "deaths in this history with the change and the same luck"),
    Column("departed", "int64", "residents", "departed at the end of it"),
    Column("n", "int32", "replicates", "replicates of later luck"),
    Column("p_with", "float64", "probability", "share of them that break with the change"),
    Column("p_with_low", "float64", "probability", "lower end of its 95 % Wilson interval"),
    Column("p_with_high", "float64", "probability", "upper end"),
    Column("p_without", "float64", "probability", "share of the same replicates that break unchanged"),
    Column("difference", "float64", "probability", "p_with - p_without"),
    Column(
        "difference_low", "float64", "probability", "lower end of its 95 % interval (paired, Bonett-Price)"
    ),
    Column("difference_high", "float64", "probability", "upper end"),
    Column("deaths_difference", "float64", "residents", "mean difference in deaths over the replicates"),
    Column("deaths_low", "float64", "residents", "lower end of its 95 % interval (paired, t)"),
    Column("deaths_high", "float64", "residents", "upper end"),
    Column("departed_difference", "float64", "residents", "mean difference in departed"),
)


def explanation(changes: Sequence[Change], reruns: pd.DataFrame) -> pd.DataFrame:
    """One row per change, what averts most first, in COLUMNS; `changes` and `reruns` as in Explanation."""
    rows = []
    for number, change in enumerate(changes):
        ours = reruns[reruns.change == number].sort_values("replicate")
        bare = reruns[(reruns.change == -1) & (reruns.day == change.until)].sort_values("replicate")
        same = ours.iloc[0]
        mine, base = ours.iloc[1:], bare.iloc[1:]
        row = {
            "sort": change.sort, "name": change.name, "change": change.says, "day": change.day,
            "until": change.until,
            **{name: same[name] for name in ("broke", "first_break_day", "ending", "deaths", "departed")},
            "n": len(mine),
        }  # fmt: skip
        if len(mine):
            one, other = (frame.broke.to_numpy(float) for frame in (mine, base))
            low, high, _ = paired_share(one, other)
            row["p_with"], row["p_without"] = one.mean(), other.mean()
            row["p_with_low"], row["p_with_high"] = wilson(int(one.sum()), len(one))
            row |= {
                "difference": row["p_with"] - row["p_without"],
                "difference_low": low,
                "difference_high": high,
            }
            dead = [frame.deaths.to_numpy(float) for frame in (mine, base)]
            row["deaths_low"], row["deaths_high"], _ = paired_mean(*dead)
            row["deaths_difference"] = float(np.mean(dead[0] - dead[1]))
            gone = [frame.departed.to_numpy(float) for frame in (mine, base)]
            row["departed_difference"] = float(np.mean(gone[0] - gone[1]))
        rows.append(row)
    table = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    table = table.astype({column.name: column.dtype for column in COLUMNS})
    return table.sort_values(["difference", "sort", "day", "name"], ignore_index=True)
