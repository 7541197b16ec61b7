"""Scores of the knowers: how much of what is not known without a record does each of them know?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.ceiling.truths import PARAMETERS, RECORD, STATE
from sim.following.ahead import WEEK
from sim.following.scores import block_bootstrap, brier, crps, law_of, skill

LEADS = (2, 4, 8, 13)  # weeks
NOTHING = "nothing"
KNOWERS = (RECORD, PARAMETERS, STATE)
ALL = "all kinds together"
LEAST = 8  # truths that stand at the origin: of fewer no interval means anything


def scored(found: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """A row for each truth, lead, target and knower, with its score.

    Scores are fair: that of an ensemble of few has the mean of that of many (Brier and CRPS; Ferro 2014).
    """
    rows = []
    standing = [each for each in found if each["stands"]]
    for case in sorted({each["case"] for each in standing}):
        own = [each for each in standing if each["case"] == case]
        for each in own:
            others = [other["happened"] for other in own if other is not each]
            if len(others) < LEAST - 1:
                continue
            for weeks in LEADS:
                for knower, said in ((NOTHING, others), *each["said"].items()):
                    for target, value in _scores(each["happened"], said, weeks).items():
                        rows.append(
                            {
                                "case": case,
                                "truth": each["number"],
                                "weeks": weeks,
                                "knower": knower,
                                "target": target,
                                "score": value,
                            }
                        )
    return pd.DataFrame(rows)


def _scores(happened: dict[str, Any], said: Sequence[dict[str, Any]], weeks: int) -> dict[str, float]:
    days, n = weeks * WEEK, len(said)
    broke = np.array([0 < each["break_days"] <= days for each in said], float)
    truth = 0 < happened["break_days"] <= days
    counts = [each["events"][weeks - 1] for each in said]
    seen = happened["events"][weeks - 1]
    places = max(seen, *counts) + 2
    return {
        "break": brier(float(broke.mean()), truth, n),
        "fatal events": crps(law_of(counts, places), seen, n),
    }


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of the score of knowing nothing that each knower takes away, with intervals over truths."""
    found: list[dict[str, object]] = []
    if rows.empty:
        return pd.DataFrame(found)
    more = rows.assign(truth=rows.case + rows.truth.astype(str), case=ALL)
    rows = pd.concat([rows, more]) if rows.case.nunique() > 1 else rows
    for (case, target, weeks), here in rows.groupby(["case", "target", "weeks"]):
        wide = here.pivot_table(index="truth", columns="knower", values="score")
        for knower in KNOWERS:
            value, low, high, n = _skill(wide, knower)
            row = {"case": case, "target": target, "weeks": weeks, "knower": knower, "skill": value}
            found.append(row | {"low": low, "high": high, "truths": n})
    return pd.DataFrame(found)


def _skill(wide: pd.DataFrame, knower: str) -> tuple[float, float, float, int]:
    """Share of the score of knowing nothing that a knower takes away, its interval, and over how many."""
    pair = wide[[knower, NOTHING]].dropna()
    blocks = [row[None, :] for row in pair.to_numpy()]
    low, high = block_bootstrap(blocks, lambda x: skill(float(x[:, 0].mean()), float(x[:, 1].mean())))
    return skill(float(pair[knower].mean()), float(pair[NOTHING].mean())), low, high, len(pair)


def findings(table: pd.DataFrame, weeks: int = 8) -> list[str]:
    """What is decided at one lead, in a line for each target and knower: clear of 0, or not."""
    if table.empty:
        return []
    lines = []
    case = ALL if (table.case == ALL).any() else table.case.iloc[0]
    here = table[(table.case == case) & (table.weeks == weeks)]
    for target, words in (("fatal events", "how many fatal events come"), ("break", "whether it breaks")):
        for knower in KNOWERS:
            row = here[(here.target == target) & (here.knower == knower)].iloc[0]
            value, low, high = float(row.skill), float(row.low), float(row.high)
            if value != value:
                lines.append(f"Of {words} within {weeks} weeks nothing can be said: none broke")
                break
            takes = f"{knower} {'take' if ' and ' in knower else 'takes'}"
            lines.append(
                f"Of what is not known of {words} within {weeks} weeks, the {takes} away {100 * value:.0f} % "
                f"({100 * low:.0f} to {100 * high:.0f} %): {_verdict(low, high)}"
            )
    return lines


def _verdict(low: float, high: float) -> str:
    if low > 0:
        return "more than nothing"
    return "less than nothing" if high < 0 else "not decided by so few truths"
