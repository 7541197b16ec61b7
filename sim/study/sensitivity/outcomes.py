"""The outcome of a sensitivity analysis, one number per history."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError, closest
from sim.study.tables import OUTCOMES, break_days, outcome_values

STANDARD = {
    "broke": "whether the truce broke",
    "break_days": "days to the first break, cut at the horizon",
    **{name: says for name, says, _ in OUTCOMES},
}


def outcome(runs: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """The outcome of every run (float64[runs]; broke is 0 or 1), from rows of runs that succeeded.

    `name` is broke, break_days, an outcome of the points table, or a column of numbers of the run row.
    Raises InputError for another name, and for a column that is missing in some runs.
    """
    columns = {str(column): values for column, values in runs.items()}
    if name == "break_days":
        return np.asarray(break_days(columns), np.float64)
    if name in {each for each, _, _ in OUTCOMES}:
        return np.asarray(outcome_values(columns, name), np.float64)
    known = [*STANDARD, *(column for column in runs.columns if _is_number(runs[column]))]
    if name not in known:
        raise InputError(f"--outcome {name}: no outcome of numbers; {closest(name, dict.fromkeys(known))}")
    values = runs[name].to_numpy(np.float64)
    if np.isnan(values).any():
        hint = "; take break_days, which is cut at the horizon" if name == "first_break_day" else ""
        raise InputError(f"--outcome {name}: {int(np.isnan(values).sum()):,} histories have none{hint}")
    return values


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values)) and values.name not in ("point", "run")
