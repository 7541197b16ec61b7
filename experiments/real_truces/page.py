"""The page on the real truces, from the tables of `hudna score`; no answer is typed by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd

from sim.following.scoring import bits_an_event
from sim.report.limits import STATEMENT

QUESTION = "Does the model say more of what comes next in real truces than the simplest methods do?"
MODEL = "model"


def readme(folder: Path) -> str:
    """The whole page, from a folder of scores."""
    told = json.loads((folder / "score.json").read_text(encoding="utf-8"))
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
        f"{told['lines'][-1]}.",
        "",
        *(f"- {line}" for line in told["lines"][:-1]),
        "",
        "![Skill, PIT and evidence](figure.png)",
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
        f"That is a small size: {told['particles']} particles, the town of 5,000 for every truce, paces "
        f"of violence "
        "learned and all else at the defaults. One filter run of so few particles scatters by one to two "
        "units of "
        "log evidence a truce. Full size: `hudna score --particles 1000 --histories 200 --days 3000`.",
        "",
        "The rows of the truces are of the Uppsala Conflict Data Program (sim/_truces/README.md). The "
        "baseline "
        "*other towns* and those of the end learn from the other truces of the list, later ones too.",
        "",
        f"*{STATEMENT}*",
    ]
    return "\n".join(lines) + "\n"


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
