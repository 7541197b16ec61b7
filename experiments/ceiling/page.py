"""README and figure of the ceiling, from its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.ceiling.scored import ALL, KNOWERS, LEADS, findings
from experiments.ceiling.truths import CASES, Case, Truth
from sim.report.figures.sheet import Sheet
from sim.report.files import save_figure
from sim.report.limits import STATEMENT
from sim.report.style import BLUE, FAINT, GREEN, ORANGE, PALE, house_style

QUESTION = (
    "How much of a truce's fate could be known at all: from the record, the parameters, the hidden state?"
)
TITLES = {"al_rastan": "al-Rastan", "small_town": "small town", ALL: "all together"}
LOWEST = -0.5  # skill that is shown; the tables have what lies below
COLOURS = dict(zip(KNOWERS, ((ORANGE, "o"), (GREEN, "s"), (BLUE, "^")), strict=True))


def readme(table: pd.DataFrame, found: Sequence[dict[str, Any]], cases: Sequence[Case], job: Truth) -> str:
    """The whole page."""
    lines = [
        "# Ceiling",
        "",
        "<!-- Written by python -m experiments.ceiling from its tables; change the code, not this. -->",
        "",
        f"**{QUESTION}**",
        "",
        *(f"- {line}." for line in findings(table)),
        "",
        f"Histories of the model are taken for the truth. Their fatal events of the first {job.origin} days "
        "are the record; of those that stand then, four knowers say what comes. *Skill* is the share of the "
        "score of knowing *nothing* (other truces of the same prior) that a knower takes away: fair Brier "
        "score for a break, fair CRPS for the number of fatal events. 1 would be to know all; what is above "
        "the *hidden state* is luck, which nobody can know. In brackets: 95 % intervals, truths drawn with "
        "replacement.",
        "",
        "![Skill by lead and knower](figure.png)",
        "",
    ]
    for case in cases:
        own = [each for each in found if each["case"] == case.name]
        standing = [each for each in own if each["stands"]]
        broke = sum(each["happened"]["break_days"] > 0 for each in standing)
        if not own:
            lines += [f"## {case.says[0].upper()}{case.says[1:]}", "", "Not done at this size.", ""]
            continue
        lines += [
            f"## {case.says[0].upper()}{case.says[1:]}",
            "",
            f"{len(own)} truths; {len(standing)} stand on day {job.origin}, and {broke} of these break "
            "within 13 weeks.",
            "",
            *_table(table, case.name),
        ]
    if len(table) and (table.case == ALL).any():
        lines += [f"## {ALL[0].upper()}{ALL[1:]}", "", *_table(table, ALL)]
    lines += [
        "## Run it again",
        "",
        "```sh",
        "python -m experiments.ceiling",
        "```",
        "",
        f"Here: {job.particles} particles, {job.members} histories a knower, {len(found)} truths in "
        f"{_minutes(sum(each['seconds'] for each in found))} of one core. That is small: intervals are wide, "
        "and few particles make the record look less telling than it is. Full size: `--full`, 200 truths of "
        "each kind with 500 particles. A stop loses nothing: the same command goes on.",
        "",
        f"*{STATEMENT}*",
    ]
    return "\n".join(lines) + "\n"


def _minutes(seconds: float) -> str:
    n = max(1, round(seconds / 60))
    return "1 minute" if n == 1 else f"{n} minutes"


def _table(table: pd.DataFrame, case: str) -> list[str]:
    here = table[table.case == case] if len(table) else table
    if here.empty:
        return ["Too few stand to say anything.", ""]
    lines = ["| target | knower | " + " | ".join(f"{weeks} weeks" for weeks in LEADS) + " |"]
    lines.append("|---" * (len(LEADS) + 2) + "|")
    for target in ("break", "fatal events"):
        for knower in KNOWERS:
            cells = []
            for weeks in LEADS:
                row = here[(here.target == target) & (here.knower == knower) & (here.weeks == weeks)]
                cells.append(_cell(row.iloc[0]) if len(row) else "")
            lines.append(f"| {target} | {knower} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _cell(row: Any) -> str:
    if row.skill != row.skill:
        return "none broke"
    return f"{row.skill:.2f} ({row.low:.2f} to {row.high:.2f})"


def draw(table: pd.DataFrame, folder: Path) -> None:
    """The figure: a column a kind of town, a row a target; skill by lead, one line a knower."""
    names = [*(case.name for case in CASES), ALL]
    shown = [name for name in names if len(table) and (table.case == name).any()]
    with house_style():
        sheet = Sheet(
            "How much of a truce's fate could be known?",
            "skill against knowing nothing but the prior; bars: 95 % intervals, truths drawn with "
            "replacement",
            5.2,
            "Hidden state: the true history branched with fresh luck; what is above it is luck. Below -0.5 "
            "nothing is drawn; the tables have it.",
        )
        width = 9.0 / max(1, len(shown)) - 0.55
        for k, case in enumerate(shown):
            for j, target in enumerate(("break", "fatal events")):
                heading = f"{TITLES.get(case, case)}: {target}"
                axes = sheet.panel(0.65 + k * (width + 0.55), 0.25 + j * 2.6, width, 1.9, heading)
                here = table[(table.case == case) & (table.target == target)]
                for i, knower in enumerate(KNOWERS):
                    rows = here[here.knower == knower]
                    colour, marker = COLOURS[knower]
                    at = rows.weeks + 0.22 * (i - 1)
                    axes.vlines(at, rows.low.clip(LOWEST), rows.high, color=colour, linewidth=1.2)
                    axes.plot(
                        at, rows.skill.clip(LOWEST), marker=marker, color=colour, label=knower, markersize=4
                    )
                axes.axhline(0, color=FAINT, linewidth=0.8)
                axes.set_ylim(LOWEST - 0.05, 1.05)
                axes.set_xticks(LEADS)
                axes.grid(True, axis="y", color=PALE, linewidth=0.6)
                if j:
                    axes.set_xlabel("weeks ahead")
                if not k and not j:
                    lines, names = axes.get_legend_handles_labels()
                    sheet.figure.legend(
                        lines, names, loc="upper right", bbox_to_anchor=(0.93, 0.985), ncols=3, fontsize=8
                    )
        save_figure(sheet.figure, folder, "figure", ("png",), 75)
