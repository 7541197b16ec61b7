"""The README of an experiment, written from the tables of its study: answer, figure, numbers, size."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import early_warning, tipping
from experiments.contrasts import contrasts_of, sentence
from sim.report.figures.harms import mean_interval
from sim.report.figures.points import factors_of, is_numeric, labels_of
from sim.report.figures.sheet import histories, share_words
from sim.report.findings import endings, headline
from sim.report.limits import STATEMENT
from sim.report.words import count
from sim.study.sensitivity import words
from sim.truce import ENDINGS

MANY = 12  # points: from there on the least and the most are partly luck
NOTE = (
    "Written by experiments/driver.py from the study's tables; change study.yaml or contrasts.yaml, not this."
)


def readme(folder: Path, study: Any, full: list[str], why: list[str], long: Any = None) -> str:
    """The whole page. `study` is what `sim.sweep` returned for the study file of this folder.

    `full`: the overrides that make it one of full size; `why`: lines on what its broken histories hung on.
    `long`: the study of long histories, with their days, of the experiment on resilience.
    """
    question = study.manifest["study"]["question"]
    own = f" --config-dir experiments/{folder.name}/configs" if (folder / "configs").is_dir() else ""
    lines = [
        f"# {folder.name.capitalize().replace('_', ' ')}",
        "",
        f"<!-- {NOTE} -->",
        "",
        f"**{question}**",
        "",
        *(answer(folder, study) if long is None else tipping.answer(study.points, study.runs)),
        "",
        f"![{question}](figure.png)",
        "",
        *why,
        *([] if long is None else early_warning.answer(early_warning.signs_of_breaks(long.runs, long.daily))),
        *([] if study.sensitivity is not None or long is not None else numbers(study.points)),
        "## Run it again",
        "",
        "```sh",
        f"hudna sweep --study experiments/{folder.name}/study.yaml{own}",
        "```",
        "",
        size(study, full),
        "",
        f"*{STATEMENT}*",
    ]
    return "\n".join(lines) + "\n"


def answer(folder: Path, study: Any) -> list[str]:
    """The answer in words: the study in a sentence, and what each change does."""
    if study.sensitivity is not None:
        return by_factor(study.sensitivity)
    points = study.points
    lines = [headline(points, study.differences, study.runs)]
    if len(points) == 1:
        lines[0] += f" First endings: {endings(points.iloc[0].to_dict()) or 'none'}."
    changes = [sentence(each, points, study.runs) for each in contrasts_of(folder)]
    if changes:
        lines += ["", "What a change does, run by run with the same luck (95 % intervals):", ""]
        lines += [f"- {each}" for each in changes]
        lines += ["", "Of twenty such intervals about one misses."]
    return lines


def by_factor(sensitivity: pd.DataFrame) -> list[str]:
    """The answer factor by factor, with what luck does."""
    told = [f"- {each}" for each in words.sentences(sensitivity)]
    evidence = words.evidence(words.rank(sensitivity))
    return [f"{words.headline(sensitivity)} In brackets: 95 % intervals. {evidence}.", "", *told]


def numbers(points: pd.DataFrame) -> list[str]:
    """The section with the table of points."""
    return [
        "## Numbers",
        "",
        *table(ordered(points)),
        "",
        "In brackets: 95 % intervals (Wilson; t for means). Deaths and left: residents, mean per history.",
        "",
    ]


def ordered(points: pd.DataFrame) -> pd.DataFrame:
    """The points as they are told: of many that have no order of their own the best come first."""
    factors = factors_of(points)
    if len(points) <= MANY or len(factors) != 1 or is_numeric(points[factors[0]]):
        return points
    rest = points.iloc[1:].sort_values("p_break", kind="stable")
    return pd.concat([points.iloc[:1], rest], ignore_index=True)


def table(points: pd.DataFrame) -> list[str]:
    """A row a point, as Markdown: how often, how soon, by what, at what cost."""
    labels = labels_of(points)
    shown = [name for name in ENDINGS if (points[f"p_{name}"] > 0).any()]
    costs = {name: mean_interval(points, name) for name in ("deaths", "departed")}
    head = ["", "broke", "median time to break, days", *(f"by {name}" for name in shown), "deaths", "left"]
    lines = [_row(head), _row(["---"] * len(head))]
    for k, row in enumerate(points.to_dict("records")):
        if not row["n"]:
            lines.append(_row([labels[row["point"]], "no history could be run", *[""] * (len(head) - 2)]))
            continue
        median = row["median_break_days"]
        cells = [labels[row["point"]], f"{row['broke']:,.0f} of {row['n']:,.0f}, {_share(row, 'p_break')}"]
        cells.append(f"{median:.0f}" if median == median else "not reached")
        cells += [_share(row, f"p_{name}") for name in shown]
        for middle, low, high in costs.values():
            cells.append(f"{middle[k]:,.0f} ({max(0.0, low[k]):,.0f}-{high[k]:,.0f})")
        lines.append(_row(cells))
    return lines


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _share(row: Mapping[Any, Any], name: str) -> str:
    return share_words(row[name], row[f"{name}_low"], row[f"{name}_high"])


def size(study: Any, full: list[str]) -> str:
    """How large this study is, and the full one, with its time from what a history of this one took."""
    each = float(study.manifest["seconds_a_run"])
    asked, wanted = study.manifest["study"], dict(line.split("=") for line in full)
    n_points = len(study.points)
    if "samples" in wanted:
        n_points = n_points // asked["samples"] * int(wanted["samples"])
    n = n_points * int(wanted["runs"])
    minutes = max(1, round(n * each / 60))
    days = int(study.points["horizon_days"].iloc[0])
    return (
        f"Here: {histories(study.points)}, of {count(days, 'day')}. Full size: `{' '.join(full)}`, {n:,} "
        f"histories; at {each:.2f} s a history, as measured here on one core, "
        f"{count(minutes, 'core minute')}."
    )
