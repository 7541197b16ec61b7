"""Two studies: points with the same settings compared, pair by pair where they met the same luck."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.report.compare.settings import differing, settings_lines
from sim.report.effects import OUTCOMES, effect_sentence, effects_by_point
from sim.report.figures.points import factors_of, labels_of
from sim.report.source import Source
from sim.stats.intervals import paired_mean, paired_share, unpaired_mean, unpaired_share
from sim.study.tables import outcome_values


def match(one: Source, other: Source) -> list[tuple[int, int]]:
    """Numbers of points with the same settings, in the first and the second study.

    Raises InputError if there is none, and neither study has a single point.
    """
    ours, theirs = (_settings(source.tables["points"]) for source in (one, other))
    pairs = [(point, theirs[key]) for key, point in ours.items() if key in theirs]
    if pairs:
        return pairs
    if len(ours) == len(theirs) == 1:
        return [(next(iter(ours.values())), next(iter(theirs.values())))]
    raise InputError(
        f"{one.folder} and {other.folder} cannot be compared: no point has the same settings in both "
        f"({_find_varied(one)} / {_find_varied(other)})"
    )


def _settings(points: pd.DataFrame) -> dict[tuple[tuple[str, str], ...], int]:
    factors = sorted(factors_of(points))
    return {
        tuple((key, str(row[key])) for key in factors): int(row["point"]) for row in points.to_dict("records")
    }


def _find_varied(source: Source) -> str:
    return f"it varies {', '.join(factors_of(source.tables['points'])) or 'nothing'}"


def differences_between(one: Source, other: Source) -> pd.DataFrame:
    """Second study minus first, a row for each matched point and outcome, as in the table of differences.

    `point` is a number of the second study, `base` of the first. Where both met the same luck, run by run,
    they are compared in pairs. Raises InputError as `match`.
    """
    rows = []
    for ours, theirs in match(one, other):
        base, mine = _runs(one, ours), _runs(other, theirs)
        together = base.merge(mine, on="run", suffixes=("", "_other"))
        paired = len(together) > 1 and bool((together["seed"] == together["seed_other"]).all())
        if paired:
            kept = set(together["run"])
            base, mine = (
                table[table["run"].isin(kept)].sort_values("run", ignore_index=True) for table in (base, mine)
            )
        for name in OUTCOMES:
            before, after = _values(base, name), _values(mine, name)
            row: dict[str, Any] = {"point": theirs, "base": ours, "outcome": name, "n": len(after)}
            if len(before) and len(after):
                share = name == "broke"
                interval = (
                    (paired_share if share else paired_mean)
                    if paired
                    else (unpaired_share if share else unpaired_mean)
                )
                row["low"], row["high"], row["method"] = interval(after, before)
                row |= {"base_mean": float(before.mean()), "mean": float(after.mean())}
                row["difference"] = row["mean"] - row["base_mean"]
            rows.append(row)
    names = ["point", "base", "outcome", "n", "base_mean", "mean", "difference", "low", "high", "method"]
    return pd.DataFrame(rows, columns=names)


def _runs(source: Source, point: int) -> pd.DataFrame:
    runs: pd.DataFrame = source.tables["runs"]
    return runs[(runs["point"] == point) & (runs["status"] == "ok")]


def _values(runs: pd.DataFrame, name: str) -> Any:
    if name == "broke":
        return runs["broke"].to_numpy(bool).astype(np.float64)
    return outcome_values({column: runs[column].to_numpy() for column in runs.columns}, name)


def study_lines(one: Source, other: Source) -> list[str]:
    """What differs between two studies, in lines. Raises InputError as `match`."""
    table = differences_between(one, other)
    plans = [source.store.plan for source in (one, other)]
    kept = {"question", "base", "factors", "engine"}
    found = [
        *differing(*(plan.study.model_dump(mode="json", exclude=kept) for plan in plans)),
        *differing(*(plan.scenario(0).model_dump(mode="json") for plan in plans)),
    ]
    labels, effects = labels_of(other.tables["points"]), effects_by_point(table)
    how = (
        "run by run under the same luck"
        if table["method"].astype(str).str.startswith("paired").all()
        else ("two independent samples")
    )
    lines = [*settings_lines(found), f"Second study against the first, {how}, 95 % intervals:"]
    lines += [f"  {effect_sentence(labels[point], effects[point])}." for point in effects]
    alone = [
        len(source.tables["points"]) - len(set(table[name]))
        for source, name in ((one, "base"), (other, "point"))
    ]
    if any(alone):
        lines.append(f"Points in only one study: {alone[0]} / {alone[1]}.")
    return lines
