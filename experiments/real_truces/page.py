"""The page on the real truces, from the tables of `hudna score`; no answer is typed by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.following.forecasts import ZERO
from sim.following.score_figure import draw_evidence, draw_skills
from sim.following.scoring import bits_an_event
from sim.following.truces import ATTRIBUTION
from sim.report.figures.sheet import Sheet
from sim.report.limits import STATEMENT
from sim.report.style import house_style

QUESTION = "Does the model say more of what comes next in real truces than the simplest methods do?"
MODEL = "model"
OUTRUN = 2.0  # least effective size under which the record outran the particles


def readme(folder: Path) -> str:
    """The whole page, from a folder of scores."""
    told = json.loads((folder / "score.json").read_text(encoding="utf-8"))
    *found, summary = (line for line in told["lines"] if ATTRIBUTION not in line)
    evidence = pd.read_csv(folder / "evidence.csv")
    scores = pd.read_csv(folder / "scores.csv")
    lines = [
        "# The real truces",
        "",
        "<!-- Written by python -m experiments.real_truces from the tables of hudna score; change the "
        "code. -->",
        "",
        f"**{QUESTION}**",
        "",
        f"{summary}.",
        "",
        *(f"- {line}" for line in found),
        "",
        "![Skill and evidence](figure.png)",
        "",
        "## What the records can tell, and what not",
        "",
        *_reading(evidence),
        "",
        "## Log evidence by truce",
        "",
        *_table(evidence, 1),
        "",
        "## Mean scores",
        "",
        "CRPS, ignorance in bits and Brier score: less is better. in50, in90: share of windows in the "
        "central bands.",
        "",
        *_table(scores, 2),
        "",
        "## Run it again",
        "",
        "```sh",
        told["command"],
        "```",
        "",
        f"With {told['particles']} particles, the town of 5,000 for every truce, paces of violence learned "
        "and all else at the defaults. One filter run of a hundred particles scatters by about one unit of "
        "log evidence a truce. Full size: `hudna score --particles 1000 --histories 200 --days 3000`.",
        "",
        f"Recorded events: {ATTRIBUTION}. The baseline *other towns* and those of the end learn from the "
        "other truces of the list, later ones too, but for those of the same place that were not over yet.",
        "",
        f"*{STATEMENT}*",
    ]
    return "\n".join(lines) + "\n"


def draw(folder: Path) -> Figure:
    """Skill against each baseline, and the evidence by truce."""
    skills = pd.DataFrame(json.loads((folder / "skill.json").read_text(encoding="utf-8"))["skills"])
    skills = skills[skills.against != ZERO]
    evidence = pd.read_csv(folder / "evidence.csv")
    with house_style():
        sheet = Sheet(
            "Does the model say more than the simplest methods?",
            f"{len(evidence)} truces; bars: 95 % intervals, truces drawn with replacement",
            4.6,
            "Skill: 1 less the model's mean score over the baseline's (CRPS of counts, Brier score of "
            "ends); right "
            "of the line the model is better. Evidence: log evidence of the model less that of the baseline. "
            f"Recorded events: {ATTRIBUTION}.",
        )
        draw_skills(sheet.panel(2.75, 0.25, 2.9, 3.9, "Skill of the model"), skills)
        draw_evidence(sheet.panel(6.45, 0.25, 3.2, 3.9, "Evidence"), evidence)
    return sheet.figure


def _reading(evidence: pd.DataFrame) -> list[str]:
    """What the evidence says, drawn from its numbers."""
    n = int(evidence.events.sum())
    many = evidence[evidence.events >= 10]
    lines = [
        f"{n} fatal events in {len(evidence)} truces is little: {int((evidence.events <= 2).sum())} of "
        f"them have two or "
        f"fewer, and {int(many.events.sum())} events lie in {len(many)} truces. A record of fatal events "
        f"sees neither "
        "kidnappings nor insults nor fear, so it can speak of the level of violence and of how events "
        "bring on events, "
        "and hardly of elders, kin and passage.",
        "",
    ]
    for name in ("gamma-Poisson", "Hawkes"):
        value, low, high = bits_an_event(evidence, MODEL, name)
        won = int((evidence[MODEL] > evidence[name]).sum())
        lines.append(
            f"- Against {name} the model has the greater evidence in {won} of {len(evidence)} truces; in all "
            f"{value:+.2f} bits an event ({low:+.2f} to {high:+.2f})."
        )
    outrun = evidence[evidence["least effective"] < OUTRUN]
    for truce, least in zip(outrun["name"], outrun["least effective"], strict=True):
        lines.append(
            f"- In {truce} the record outran the particles (effective size {least:.1f}): the model's "
            f"evidence there "
            "is too low, and hangs on luck. More particles would tell."
        )
    for column in (name for name in map(str, evidence.columns) if name.startswith("without ")):
        value, low, high = bits_an_event(evidence, MODEL, column)
        clear = "the records speak for it" if low > 0 else "the records do not tell"
        lines.append(
            f"- The model {column}: {value:+.2f} bits an event less ({low:+.2f} to {high:+.2f}): {clear}."
        )
    return lines


def _table(table: pd.DataFrame, digits: int) -> list[str]:
    lines = ["| " + " | ".join(map(str, table.columns)) + " |", "|---" * len(table.columns) + "|"]
    for row in table.itertuples(index=False):
        lines.append("| " + " | ".join(_cell(value, digits) for value in row) + " |")
    return lines


def _cell(value: object, digits: int) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.{digits}f}"
    return str(value)
