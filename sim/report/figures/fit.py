"""What a figure says when it does not fit the data: which data it needs."""

from __future__ import annotations

import pandas as pd

from sim.errors import InputError


class Unfit(InputError):  # noqa: N818 (nothing is wrong with the result; another figure will do)
    """This figure cannot be drawn from these tables."""


def good_runs(runs: pd.DataFrame, name: str) -> pd.DataFrame:
    """The runs that succeeded. Raises Unfit, in the name of the figure `name`, if there are none."""
    good = runs[runs["status"] == "ok"] if "status" in runs.columns else runs
    if good.empty:
        raise Unfit(f"{name}: needs at least one history that succeeded; this study has none")
    return good


def keep_filled(points: pd.DataFrame, name: str) -> pd.DataFrame:
    """The points with a history that succeeded. Raises Unfit as `good_runs`."""
    good = points[points["n"] > 0]
    if good.empty:
        raise Unfit(f"{name}: needs at least one history that succeeded; this study has none")
    return good
