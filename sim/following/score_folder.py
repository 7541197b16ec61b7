"""Scores on disk: score.json, tables, the figure, the report, and the skill that other results quote."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sim.disk.results import statement, write_folder, write_json
from sim.following.page import Part, page_of
from sim.following.score_figure import score_figure
from sim.following.scoring import Scores
from sim.report.files import save_figure
from sim.version import LIBRARIES, __version__, library_version

QUESTION = (
    "Does the model say more about what comes next than the simplest methods, and which of its mechanisms "
    "do the records support?"
)


def write_scores(found: Scores, folder: Path, *, force: bool = False) -> None:
    """Write the scores, all or nothing, and note the folder in `found`.

    Raises InputError if the folder cannot be written, or exists and not `force`.
    """

    def fill(aside: Path) -> None:
        found.origins.to_csv(aside / "origins.csv", index=False)
        found.breaks.to_csv(aside / "breaks.csv", index=False)
        found.scores.to_csv(aside / "scores.csv", index=False)
        found.evidence.to_csv(aside / "evidence.csv", index=False)
        save_figure(score_figure(found), aside, "score")
        (aside / "report.html").write_text(score_page(found), encoding="utf-8")
        (aside / "answer.txt").write_text("\n".join([*found.lines, "", statement(), ""]), encoding="utf-8")
        (aside / "skill.json").write_text(json.dumps(skill_content(found), indent=1) + "\n", encoding="utf-8")
        write_json(aside / "score.json", _page(found))

    write_folder(folder, force, fill)
    found.folder = folder


def command_of(found: Scores) -> str:
    """The command that reproduces these scores."""
    plan = found.plan
    leads = ",".join(str(lead) for lead in plan.leads)
    return (
        f"hudna score {' '.join([*found.truces, *found.overrides])} --particles {found.particles} "
        f"--histories {plan.members} --step {plan.step} --leads {leads} --days {plan.most_days}"
        + "".join(f" {option}" for option in found.options)
    )


def skill_content(found: Scores) -> dict[str, Any]:
    """What is printed beside forecasts elsewhere: sentences, and the command that measured the skill."""
    rows = [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }
        for row in found.skills.to_dict("records")
    ]
    return {"hudna": __version__, "command": command_of(found), "lines": found.lines, "skills": rows}


def score_page(found: Scores) -> str:
    """The report of the scores."""
    parts = [
        Part(
            "Answer",
            found.lines,
            [
                (
                    "score",
                    "Skill against each baseline, the PIT histogram, and evidence by truce.",
                    score_figure(found),
                )
            ],
        ),
        Part(
            "Skill of the model",
            [
                "1 - the model's mean score / the baseline's, on the same origins; 0 is no better, below 0 "
                "is worse. Intervals: 95 %, truces resampled."
            ],
            tables=[("", found.skills)],
        ),
        Part(
            "Mean scores",
            [
                "CRPS, ignorance in bits and Brier score: lower is better. in50, in90: share of windows "
                "in the "
                "central bands; for small counts a band covers more than its nominal share."
            ],
            tables=[("", found.scores)],
        ),
        Part(
            "Log evidence by truce",
            ["For the numbers of events by day, one day ahead; higher is better."],
            tables=[("", found.evidence)],
        ),
        Part("The end of the truce", tables=[("", _ends(found.breaks))]),
    ]
    return page_of("Scores on recorded truces", QUESTION, parts, command_of(found))


def _ends(breaks: pd.DataFrame) -> pd.DataFrame:
    """Forecasts of an end within the lead, a row per origin."""
    if breaks.empty:
        return breaks
    table = breaks.pivot_table(
        index=["truce", "date", "lead", "happened"], columns="method", values="p", sort=False
    ).reset_index()
    table.columns.name = None
    return table


def _page(found: Scores) -> dict[str, object]:
    return {
        "hudna": __version__,
        "kind": "scores",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command_of(found),
        "truces": found.truces,
        "overrides": list(found.overrides),
        "particles": found.particles,
        "lines": found.lines,
        "versions": {name: library_version(name) for name in LIBRARIES},
        "statement": statement(),
    }
